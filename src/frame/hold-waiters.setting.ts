import { defineSetting } from "../base/define-setting.ts";
import { choice } from "../base/params.ts";

export const holdWaiters = defineSetting({
  words: "Whether a Describe sent by a waiter is held, 20 s at most, until the status is final.",
  ...choice(["on", "off"], { default: "on" }),
});
