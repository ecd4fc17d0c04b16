import { StepFault } from "../../step-fault.ts";
import { call, type Expression, literal } from "../expression.ts";
import { type Pattern, readPattern } from "../pattern.ts";
import { readReplacement } from "../replacement.ts";
import { toText } from "./coerce.ts";
import { type FormulaFunction, taking, wordOf } from "./formula-function.ts";

const patternOf = (one: Expression): Pattern => readPattern(wordOf(one, "A pattern"));

/** A group that the formula names: the first where it names none, the whole match where the pattern has no groups. */
function groupOf(given: Expression | undefined, { groups }: Pattern): number {
  if (given === undefined) return Math.min(1, groups);
  const group = given.kind === "literal" ? given.value : undefined;
  if (typeof group === "number" && group >= 0 && group <= groups) return group;
  throw new StepFault(`The formula takes the group ${String(group)} of a pattern that has ${groups}.`);
}

/** Whether a text has what a pattern matches. */
export const matches = (one: Expression, pattern: Expression): Expression =>
  call("matches", toText(one), literal(patternOf(pattern).text));

const regexp = taking(2, 2, ([one, pattern]) => matches(one!, pattern!));

/** Whether a text is as a pattern of % and _ says. Spark fails where a backslash stands before another sign. */
export function like(name: "like" | "likeAnyCase", one: Expression, pattern: Expression): Expression {
  const given = pattern.kind === "literal" ? String(pattern.value) : "";
  if (/^(?:[^\\]|\\[%_\\])*$/.test(given)) return call(name, toText(one), toText(pattern));
  throw new StepFault(
    `The pattern ${JSON.stringify(given)} of LIKE has a backslash that is not before %, _ or another one; write two for the sign.`,
  );
}

export const patternFunctions: Readonly<Record<string, FormulaFunction>> = {
  rlike: regexp,
  regexp,
  regexp_like: regexp,
  regexp_replace: taking(3, 3, ([one, given, to]) => {
    const pattern = patternOf(given!);
    const replacement = readReplacement(wordOf(to!, "What regexp_replace puts in place"), pattern.groups);
    return call("replaceMatches", toText(one!), pattern.text, replacement.re2, replacement.java);
  }),
  regexp_extract: taking(2, 3, ([one, given, group]) => {
    const pattern = patternOf(given!);
    return call("extract", toText(one!), pattern.text, groupOf(group, pattern));
  }),
  regexp_extract_all: taking(2, 3, ([one, given, group]) => {
    const pattern = patternOf(given!);
    return call("extractAll", toText(one!), pattern.text, groupOf(group, pattern));
  }),
  regexp_count: taking(2, 2, ([one, given]) =>
    call("listLength", call("extractAll", toText(one!), patternOf(given!).text, 0)),
  ),
  regexp_substr: taking(2, 2, ([one, given]) =>
    call("nullIf", call("extract", toText(one!), patternOf(given!).text, 0), ""),
  ),
  split: taking(2, 2, ([one, pattern]) => call("splitPattern", toText(one!), patternOf(pattern!).text)),
};
