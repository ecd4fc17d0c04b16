import { invalidPattern, type MessageTest } from "./pattern-faults.ts";
import type { PatternScanner } from "./pattern-scanner.ts";

/** A value that a condition looks at: a string or number of a JSON event, or a field. */
export interface FoundValue {
  readonly text: string;
  /** Set when the value is a number. */
  readonly number?: number;
}

export type ValueTest = (value: FoundValue) => boolean;

/** Reads `A && B || (C || D)`: parentheses bind first, then `&&`. `leaf` reads one condition. */
export function readConditions<T>(
  scanner: PatternScanner,
  leaf: () => (subject: T) => boolean,
): (subject: T) => boolean {
  const primary = () => {
    if (!scanner.take("(")) return leaf();
    const inside = either();
    if (!scanner.take(")")) throw invalidPattern("a parenthesis has no counterpart.");
    return inside;
  };
  const both = () => {
    const tests = [primary()];
    while (scanner.take("&&")) tests.push(primary());
    return (subject: T) => tests.every((test) => test(subject));
  };
  const either = (): ((subject: T) => boolean) => {
    const tests = [both()];
    while (scanner.take("||")) tests.push(both());
    return (subject: T) => tests.some((test) => test(subject));
  };
  return either();
}

const numeral = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/** Returns undefined for a text that is not a number in the notation of patterns. */
export const numberOf = (text: string): number | undefined => (numeral.test(text) ? Number(text) : undefined);

const orders: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  "<": (value, bound) => value < bound,
  "<=": (value, bound) => value <= bound,
  ">": (value, bound) => value > bound,
  ">=": (value, bound) => value >= bound,
};

/** Reads an operator and the value behind it; undefined when no operator comes. */
export function readComparison(scanner: PatternScanner): ValueTest | undefined {
  const operator = scanner.match(/!=|[<>]=?|=/y)?.[0];
  if (operator === undefined) return undefined;
  const order = orders[operator];
  const expression = scanner.regularExpression();
  if (order && expression) throw invalidPattern(`a regular expression cannot stand behind ${operator}.`);
  const quoted = expression ? undefined : scanner.quoted();
  const bare = expression || quoted !== undefined ? undefined : scanner.match(/[\p{L}\p{N}_.*+:/-]+/uy)?.[0];
  if (order) {
    const bound = numberOf(bare ?? "");
    if (bound === undefined) throw invalidPattern(`behind ${operator} a number has to stand.`);
    return ({ number }) => number !== undefined && order(number, bound);
  }
  const equal = expression ? ofText(expression) : equality(quoted, bare);
  if (!equal) throw scanner.unexpected();
  return operator === "=" ? equal : (value) => !equal(value);
}

function equality(quoted: string | undefined, bare: string | undefined): ValueTest | undefined {
  const text = quoted ?? bare;
  if (text === undefined) return undefined;
  const number = bare === undefined ? undefined : numberOf(bare);
  const same = ofText(matchingText(text));
  return number === undefined ? same : (value) => (value.number === undefined ? same(value) : value.number === number);
}

const ofText =
  (test: MessageTest): ValueTest =>
  ({ text }) =>
    test(text);

/** An asterisk stands for any text where the value begins or ends with it, and for itself elsewhere. */
function matchingText(wanted: string): MessageTest {
  if (wanted === "*") return () => true;
  const [open, close] = [wanted.startsWith("*"), wanted.endsWith("*")];
  const inside = wanted.slice(open ? 1 : 0, close ? -1 : undefined);
  if (open && close) return (text) => text.includes(inside);
  if (open) return (text) => text.endsWith(inside);
  if (close) return (text) => text.startsWith(inside);
  return (text) => text === wanted;
}

const mostExpressions = 2;

/** @throws Fault when more follows, or more regular expressions were read than AWS takes */
export function endPattern(scanner: PatternScanner, end: string): void {
  if (!scanner.take(end) || !scanner.ended()) throw scanner.unexpected();
  if (scanner.expressions > mostExpressions)
    throw invalidPattern(`it has more than ${mostExpressions} regular expressions.`);
}
