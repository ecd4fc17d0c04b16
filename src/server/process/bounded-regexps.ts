import { setFlagsFromString } from "node:v8";

/**
 * Makes V8 run a regular expression that backtracks too often by its engine whose time grows with the text alone. Users
 * bring expressions (metric definitions), and one that takes years must not stop the server. That engine does not
 * support look-around and back references, so expressions with these stay as they are.
 */
export function boundRegexps(): void {
  setFlagsFromString("--enable-experimental-regexp-engine-on-excessive-backtracks");
}
