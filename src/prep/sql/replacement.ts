import { StepFault } from "../step-fault.ts";

/** What takes the place of a match, as each engine reads it. */
export interface Replacement {
  readonly re2: string;
  readonly java: string;
}

/**
 * Reads a replacement in Java's words: `$1` is what a group of the pattern matched, a backslash takes a sign as it is. A
 * dollar sign that names no group is a sign.
 */
export function readReplacement(given: string, groups: number): Replacement {
  let [re2, java, at] = ["", "", 0];
  while (at < given.length) {
    const group = /^\$(\d)/.exec(given.slice(at));
    if (group && Number(group[1]) <= groups) {
      const further = given[at + 2] ?? "";
      if (/\d/.test(further) && Number(`${group[1]}${further}`) <= groups)
        throw new StepFault(
          `The replacement ${JSON.stringify(given)} names the group ${group[1]}${further}; groups 0 to 9 can be named.`,
        );
      re2 += `\\${group[1]}`;
      // In Java a digit after a group would be part of its number.
      java += `$${group[1]}${/\d/.test(further) ? "\\" : ""}`;
      at += 2;
      continue;
    }
    if (given[at] === "\\" && at + 1 < given.length) at++;
    const sign = given[at]!;
    re2 += sign === "\\" ? "\\\\" : sign;
    java += sign === "\\" || sign === "$" ? `\\${sign}` : sign;
    at++;
  }
  return { re2, java };
}
