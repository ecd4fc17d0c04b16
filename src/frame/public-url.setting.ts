import { defineSetting } from "../base/define-setting.ts";

function isBase(value: string): boolean {
  if (!/^https?:\/\/[^\s/?#@]+$/i.test(value)) return false;
  try {
    return new URL(value).pathname === "/";
  } catch {
    return false;
  }
}

export const publicUrl = defineSetting({
  words:
    "Where others reach the server, such as https://sagebrush.example: the addresses in answers and in what topics send begin with it. Unset, they begin with the address by which the caller has come.",
  default: "",
  parse: (value) => (value === "" || isBase(value) ? value : undefined),
  allowed: "http:// or https:// with a host, and a port where there is one",
});
