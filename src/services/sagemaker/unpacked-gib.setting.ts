import { defineSetting } from "../../base/define-setting.ts";
import { integer } from "../../base/params.ts";

export const unpackedGib = defineSetting({
  words:
    "How many GiB the archive of a model or of a script may unpack to. One that unpacks to more is refused, unless that is less than four times the archive's own size.",
  ...integer({ min: 1, max: 99_999, default: 4 }),
});
