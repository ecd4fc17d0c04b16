import { defineSetting } from "../../../base/define-setting.ts";
import { integer } from "../../../base/params.ts";

export const modelServerQueue = defineSetting({
  words:
    "How many requests one model server may have that it has not answered. Further ones are refused with ServiceUnavailable (503) instead of waiting.",
  ...integer({ min: 1, max: 1_000_000, default: 512 }),
});
