import { invalidCharacters, type MessageTest } from "./pattern-faults.ts";
import type { PatternScanner } from "./pattern-scanner.ts";

/**
 * Compiles a pattern of terms: words, "phrases" and %regular expressions%. All plain terms must occur in the message, and
 * none of those marked `-`. Of terms marked `?` one is enough; beside other terms they are ignored.
 */
export function compileTermPattern(scanner: PatternScanner): MessageTest {
  const all: MessageTest[] = [];
  const any: MessageTest[] = [];
  const none: MessageTest[] = [];
  while (!scanner.ended()) {
    const tests = scanner.take("?") ? any : scanner.take("-") ? none : all;
    if (tests !== all && !scanner.skipped()) throw invalidCharacters(tests === any ? "?" : "-");
    tests.push(term(scanner));
  }
  const alternatives = all.length + none.length > 0 ? [] : any;
  return (message) =>
    all.every((test) => test(message)) &&
    !none.some((test) => test(message)) &&
    (alternatives.length === 0 || alternatives.some((test) => test(message)));
}

function term(scanner: PatternScanner): MessageTest {
  const expression = scanner.regularExpression();
  if (expression) return expression;
  const text = scanner.quoted() ?? scanner.match(/[\p{L}\p{N}_]+/uy)?.[0];
  if (text === undefined) throw scanner.unexpected();
  // A phrase of blanks stands for everything.
  return text.trim() === "" ? () => true : (message) => message.includes(text);
}
