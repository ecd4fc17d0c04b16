import { defineSetting } from "../../base/define-setting.ts";
import { choice } from "../../base/params.ts";

export const largeInstances = defineSetting({
  words: "Whether a job of an instance type with more cores or memory than this machine runs with what there is.",
  ...choice(["run", "refuse"], { default: "run" }),
});
