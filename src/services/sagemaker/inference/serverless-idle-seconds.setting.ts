import { defineSetting } from "../../../base/define-setting.ts";
import { integer } from "../../../base/params.ts";

export const serverlessIdleSeconds = defineSetting({
  words: "How long a serverless endpoint keeps its model server after its last request, in seconds.",
  ...integer({ min: 1, max: 86400, default: 300 }),
});
