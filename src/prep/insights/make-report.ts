import { counted } from "../../base/counted.ts";
import { nearest } from "../../base/nearest.ts";
import { duplicateQueries, duplicatesOf } from "../analyses/duplicate-rows.ts";
import type { AnalysisEngine } from "../do-analysis.ts";
import { call } from "../sql/expression.ts";
import { aggregate, limit, type Relation } from "../sql/relation.ts";
import { type KnownColumn, lookAtColumns } from "./column-insights.ts";
import { definitions } from "./definitions.ts";
import { featureTypes } from "./feature-type.ts";
import type { ColumnInsights, InsightsReport, TargetInsights, TextInsights } from "./insights-report.ts";
import { askModels, type ModelInsights } from "./model-insights.ts";
import { firstRows, type ReportOptions } from "./report-params.ts";
import { drawSample, firstSamples, type ReportSample } from "./report-sample.ts";
import { lookAtTarget, mostClasses } from "./target-insights.ts";
import { textPatterns } from "./text-patterns.ts";
import { typedColumns } from "./typed-columns.ts";
import { warningsOf } from "./warning-rules.ts";

/**
 * Makes a Data Quality and Insights Report of a relation. Statistics are of all rows, or of the first 50,000; models are of
 * a sample. The same rows and seed give the same report, whatever the number of threads.
 */
export async function makeReport(
  input: Relation,
  options: ReportOptions,
  engine: AnalysisEngine,
  say: (line: string) => void = () => {},
): Promise<InsightsReport> {
  const { modelRows, seed } = options;
  const typed = options.inferTypes ? await typedColumns(input, engine) : input;
  const whole = typed.kind === "table" ? typed : await engine.keep(typed);
  const all = await countRows(whole, engine);
  const isFirst = !options.entire && all > firstRows;
  const table = isFirst ? await engine.keep(limit(whole, firstRows)) : whole;
  const rows = isFirst ? firstRows : all;
  const notes: string[] = [];

  const known = await lookAtColumns(table, rows, engine, say);
  const target = await targetOf(known, options, table, engine, notes);
  const queries = duplicateQueries(table);
  const answers = { counts: await engine.ask(queries.counts), most: await engine.ask(queries.most) };
  const duplicates = duplicatesOf(answers, table.columns, rows);
  say(`Looked for duplicates: ${counted(duplicates.duplicates, "row")}.`);

  const stratum = target?.problem === "classification" ? target.column : undefined;
  const drawn = {
    most: modelRows,
    seed,
    ...(stratum !== undefined && { stratum }),
    ...(target && { target: target.column }),
  };
  const sample = await drawSample(table, known, drawn, engine);
  const learned = await askModels(sample, target, seed, say);
  notes.push(...learned.notes);

  const columns = known.map(({ insights }) => withModels(insights, sample, learned, target));
  const warnings = warningsOf({ columns, target, model: learned.model, duplicates });
  return {
    format: "data-insights-report",
    version: 1,
    ...(options.name !== undefined && { name: options.name }),
    rows: { table: all, used: rows, method: isFirst ? "first" : "all", models: sample.drawn },
    summary: summaryOf(columns, rows, duplicates.ratio, warnings),
    warnings,
    duplicates,
    anomalies: learned.anomalies,
    target,
    model: learned.model,
    columns,
    samples: await firstSamples(table, engine),
    notes,
    definitions,
  };
}

async function countRows(input: Relation, { ask }: AnalysisEngine): Promise<number> {
  const [row] = await ask(aggregate(input, [], [{ name: "rows", value: call("countRows") }]));
  return Number(row!.rows);
}

/** A target that is not there is no reason for no report. */
async function targetOf(
  known: readonly KnownColumn[],
  { problem, target }: ReportOptions,
  table: Relation,
  engine: AnalysisEngine,
  notes: string[],
): Promise<TargetInsights | null> {
  if (target === undefined) return null;
  const own = known.find(({ column: { name } }) => name === target);
  if (own === undefined) {
    const meant = nearest(
      target,
      known.map(({ column: { name } }) => name),
    );
    notes.push(
      `There is no column ${JSON.stringify(target)}, which was to be the target${meant ? `; was ${JSON.stringify(meant)} meant?` : "."} The report is made without one.`,
    );
    return null;
  }
  const found = await lookAtTarget(table, own, problem, engine);
  if (found.problem === "classification" && found.distinct > mostClasses)
    notes.push(
      `The target ${JSON.stringify(target)} has ${found.distinct} classes; the ${mostClasses} that most rows have are listed at most. Is it a number, a text or an identifier?`,
    );
  return found;
}

function withModels(
  insights: ColumnInsights,
  sample: ReportSample,
  { importances, powers }: ModelInsights,
  target: TargetInsights | null,
): ColumnInsights {
  const texts = insights.texts && { ...insights.texts, patterns: patternsOf(insights, sample) };
  const isFeature = target !== null && insights.column !== target.column;
  const importance = importances.get(insights.column);
  return {
    ...insights,
    ...(texts && { texts }),
    ...(isFeature && { power: powers.get(insights.column) ?? null }),
    ...(importance !== undefined && { importance }),
  };
}

/** Patterns of texts of many values: those of few are seen as they are. */
function patternsOf(
  { column: name, distinct, feature }: ColumnInsights,
  sample: ReportSample,
): TextInsights["patterns"] {
  const values = sample.features.find((one) => one.name === name)?.values;
  if (feature !== "text" || values?.kind !== "categorical" || (distinct ?? 0) <= 2) return [];
  const rows = new Float64Array(values.labels.length);
  for (const code of values.codes) if (code >= 0) rows[code]!++;
  return textPatterns(values.labels, rows);
}

function summaryOf(
  columns: readonly ColumnInsights[],
  rows: number,
  duplicates: number,
  warnings: InsightsReport["warnings"],
): InsightsReport["summary"] {
  const cells = Math.max(1, rows * columns.length);
  const sum = (of: "missing" | "invalid") => columns.reduce((total, one) => total + one[of], 0) / cells;
  const types = featureTypes.map((type) => [type, columns.filter(({ feature }) => feature === type).length] as const);
  const count = (severity: string) => warnings.filter((one) => one.severity === severity).length;
  return {
    rows,
    columns: columns.length,
    types: Object.fromEntries(types.filter(([, number]) => number > 0)),
    missing: sum("missing"),
    invalid: sum("invalid"),
    duplicates,
    warnings: { high: count("high"), medium: count("medium"), low: count("low") },
  };
}
