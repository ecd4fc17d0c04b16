import { integer, type Param, type Params, type ParamValues } from "../base/params.ts";
import type { Column } from "./column-type.ts";
import type { ExampleTable, Json, Row, VariantChoice } from "./define-transform.ts";
import type { Relation } from "./sql/relation.ts";
import type { TableSample } from "./table-sample.ts";
import { optionalFilledText } from "./text-param.ts";

/** What an analysis is worked out from. */
export interface Given<Values> {
  readonly values: Values;
  /** All columns of the table. */
  readonly columns: readonly Column[];
  /** The answers to `asks`, by the names of the queries. */
  readonly answers: Readonly<Record<string, readonly Row[]>>;
  /** The values that the analysis `takes`, of the rows that are looked at. */
  readonly sample: TableSample;
  /** The node's seed, for whatever is left to chance (`base/random.ts`). */
  readonly seed: number;
}

/** What an analysis finds. */
export interface Findings<Data> {
  /** JSON; a number that there is not (the mean of nothing) is null, never NaN. */
  readonly data: Data;
  /** What could not be worked out, and why, in sentences that name the column. */
  readonly notes?: readonly string[];
}

/** A picture in the language of Vega-Lite 5, its data inline. */
export type Picture = { readonly [name: string]: Json };

export interface AnalysisExample {
  readonly summary?: string;
  readonly table: ExampleTable;
  /** Parameters as a flow has them, in the variant's block. */
  readonly with: Readonly<Record<string, Json>>;
  readonly gives: Json;
  /** The notes of the result. Absent: none. */
  readonly notes?: readonly string[];
}

interface Declared<P extends Params> {
  /** The operator in flows, without "sagemaker.visualizations." and its version: "histogram". */
  readonly operator: string;
  readonly variant?: readonly VariantChoice[];
  readonly title: string;
  /** One sentence for people. */
  readonly summary: string;
  readonly params: P;
  readonly examples: readonly AnalysisExample[];
}

export interface DeclaredAnalysis<P extends Params, Data> extends Declared<P> {
  /** Queries over the rows that are looked at, each of few rows, by names of their own. @throws StepFault */
  asks?(input: Relation, values: ParamValues<P>): Readonly<Record<string, Relation>>;
  /** The names of the columns whose values `compute` needs, row by row. Absent: none. @throws StepFault */
  takes?(input: Relation, values: ParamValues<P>): readonly string[];
  /** The computation: pure, and for the same input always the same bytes. @throws StepFault for what cannot be asked */
  compute(given: Given<ParamValues<P>>): Findings<Data>;
  /** Absent: the data is best read as a table. */
  picture?(data: Data, values: ParamValues<P>): Picture | undefined;
}

/** Every node has these: what it is called, and the rows that are looked at when the table has more. */
export const sharedParams = {
  name: optionalFilledText,
  /** Data Wrangler looks at 100,000 rows at most. */
  sample_size: integer({ default: 100_000, min: 1, max: 10_000_000 }),
  seed: integer({ default: 838_257_247, min: 0 }),
} satisfies Record<string, Param<unknown>>;

/** A unit of the catalogue, as the rest of the product sees it. */
export interface Analysis extends Declared<Params> {
  readonly unit: "analysis";
  // biome-ignore lint/suspicious/noExplicitAny: the catalogue holds units of every table of parameters
  asks(input: Relation, values: any): Readonly<Record<string, Relation>>;
  // biome-ignore lint/suspicious/noExplicitAny: see above
  takes(input: Relation, values: any): readonly string[];
  // biome-ignore lint/suspicious/noExplicitAny: see above
  compute(given: Given<any>): Findings<Json>;
  // biome-ignore lint/suspicious/noExplicitAny: see above
  picture(data: any, values: any): Picture | undefined;
}

/** Declares an analysis. */
export const defineAnalysis = <const P extends Params, Data>(declared: DeclaredAnalysis<P, Data>): Analysis =>
  ({
    unit: "analysis",
    asks: () => ({}),
    takes: () => [],
    picture: () => undefined,
    ...declared,
    params: { ...sharedParams, ...declared.params },
  }) as unknown as Analysis;
