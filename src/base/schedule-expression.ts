import { parseCronExpression } from "./cron-expression.ts";

/** The times of AWS's rate(5 minutes) or cron(0 10 * * ? *). */
export interface ScheduleExpression {
  /**
   * Returns the first time after this one; undefined when there is none. `start` is when the schedule was made, from
   * which a rate counts. All are milliseconds since 1970.
   */
  next(after: number, start: number): number | undefined;
}

const unitMilliseconds: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** @throws RangeError for a text that is neither form */
export function parseScheduleExpression(text: string): ScheduleExpression {
  const cron = /^cron\((.*)\)$/.exec(text);
  if (cron) return parseCronExpression(cron[1]!);
  const [, count = "", unit = "", plural] = /^rate\(([1-9]\d*) (minute|hour|day)(s?)\)$/.exec(text) ?? [];
  // The unit is in the singular after 1, and only there.
  if (count === "" || (count === "1") !== (plural === ""))
    throw new RangeError(`A schedule is rate(value unit) or cron(fields), not ${text}`);
  const milliseconds = Number(count) * unitMilliseconds[unit]!;
  return {
    next: (after, start) => start + (Math.floor(Math.max(after - start, 0) / milliseconds) + 1) * milliseconds,
  };
}
