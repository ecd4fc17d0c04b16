import { defineSetting } from "../../../base/define-setting.ts";
import { integer } from "../../../base/params.ts";

export const sparkCodeMib = defineSetting({
  words:
    "MiB of Parquet that a step of Python may take from Spark: such a step has all rows on the machine of the job. More is refused.",
  ...integer({ min: 1, max: 2 ** 20, default: 1_024 }),
});
