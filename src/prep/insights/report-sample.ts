import { text } from "../column-type.ts";
import type { Json } from "../define-transform.ts";
import { type AnalysisEngine, drawRows, type LookedAt } from "../do-analysis.ts";
import { call, cast, type Expression } from "../sql/expression.ts";
import { filter, type Relation, select } from "../sql/relation.ts";
import { textOf, written } from "../sql/text-of.ts";
import { type SampleColumn, sampledValues, type TableSample } from "../table-sample.ts";
import { stratifiedSampling } from "../transforms/sampling/sampling.ts";
import type { KnownColumn } from "./column-insights.ts";
import { numberValue, presentValue } from "./count-columns.ts";
import type { FeatureType } from "./feature-type.ts";
import type { InsightsReport, SampleRow } from "./insights-report.ts";

/** A column of a sample as models see it. */
export interface SampledFeature {
  readonly name: string;
  readonly feature: FeatureType;
  /** Numbers and times are numeric; all others that are there are texts. */
  readonly values: SampleColumn;
}

export interface ReportSample {
  readonly rows: number;
  readonly features: readonly SampledFeature[];
  readonly drawn: InsightsReport["rows"]["models"];
}

/** Of a text so many characters are looked at. */
const mostCharacters = 1_000;
const number = { kind: "double" } as const;

/** What models can look at. */
const isLookedAt = (feature: FeatureType): boolean =>
  feature === "numeric" ||
  feature === "datetime" ||
  feature === "categorical" ||
  feature === "binary" ||
  feature === "text";

/**
 * Draws the rows that models and samples are of.
 *
 * @param stratum a column of which each value is drawn by its share; rows without a value of it are left out
 */
export async function drawSample(
  input: Relation,
  known: readonly KnownColumn[],
  { most, seed, stratum, target }: { most: number; seed: number; stratum?: string; target?: string },
  engine: AnalysisEngine,
): Promise<ReportSample> {
  const looked = known.filter(({ insights }) => isLookedAt(insights.feature) && insights.distinct !== 0);
  const labelled = known.find(({ column }) => column.name === target);
  const usable = labelled ? filter(input, call("isNotNull", modelValue(labelled))) : input;
  const rows = await countRows(usable, engine);
  let relation = usable;
  let drawn: LookedAt = { table: rows, used: rows, method: "all" };
  let method: ReportSample["drawn"]["method"] = "all";
  if (rows > most && stratum !== undefined) {
    const values = { sample_size: most, seed, stratify_column: stratum };
    const chosen = stratifiedSampling.relation({ input: usable, inputs: [usable], values, learned: null }) as Relation;
    relation = await engine.keep(chosen);
    drawn = { table: rows, used: await countRows(relation, engine), method: "random" };
    method = "stratified";
  } else {
    const found = await drawRows(usable, most, seed, engine);
    ({ relation } = found);
    drawn = found.rows;
    method = found.rows.method;
  }
  const columns = select(
    relation,
    looked.map((one) => ({ name: one.column.name, value: modelValue(one) })),
  );
  const sample: TableSample =
    looked.length === 0
      ? { rows: drawn.used, columns: [] }
      : await engine.take(sampledValues(columns, columns.columns), columns.columns, drawn.used);
  return {
    rows: drawn.used,
    features: looked.map(({ column, insights }, index) => ({
      name: column.name,
      feature: insights.feature,
      values: sample.columns[index]!,
    })),
    drawn: { used: drawn.used, method, seed },
  };
}

/** The value of a column as its feature type has it; null where there is none. */
function modelValue({ column, insights: { feature } }: KnownColumn): Expression {
  if (feature === "numeric" || feature === "datetime") return numberValue(column, feature === "datetime");
  const value = presentValue(column);
  // Of two numbers the labels are written as people write them.
  if (value.type.kind === "double" || value.type.kind === "boolean") return cast(value, number);
  return call("substring", textOf(value), 1, mostCharacters);
}

async function countRows(input: Relation, { ask }: AnalysisEngine): Promise<number> {
  const count = { name: "rows", value: call("countRows") };
  const [row] = await ask({
    kind: "aggregate",
    input,
    keys: [],
    values: [count],
    columns: [{ name: "rows", type: { kind: "long" } }],
  });
  return Number(row!.rows);
}

const shownRows = 10;
const shownCharacters = 200;

/** The first rows, as texts. */
export async function firstSamples(input: Relation, { ask }: AnalysisEngine): Promise<readonly SampleRow[]> {
  if (input.columns.length === 0) return [];
  const values = input.columns.map((one, index) => {
    const value: Expression = { kind: "column", ...one };
    const words = written.includes(one.type.kind)
      ? textOf(value)
      : call(one.type.kind === "binary" ? "base64" : "json", value);
    return { name: `v${index}`, value: call("substring", cast(words, text), 1, shownCharacters) };
  });
  const rows = await ask({
    kind: "limit",
    count: shownRows,
    input: select(input, values),
    columns: select(input, values).columns,
  });
  return rows.map((row) =>
    Object.fromEntries(input.columns.map(({ name }, index) => [name, row[`v${index}`] as Json as string | null])),
  );
}
