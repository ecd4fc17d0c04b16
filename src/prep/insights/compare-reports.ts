import {
  type JsonShape,
  list,
  members,
  number,
  type OfShape,
  oneOf,
  optional,
  orNull,
  record,
  share,
  text,
} from "../../base/json-shape.ts";
import { type ColumnInsights, type InsightsReport, type Warning, warning } from "./insights-report.ts";

const change = <T>(of: JsonShape<T>) => members({ before: of, after: of });
const changed = change(orNull(number()));

const columnChange = members({
  column: text("Its name."),
  feature: optional(change(text())),
  type: optional(change(text())),
  missing: change(share("Of the rows.")),
  distinct: changed,
  mean: optional(changed),
  median: optional(changed),
  stddev: optional(changed),
  distance: orNull(
    share(
      "How far the distributions are apart: half the sum of the differences of the shares of values (frequent ones, and all others as one); of numbers, the greatest difference of the shares below the older one's quantiles.",
    ),
  ),
});
export type ColumnChange = OfShape<typeof columnChange>;

/** What changed between two reports, of an older version of a table and of a newer one. */
export const reportComparison = members({
  format: oneOf(["data-insights-comparison"]),
  version: oneOf([1]),
  rows: change(number()),
  added: list(text(), "Columns of the newer table alone."),
  removed: list(text(), "Columns of the older one alone."),
  columns: list(columnChange, "Columns of both, those that changed most first."),
  warnings: members({ added: list(warning), gone: list(warning) }),
  scores: record(changed, "By the names of the quick models' scores."),
});
export type ReportComparison = OfShape<typeof reportComparison>;

export interface Change<Value> {
  readonly before: Value;
  readonly after: Value;
}

/** Compares two reports. */
export function compareReports(before: InsightsReport, after: InsightsReport): ReportComparison {
  const old = new Map(before.columns.map((one) => [one.column, one]));
  const now = new Set(after.columns.map(({ column }) => column));
  const columns = after.columns.flatMap((one) => {
    const other = old.get(one.column);
    return other ? [changeOf(other, one)] : [];
  });
  const names = Object.keys({ ...before.model?.scores, ...after.model?.scores });
  return {
    format: "data-insights-comparison",
    version: 1,
    rows: { before: before.rows.table, after: after.rows.table },
    added: [...now].filter((name) => !old.has(name)),
    removed: [...old.keys()].filter((name) => !now.has(name)),
    columns: columns.toSorted((one, other) => (other.distance ?? -1) - (one.distance ?? -1)),
    warnings: { added: without(after.warnings, before.warnings), gone: without(before.warnings, after.warnings) },
    scores: Object.fromEntries(
      names.map((name) => [
        name,
        { before: before.model?.scores[name] ?? null, after: after.model?.scores[name] ?? null },
      ]),
    ),
  };
}

/** A warning is the same where it is of the same rule and column, whatever its numbers. */
const without = (some: readonly Warning[], others: readonly Warning[]): readonly Warning[] =>
  some.filter((one) => !others.some(({ column, id }) => id === one.id && column === one.column));

function changeOf(before: ColumnInsights, after: ColumnInsights): ColumnChange {
  const number = (of: "mean" | "median" | "stddev") =>
    before.numbers && after.numbers ? { [of]: { before: before.numbers[of], after: after.numbers[of] } } : {};
  const share = ({ missing, rows }: ColumnInsights) => (rows === 0 ? 0 : missing / rows);
  return {
    column: after.column,
    ...(before.feature !== after.feature && { feature: { before: before.feature, after: after.feature } }),
    ...(before.type !== after.type && { type: { before: before.type, after: after.type } }),
    missing: { before: share(before), after: share(after) },
    distinct: { before: before.distinct, after: after.distinct },
    ...number("mean"),
    ...number("median"),
    ...number("stddev"),
    distance: distanceOf(before, after),
  };
}

function distanceOf(before: ColumnInsights, after: ColumnInsights): number | null {
  const isNumeric = before.feature === "numeric" && after.feature === "numeric";
  if (isNumeric && before.numbers && after.numbers) return numberDistance(before.numbers, after.numbers);
  if (before.top.length === 0 || after.top.length === 0) return null;
  const [one, other] = [before, after].map(({ missing, rows, top }) => {
    const all = Math.max(1, rows - missing);
    return new Map(top.map(({ rows: own, value }) => [value, own / all]));
  }) as [Map<string, number>, Map<string, number>];
  // Only what both list, or list all of, can be compared value by value.
  const known = new Set([...one.keys(), ...other.keys()]);
  const isListed = (column: ColumnInsights) => column.distinct !== null && column.distinct <= column.top.length;
  const compared = [...known].filter(
    (value) => (one.has(value) || isListed(before)) && (other.has(value) || isListed(after)),
  );
  const sum = (of: Map<string, number>) => compared.reduce((total, value) => total + (of.get(value) ?? 0), 0);
  const apart = compared.reduce((total, value) => total + Math.abs((one.get(value) ?? 0) - (other.get(value) ?? 0)), 0);
  return (apart + Math.abs(sum(one) - sum(other))) / 2;
}

type Numbers = NonNullable<ColumnInsights["numbers"]>;

/** The greatest difference of the two distributions at the quantiles of either. */
function numberDistance(before: Numbers, after: Numbers): number | null {
  const [one, other] = [before, after].map(pointsOf) as [readonly Point[], readonly Point[]];
  if (one.length < 2 || other.length < 2) return null;
  let most = 0;
  for (const [{ value }] of [...one, ...other].map((point) => [point] as const))
    most = Math.max(most, Math.abs(shareBelow(one, value) - shareBelow(other, value)));
  return most;
}

interface Point {
  readonly value: number;
  readonly share: number;
}

function pointsOf({ max, min, quantiles }: Numbers): readonly Point[] {
  const points = Object.entries(quantiles).map(([share, value]) => ({ value, share: Number(share) }));
  const all = [{ value: min, share: 0 }, ...points, { value: max, share: 1 }];
  return all
    .filter((point): point is Point => point.value !== null)
    .toSorted((one, other) => one.value - other.value || one.share - other.share);
}

/** Between the quantiles that are known, in a straight line; at a step, its middle. */
function shareBelow(points: readonly Point[], value: number): number {
  if (value < points[0]!.value) return 0;
  if (value > points.at(-1)!.value) return 1;
  const same = points.filter((point) => point.value === value);
  if (same.length > 0) return (same[0]!.share + same.at(-1)!.share) / 2;
  const above = points.findIndex((point) => point.value > value);
  const [low, high] = [points[above - 1]!, points[above]!];
  return low.share + ((value - low.value) / (high.value - low.value)) * (high.share - low.share);
}
