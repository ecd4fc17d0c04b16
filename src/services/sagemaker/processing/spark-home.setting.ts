import { isAbsolute } from "node:path";
import { defineSetting } from "../../../base/define-setting.ts";

export const sparkHome = defineSetting({
  words:
    "The folder of a Spark 4 (with bin/spark-submit) on which flows of Data Wrangler run that ask for it: of PyPI's pyspark it is site-packages/pyspark. Empty: there is none.",
  default: "",
  parse: (value) => (value === "" || isAbsolute(value) ? value : undefined),
  allowed: "the absolute path of a folder",
});
