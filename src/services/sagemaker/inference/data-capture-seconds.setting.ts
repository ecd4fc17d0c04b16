import { defineSetting } from "../../../base/define-setting.ts";
import { integer } from "../../../base/params.ts";

export const dataCaptureSeconds = defineSetting({
  words: "How long what endpoints capture is gathered, in seconds, before it becomes a file in S3.",
  ...integer({ min: 1, max: 3600, default: 60 }),
});
