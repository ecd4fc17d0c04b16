import { endPattern, numberOf, readComparison, readConditions, type ValueTest } from "./pattern-condition.ts";
import { invalidPattern, type MessageTest } from "./pattern-faults.ts";
import type { PatternScanner } from "./pattern-scanner.ts";

/** A field of an event, and where it begins in the message. */
interface Field {
  readonly text: string;
  readonly start: number;
}

/**
 * Compiles what stands between `[` and `]`: a name for each field of an event, with conditions on it. An ellipsis stands
 * for any number of fields, none included. Without one, the last name stands for the rest of the event.
 */
export function compileSpaceDelimitedPattern(scanner: PatternScanner): MessageTest {
  const tests: ValueTest[] = [];
  let ellipsis: number | undefined;
  do {
    if (!scanner.take("...")) tests.push(readField(scanner));
    else if (ellipsis === undefined) ellipsis = tests.length;
    else throw invalidPattern("it has more than one ellipsis.");
  } while (scanner.take(","));
  endPattern(scanner, "]");
  const before = ellipsis ?? tests.length;
  const after = tests.length - before;
  return (message) => {
    const fields = fieldsOf(message, ellipsis === undefined ? tests.length : Number.POSITIVE_INFINITY);
    if (fields.length < tests.length) return false;
    const named = [...fields.slice(0, before), ...fields.slice(fields.length - after)];
    return tests.every((test, place) => {
      const { text } = named[place]!;
      const number = numberOf(text);
      return test({ text, ...(number !== undefined && { number }) });
    });
  };
}

/** A field may have no name. Conditions on a field repeat its name. */
function readField(scanner: PatternScanner): ValueTest {
  let name: string | undefined;
  let first = true;
  return readConditions(scanner, () => {
    const read = scanner.match(/[\p{L}_$][\p{L}\p{N}_$-]*/uy)?.[0];
    if (first) name = read;
    else if (read === undefined) throw scanner.unexpected();
    else if (read !== name) throw invalidPattern(`the field ${name} has a condition on ${read}.`);
    first = false;
    return (name !== undefined && readComparison(scanner)) || (() => true);
  });
}

/**
 * Returns the fields of an event, at most `limit`: what stands between brackets or double quotes is one field, without
 * them, and so is everything else between blanks. When there are more, the last is the rest of the message.
 */
function fieldsOf(message: string, limit: number): Field[] {
  const fields: Field[] = [];
  // The last places at which a field can end: none is searched for beyond them.
  const lastClosing: Readonly<Record<string, number>> = {
    "[": message.lastIndexOf("]"),
    '"': message.lastIndexOf('"'),
  };
  const blank = /\s+/y;
  const word = /\S+/y;
  for (let at = 0; ; ) {
    blank.lastIndex = at;
    if (blank.test(message)) at = blank.lastIndex;
    if (at >= message.length) return fields;
    if (fields.length === limit) {
      const { start } = fields.at(-1)!;
      fields[limit - 1] = { text: message.slice(start).trim(), start };
      return fields;
    }
    const opening = message[at]!;
    if (at < (lastClosing[opening] ?? -1)) {
      const end = message.indexOf(opening === "[" ? "]" : '"', at + 1);
      fields.push({ text: message.slice(at + 1, end), start: at });
      at = end + 1;
    } else {
      word.lastIndex = at;
      const [text] = word.exec(message)!;
      fields.push({ text, start: at });
      at += text.length;
    }
  }
}
