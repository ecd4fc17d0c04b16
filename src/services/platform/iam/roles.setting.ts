import { defineSetting } from "../../../base/define-setting.ts";
import { choice } from "../../../base/params.ts";

export const roles = defineSetting({
  words: "Whether a well-formed role ARN may name a role that nobody made.",
  ...choice(["any", "known"], { default: "any" }),
});
