import { defineSetting } from "../base/define-setting.ts";
import { choice } from "../base/params.ts";

export const executor = defineSetting({
  words: "The executor that runs a job when several can. `process` runs it on this machine.",
  ...choice(["process"], { default: "process" }),
});
