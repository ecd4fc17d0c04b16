import { defineSetting } from "../../base/define-setting.ts";
import { integer } from "../../base/params.ts";

export const logRate = defineSetting({
  words:
    "How many KiB a second of what a run prints go into its log; a burst may have four seconds' worth. Of what is more, the log has the last lines and how many are left out. 0: all.",
  ...integer({ min: 0, max: 9_999_999, default: 1024 }),
});
