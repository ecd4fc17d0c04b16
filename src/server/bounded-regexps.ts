import { setFlagsFromString } from "node:v8";

/**
 * From now on a regular expression that backtracks too often is run by V8's engine whose time grows with the text alone.
 * Users bring expressions (metric definitions), and one that takes years must not stop the server. Expressions with
 * look-around or back references have no such engine and stay as they are.
 */
export function boundRegexps(): void {
  setFlagsFromString("--enable-experimental-regexp-engine-on-excessive-backtracks");
}
