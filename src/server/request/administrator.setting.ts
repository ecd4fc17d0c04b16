import { defineSetting } from "../../base/define-setting.ts";
import { choice } from "../../base/params.ts";

export const administrator = defineSetting({
  words: "Who GetCallerIdentity says the administrator is: the role SageMakerRole, or the account's root.",
  ...choice(["role", "root"], { default: "role" }),
});
