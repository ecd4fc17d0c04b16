import { defineSetting } from "../../../base/define-setting.ts";
import { choice } from "../../../base/params.ts";

export const builtInModels = defineSetting({
  words:
    "Where models of built-in algorithms are served. `own`: each in a process of its own, in a sandbox. `shared`: each in a thread of the server, which takes less memory and processor time, and isolates less. It counts for model servers that are started from then on.",
  ...choice(["own", "shared"], { default: "own" }),
});
