import { defineSetting } from "../../../base/define-setting.ts";
import { choice } from "../../../base/params.ts";

export const privateEndpoints = defineSetting({
  words:
    "Whether topics send to HTTP endpoints on this machine and in private networks: whoever may subscribe can then reach what is there.",
  ...choice(["off", "on"], { default: "off" }),
});
