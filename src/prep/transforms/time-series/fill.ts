import { double } from "../../column-type.ts";
import { as, call, choose, type Expression, literal, type Order, over } from "../../sql/expression.ts";

/** How a missing value of a series is filled from those around it. */
export const interpolations = ["linear", "time", "ffill", "pad", "zero", "bfill", "backfill", "nearest"] as const;
export type Interpolation = (typeof interpolations)[number];

interface Series {
  readonly partition: readonly Expression[];
  readonly order: readonly Order[];
  /** Where a row is on the axis along which is interpolated. */
  readonly place: Expression;
}

/** The last value before or at a row, and the first one at or after it. */
export const lastBefore = (value: Expression, { partition, order }: Series): Expression =>
  over(call("lastValue", value), { partition, order, rows: ["all", 0] });
export const firstAfter = (value: Expression, { partition, order }: Series): Expression =>
  over(call("firstValue", value), { partition, order, rows: [0, "all"] });

/** Values with the missing ones filled, as pandas does: after the last one, it stays; before the first, nothing is known. */
export function interpolated(value: Expression, how: Interpolation, series: Series): Expression {
  const before = lastBefore(value, series);
  if (how === "ffill" || how === "pad" || how === "zero") return before;
  const after = firstAfter(value, series);
  if (how === "bfill" || how === "backfill") return after;
  const known = choose([[call("isNotNull", value), series.place]]);
  const [start, end] = [lastBefore(known, series), firstAfter(known, series)];
  if (how === "nearest") {
    const isNearer = call("lessOrEqual", call("subtract", series.place, start), call("subtract", end, series.place));
    return choose(
      [
        [call("isNull", after), before],
        [call("isNull", before), literal(null, value.type)],
        [isNearer, before],
      ],
      after,
    );
  }
  const share = call("divide", call("subtract", series.place, start), call("subtract", end, start));
  const line = call(
    "add",
    as(before, double),
    call("multiply", call("subtract", as(after, double), as(before, double)), share),
  );
  return choose(
    [
      [call("isNotNull", value), as(value, double)],
      [call("isNull", after), as(before, double)],
    ],
    line,
  );
}
