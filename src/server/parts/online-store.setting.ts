import { defineSetting } from "../../base/define-setting.ts";

export const onlineStore = defineSetting({
  words:
    "Where the online records of feature groups are: in a file of the home, or in a Redis. Homes may use one Redis; each has records of its own there.",
  default: "lmdb",
  parse: (value) => (value === "lmdb" || /^rediss?:\/\/[^/]/.test(value) ? value : undefined),
  allowed: "lmdb, or redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE], or rediss:// for TLS",
});
