import { defineSetting } from "../../base/define-setting.ts";
import { integer } from "../../base/params.ts";

export const stopGraceSeconds = defineSetting({
  words:
    "How many seconds the program of a job has, from SIGTERM on, to end by itself when the job is stopped. AWS gives 120.",
  ...integer({ min: 1, max: 120, default: 120 }),
});
