import type { Fault } from "../../../../aws/faults.ts";
import { invalidCharacters, invalidPattern, type MessageTest } from "./pattern-faults.ts";
import { compileRegularExpression } from "./regular-expression.ts";

/** Reads a pattern from its beginning to its end. Every method but `skipped` first passes over blanks. */
export interface PatternScanner {
  /** Passes over this text, when it is what comes next. */
  take(text: string): boolean;
  /** Passes over what the expression, which must be sticky, matches here. */
  match(expression: RegExp): RegExpExecArray | undefined;
  /** A text in double quotes, in which `\` keeps the character after it. */
  quoted(): string | undefined;
  /** An expression between percent signs. */
  regularExpression(): MessageTest | undefined;
  /** Blanks were passed over before what was read last, or nothing stands before it. */
  skipped(): boolean;
  ended(): boolean;
  /** How many regular expressions were read. */
  readonly expressions: number;
  /** The fault for what comes next. */
  unexpected(): Fault;
}

export function createScanner(pattern: string): PatternScanner {
  let position = 0;
  let expressions = 0;
  let afterBlank = true;
  const match = (expression: RegExp) => {
    const before = position;
    while (/\s/.test(pattern[position] ?? "")) position++;
    expression.lastIndex = position;
    const found = expression.exec(pattern) ?? undefined;
    if (!found || found[0] === "") return undefined;
    afterBlank = position > before || before === 0;
    position = expression.lastIndex;
    return found;
  };
  const ended = () => pattern.slice(position).trim() === "";
  return {
    match,
    ended,
    take(text) {
      const start = position + /^\s*/.exec(pattern.slice(position))![0].length;
      if (!pattern.startsWith(text, start)) return false;
      afterBlank = start > position || position === 0;
      position = start + text.length;
      return true;
    },
    quoted() {
      const found = match(/"((?:[^"\\]|\\.)*)"/sy);
      if (found) return found[1]!.replace(/\\(.)/gs, "$1");
      if (match(/"/y)) throw invalidPattern("a quotation mark has no counterpart.");
      return undefined;
    },
    regularExpression() {
      const found = match(/%((?:[^%\\]|\\.)*)%/sy);
      if (found) {
        expressions++;
        return compileRegularExpression(found[1]!);
      }
      if (match(/%/y)) throw invalidPattern("a percent sign has no counterpart.");
      return undefined;
    },
    skipped: () => afterBlank,
    get expressions() {
      return expressions;
    },
    unexpected: () =>
      ended()
        ? invalidPattern("it ends too early.")
        : invalidCharacters(match(/[\p{L}\p{N}_]+|[^\p{L}\p{N}_\s]+/uy)![0]),
  };
}
