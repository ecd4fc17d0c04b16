import { resolve } from "node:path";
import { defineSetting } from "../base/define-setting.ts";

export const wheels = defineSetting({
  words: "A folder of wheels from which Python environments are made, on a machine without a package index.",
  default: "",
  parse: (value) => (value ? resolve(value) : ""),
  allowed: "a folder",
});
