import { counted } from "../../base/counted.ts";
import { numberLabel } from "../analyses/grouped-values.ts";
import { numberOrNull } from "../analyses/number-or-null.ts";
import { type Column, typeWords } from "../column-type.ts";
import type { AnalysisEngine } from "../do-analysis.ts";
import type { Relation } from "../sql/relation.ts";
import { written } from "../sql/text-of.ts";
import { type ColumnCounts, countColumns, countRare, numberValue, type TopValues, topValues } from "./count-columns.ts";
import { type FeatureType, textFeatureType } from "./feature-type.ts";
import type { ColumnInsights, NumberInsights, TextInsights } from "./insights-report.ts";
import { fractions, measureNumbers, type NumberMeasures } from "./measure-numbers.ts";

/** A category with less than this share of the rows of the most frequent one is rare. */
const rareShare = 0.05;

/** What is known of a column of all rows, before any model. */
export interface KnownColumn {
  readonly column: Column;
  readonly counts: ColumnCounts;
  readonly insights: ColumnInsights;
}

/** Looks at all columns of a table that the engine keeps. `say` is told how far it is. */
export async function lookAtColumns(
  input: Relation,
  rows: number,
  engine: AnalysisEngine,
  say: (line: string) => void,
): Promise<readonly KnownColumn[]> {
  const counts = await countColumns(input, rows, engine);
  say(`Counted ${counted(input.columns.length, "column")} of ${counted(rows, "row")}.`);
  const tops: (TopValues | undefined)[] = [];
  for (const [index, column] of input.columns.entries()) {
    const isCounted = written.includes(column.type.kind) || column.type.kind === "struct";
    const { longest } = counts[index]!;
    tops.push(isCounted ? await topValues(input, column, engine, longest === undefined ? {} : { longest }) : undefined);
  }
  const features = input.columns.map((column, index) => featureOf(column, counts[index]!, tops[index]?.distinct));
  const rare: (number | undefined)[] = [];
  for (const [index, column] of input.columns.entries())
    rare.push(features[index] === "categorical" ? await countRare(input, column, rareShare, engine) : undefined);
  say("Counted the values of the columns.");
  const numeric = input.columns.flatMap((column, index) => (isMeasured(column, features[index]!) ? [index] : []));
  const measured = await measureNumbers(
    input,
    numeric.map((index) => numberValue(input.columns[index]!, features[index] === "datetime")),
    engine,
  );
  say(`Measured ${counted(numeric.length, "column")} of numbers and times.`);
  return input.columns.map((column, index) => {
    const feature = features[index]!;
    const one = { column, counts: counts[index]!, feature, top: tops[index], rare: rare[index] };
    return { column, counts: counts[index]!, insights: insightsOf(one, measured[numeric.indexOf(index)]) };
  });
}

/** Whether the column's numbers or times are measured. */
function isMeasured({ type: { kind } }: Column, feature: FeatureType): boolean {
  if (feature === "numeric" || feature === "datetime") return true;
  return feature === "binary" && (kind === "long" || kind === "double");
}

function featureOf({ type: { kind } }: Column, counts: ColumnCounts, distinct = 0): FeatureType {
  if (counts.present === 0) return "empty";
  switch (kind) {
    case "text":
      return textFeatureType({
        present: counts.present,
        numbers: counts.numbers!,
        datetimes: counts.datetimes!,
        writtenDatetimes: counts.writtenDatetimes!,
        distinct,
      });
    case "long":
    case "double":
      return distinct === 2 ? "binary" : "numeric";
    case "boolean":
      return "binary";
    case "date":
    case "timestamp":
      return "datetime";
    case "vector":
    case "list":
      return "vector";
    case "binary":
      return "image";
    default:
      return "other";
  }
}

interface Parts {
  readonly column: Column;
  readonly counts: ColumnCounts;
  readonly feature: FeatureType;
  readonly top: TopValues | undefined;
  readonly rare: number | undefined;
}

function insightsOf(
  { column, counts, feature, rare, top }: Parts,
  measures: NumberMeasures | undefined,
): ColumnInsights {
  const { nullLike = 0, rows } = counts;
  const valid = validOf(column, counts, feature);
  // Among numbers and times, a word for nothing is no value of another type.
  const isText = column.type.kind === "text" && (feature === "numeric" || feature === "datetime");
  const present = counts.present - (isText ? nullLike : 0);
  return {
    column: column.name,
    type: typeWords(column.type),
    feature,
    rows,
    missing: rows - present,
    invalid: present - valid,
    valid,
    distinct: top?.distinct ?? null,
    top: top?.top ?? [],
    ...(rare !== undefined && { rareCategories: rare }),
    ...(measures && feature !== "datetime" && { numbers: numbersOf(measures, counts) }),
    ...(measures && feature === "datetime" && { times: timesOf(measures, column.type.kind === "date") }),
    ...(column.type.kind === "text" && { texts: textsOf(counts) }),
  };
}

/** Values that are of the feature's type. */
function validOf(
  { type: { kind } }: Column,
  { datetimes, infinite = 0, numbers, present }: ColumnCounts,
  feature: FeatureType,
) {
  if (kind === "text" && feature === "numeric") return numbers!;
  if (kind === "text" && feature === "datetime") return datetimes!;
  return present - infinite;
}

function numbersOf(measures: NumberMeasures, { wholes }: ColumnCounts): NumberInsights {
  const { histogram, kurtosis, max, mean, min, outliers, quantiles, robustStddev, skew, stddev } = measures;
  return {
    min: numberOrNull(min),
    max: numberOrNull(max),
    mean: numberOrNull(mean),
    stddev: numberOrNull(stddev),
    median: numberOrNull(quantiles[0.5]),
    quantiles: Object.fromEntries(fractions.map((fraction) => [fraction, numberOrNull(quantiles[fraction])])),
    skew: numberOrNull(skew),
    kurtosis: numberOrNull(kurtosis),
    robustStddev: numberOrNull(robustStddev),
    outliers,
    wholes: wholes ?? null,
    histogram,
  };
}

function timesOf({ histogram: { counts, edges }, max, min }: NumberMeasures, isDate: boolean): ColumnInsights["times"] {
  const kind = isDate ? "date" : "timestamp";
  const text = (seconds: number) => (Number.isFinite(seconds) ? String(numberLabel(seconds, kind)) : null);
  return {
    first: text(min),
    last: text(max),
    histogram: { edges: edges.map((edge) => String(numberLabel(edge, "timestamp"))), counts },
  };
}

const textsOf = (counts: ColumnCounts): TextInsights => ({
  shortest: counts.shortest!,
  longest: counts.longest!,
  meanLength: numberOrNull(counts.characters! / counts.present),
  empty: counts.empty!,
  blank: counts.blank!,
  nullLike: counts.nullLike!,
  patterns: [],
});
