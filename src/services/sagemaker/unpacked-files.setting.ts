import { defineSetting } from "../../base/define-setting.ts";
import { integer } from "../../base/params.ts";

export const unpackedFiles = defineSetting({
  words:
    "How many files, folders and links the archive of a model or of a script may unpack to. One that unpacks to more is refused.",
  ...integer({ min: 1, max: 100_000_000, default: 50_000 }),
});
