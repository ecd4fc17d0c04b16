/** A way to write times in keys: an expression with a group for each of its units. */
export interface TimeFormat {
  readonly expression: string;
  readonly units: readonly string[];
}

const parts: readonly (readonly [RegExp, unit: string, digits: number])[] = [
  [/^(?:yyyy|uuuu|YYYY|%Y)/, "year", 4],
  [/^(?:MM|%m)/, "month", 2],
  [/^(?:dd|DD|%d)/, "day", 2],
  [/^(?:HH|%H)/, "hour", 2],
  [/^(?:mm|%M)/, "minute", 2],
  [/^(?:ss|%S)/, "second", 2],
];

/** Reads a format of Java's or of Python's words; undefined for one with other words. */
export function timeFormatOf(format: string): TimeFormat | undefined {
  let expression = "";
  const units: string[] = [];
  for (let rest = format; rest !== ""; ) {
    const quoted = /^'([^']*)'/.exec(rest);
    const part = parts.find(([pattern]) => pattern.test(rest));
    if (part) {
      expression += `(\\d{${part[2]}})`;
      units.push(part[1]);
      rest = rest.replace(part[0], "");
      continue;
    }
    const text = quoted ? quoted[1]! : rest[0]!;
    if (!quoted && /[A-Za-z%]/.test(text)) return undefined;
    expression += text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
    rest = rest.slice(quoted ? quoted[0].length : 1);
  }
  return units.length === 0 || new Set(units).size < units.length ? undefined : { expression, units };
}

const order = ["year", "month", "day", "hour", "minute", "second"] as const;

/** From when to when the time lasts that values of these units say: a day of "yyyy-MM-dd"; undefined where there is no such time. */
export function spanOf(
  units: readonly string[],
  values: readonly string[],
): readonly [from: number, to: number] | undefined {
  const numbers = order.map((unit, index) => {
    const at = units.indexOf(unit);
    return at >= 0 ? Number(values[at]) : index === 0 ? 1970 : index < 3 ? 1 : 0;
  });
  const at = (more: number): number => {
    const [year, month, day, hour, minute, second] = numbers.map((number, index) =>
      index === smallest ? number + more : number,
    ) as [number, number, number, number, number, number];
    return Date.UTC(year, month - 1, day, hour, minute, second);
  };
  const smallest = order.findLastIndex((unit) => units.includes(unit));
  const begins = new Date(at(0));
  const isThere = begins.getUTCMonth() === numbers[1]! - 1 && begins.getUTCDate() === numbers[2];
  return isThere ? [at(0), at(1) - 1] : undefined;
}
