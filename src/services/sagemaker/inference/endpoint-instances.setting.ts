import { defineSetting } from "../../../base/define-setting.ts";
import { integer } from "../../../base/params.ts";

export const endpointInstances = defineSetting({
  words:
    "How many instances all endpoints together may have; each is a model server on this machine. 0: one for each 512 MiB of the machine's memory, and 16 at least.",
  ...integer({ min: 0, max: 9999, default: 0 }),
});
