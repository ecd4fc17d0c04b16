import { defineSetting } from "../../../base/define-setting.ts";

export const sparkMaster = defineSetting({
  words:
    "Where Spark does the work of a flow: local[*] in the job itself, on all cores, or a cluster, whose workers must see the job's folder at the same path.",
  default: "local[*]",
  parse: (value) =>
    /^(?:local(?:\[(?:\*|\d+)\])?|spark:\/\/[^\s/]+|yarn|k8s:\/\/\S+)$/.test(value) ? value : undefined,
  allowed: "local[*], local[N], spark://HOST:PORT, yarn or k8s://ADDRESS",
});
