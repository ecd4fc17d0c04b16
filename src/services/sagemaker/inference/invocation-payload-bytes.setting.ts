import { defineSetting } from "../../../base/define-setting.ts";
import { integer } from "../../../base/params.ts";

export const invocationPayloadBytes = defineSetting({
  words:
    "How many bytes the body of an invocation may have. The default is what AWS's model says; AWS itself takes 25 MiB by now.",
  ...integer({ min: 1024, max: 25 * 1024 * 1024, default: 6_291_456 }),
});
