import { defineSetting } from "../../base/define-setting.ts";
import { integer } from "../../base/params.ts";

export const jobs = defineSetting({
  words:
    "How many jobs run at the same time; the others wait for their turn. 0: as many as the machine has processor cores, and four at least.",
  ...integer({ min: 0, max: 9999, default: 0 }),
});
