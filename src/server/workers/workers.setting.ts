import { defineSetting } from "../../base/define-setting.ts";
import { integer } from "../../base/params.ts";

export const workers = defineSetting({
  words:
    "The number of processes that answer InvokeEndpoint and the records of feature groups. With 1, the server is one process; with more, these share its port, and another one does the rest.",
  ...integer({ min: 1, max: 64, default: 1 }),
});
