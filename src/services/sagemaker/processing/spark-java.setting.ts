import { isAbsolute } from "node:path";
import { defineSetting } from "../../../base/define-setting.ts";

export const sparkJava = defineSetting({
  words: "The folder of the Java 17 or newer for Spark, its JAVA_HOME. Empty: the java of the system.",
  default: "",
  parse: (value) => (value === "" || isAbsolute(value) ? value : undefined),
  allowed: "the absolute path of a folder",
});
