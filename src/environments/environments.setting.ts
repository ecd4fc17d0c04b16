import { resolve } from "node:path";
import { defineSetting } from "../base/define-setting.ts";

export const environments = defineSetting({
  words:
    "The folder of the Python environments in which scripts run; several homes may share one. Without it, HOME/environments.",
  default: "",
  parse: (value) => (value ? resolve(value) : ""),
  allowed: "a folder",
});
