import { defineSetting } from "../base/define-setting.ts";
import { integer } from "../base/params.ts";

export const queryMemory = defineSetting({
  words:
    "MiB of memory that one SQL query may use before it spills to the disk, or fails. 0: a quarter of the machine's memory, divided among the queries that run at a time.",
  ...integer({ min: 0, max: 16 * 1024 ** 2, default: 0 }),
});
