import { defineSetting } from "../../base/define-setting.ts";
import { integer } from "../../base/params.ts";

export const logSize = defineSetting({
  words:
    "How many MiB a run's log may have; of what comes after, it has the last lines when the run ends. 0: any number.",
  ...integer({ min: 0, max: 9_999_999, default: 1024 }),
});
