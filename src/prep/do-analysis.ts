import { text } from "./column-type.ts";
import type { Analysis, Picture } from "./define-analysis.ts";
import type { Json, Row } from "./define-transform.ts";
import { as, call, literal } from "./sql/expression.ts";
import { randomNumber, withPosition } from "./sql/random-number.ts";
import { aggregate, filter, limit, onlyColumns, type Relation, sort } from "./sql/relation.ts";
import { columnOf } from "./step-fault.ts";
import { sampledValues, type TableSample } from "./table-sample.ts";

/** What an analysis says, as it is kept: JSON. */
export interface AnalysisResult {
  /** The operator in flows: "histogram". */
  readonly analysis: string;
  readonly title: string;
  /** What the node calls it. */
  readonly name?: string;
  readonly parameters: { readonly [name: string]: Json };
  readonly rows: LookedAt;
  readonly data: Json;
  /** What could not be worked out, and why. */
  readonly notes: readonly string[];
  /** A specification of Vega-Lite, its data inline. */
  readonly picture?: Picture;
}

/** The rows that were looked at. */
export interface LookedAt {
  /** How many the table has. */
  readonly table: number;
  readonly used: number;
  /** `random`: a sample without replacement, drawn with the seed. */
  readonly method: "all" | "random";
  readonly seed?: number;
}

/** The engine, as an analysis uses it. */
export interface AnalysisEngine {
  /** Answers a query; `input` is what it reads, where that is not kept yet. */
  ask(query: Relation, input?: Relation): Promise<readonly Row[]>;
  /** Keeps the rows of a relation, and returns them as a table. */
  keep(relation: Relation): Promise<Relation>;
  /** Returns the values of a relation of `sampledValues`. */
  take(relation: Relation, columns: Relation["columns"], most: number): Promise<TableSample>;
}

/** Does an analysis of the rows of a relation. @throws StepFault */
export async function doAnalysis(
  analysis: Analysis,
  input: Relation,
  values: Readonly<Record<string, unknown>>,
  engine: AnalysisEngine,
): Promise<AnalysisResult> {
  const { sample_size: most, seed, name, ...own } = values as { sample_size: number; seed: number; name?: string };
  // What is asked for wrongly is said before any row is read.
  const wanted = new Set(analysis.takes(input, values));
  const taken = [...wanted].map((one) => columnOf(input, one));
  analysis.asks(input, values);
  const { relation, rows } = await drawRows(input, most, seed, engine);
  const answers: Record<string, readonly Row[]> = {};
  for (const [query, asked] of Object.entries(analysis.asks(relation, values)))
    answers[query] = await engine.ask(asked, relation);
  const sample =
    taken.length === 0
      ? { rows: rows.used, columns: [] }
      : await engine.take(sampledValues(relation, taken), taken, rows.used);
  const { data, notes = [] } = analysis.compute({ values, columns: input.columns, answers, sample, seed });
  const picture = analysis.picture(data, values);
  return {
    analysis: analysis.operator,
    title: analysis.title,
    ...(name !== undefined && { name }),
    parameters: JSON.parse(JSON.stringify(own)) as AnalysisResult["parameters"],
    rows,
    data,
    notes,
    ...(picture && { picture }),
  };
}

/** Returns at most so many rows of a relation, in their order, as a table that the engine keeps. */
export async function drawRows(
  input: Relation,
  most: number,
  seed: number,
  engine: Pick<AnalysisEngine, "ask" | "keep">,
): Promise<{ readonly relation: Relation; readonly rows: LookedAt }> {
  const kept = input.kind === "table" ? input : await engine.keep(input);
  const count = "rows";
  const [counted] = await engine.ask(aggregate(kept, [], [{ name: count, value: call("countRows") }]), kept);
  const table = Number(counted![count]);
  if (table <= most) return { relation: kept, rows: { table, used: table, method: "all" } };
  const { relation, position } = withPosition(kept);
  const key = randomNumber(seed, as(position, text));
  // Only those are sorted that may be among the first: a few more than are wanted.
  const share = Math.min(1, (most + 8 * Math.sqrt(most) + 20) / table);
  const few = filter(relation, call("less", key, literal(share)));
  const chosen = sort(limit(sort(few, [{ by: key }, { by: position }]), most), [{ by: position }]);
  const drawn = await engine.keep(onlyColumns(chosen, input.columns));
  const [used] = await engine.ask(aggregate(drawn, [], [{ name: count, value: call("countRows") }]), drawn);
  return { relation: drawn, rows: { table, used: Number(used![count]), method: "random", seed } };
}

/** The result as the bytes that are kept. */
export const writeResult = (result: AnalysisResult): string => `${JSON.stringify(result, null, 1)}\n`;
