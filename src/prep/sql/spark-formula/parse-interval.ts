import { StepFault } from "../../step-fault.ts";
import type { Formula } from "./syntax.ts";
import type { TokenReader } from "./token-reader.ts";

const months: Readonly<Record<string, number>> = { year: 12, quarter: 3, month: 1 };
const microseconds: Readonly<Record<string, number>> = {
  week: 7 * 86_400_000_000,
  day: 86_400_000_000,
  hour: 3_600_000_000,
  minute: 60_000_000,
  second: 1_000_000,
  millisecond: 1_000,
  microsecond: 1,
};

/** INTERVAL 1 DAY, INTERVAL '2' HOURS, INTERVAL '1 day 2 hours', INTERVAL 1 YEAR 2 MONTHS. */
export function parseInterval(reader: TokenReader): Formula {
  const { at } = reader.next();
  const parts: string[] = [];
  while (["number", "text"].includes(reader.peek().kind)) {
    parts.push(reader.next().value);
    if (isUnit(reader.peek().value)) parts.push(reader.next().value);
  }
  const words = parts.join(" ").trim().split(/\s+/);
  let [wholeMonths, rest] = [0, 0];
  for (let index = 0; index < words.length; index += 2) {
    const [count, word] = [Number(words[index]), unitOf(words[index + 1])];
    const isMonths = Object.hasOwn(months, word);
    if (!Number.isFinite(count) || (!isMonths && !Object.hasOwn(microseconds, word)))
      throw new StepFault(
        `The interval ${JSON.stringify(parts.join(" "))} is not known; give a number and one of ${[...Object.keys(months), ...Object.keys(microseconds)].join(", ")}, such as INTERVAL 1 DAY.`,
      );
    if (isMonths) wholeMonths += count * months[word]!;
    else rest += count * microseconds[word]!;
  }
  return { kind: "interval", months: wholeMonths, microseconds: Math.round(rest), at };
}

const unitOf = (word = ""): string => word.toLowerCase().replace(/s$/, "");
const isUnit = (word: string): boolean =>
  Object.hasOwn(months, unitOf(word)) || Object.hasOwn(microseconds, unitOf(word));
