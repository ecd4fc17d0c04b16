import type { Params, ParamValues } from "../base/params.ts";
import type { Column, ColumnType, TypeKind } from "./column-type.ts";
import type { Expression } from "./sql/expression.ts";
import type { Named, Relation } from "./sql/relation.ts";

/** A row of an engine's answer, by column. Values of `long` are numbers where a number holds them, else bigints. */
export type Row = Readonly<Record<string, unknown>>;

/** What a step learned from data: JSON that every engine's plan can be made from. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** One word of a flow that chooses among the variants of an operator: `"operator": "Left pad"`. */
export interface VariantChoice {
  readonly name: string;
  readonly is: string;
  /** Other labels of the same choice, as older or newer flows have them; their block may be named for them. */
  readonly also?: readonly string[];
  /** The member that holds the variant's parameters. Absent: `left_pad_parameters` for "Left pad". */
  readonly block?: string;
  /** Whether the variant is meant where the word is absent. */
  readonly usual?: true;
  /** The variant has no member of its own: its parameters, and what it was trained to, are beside the word. */
  readonly beside?: true;
}

/** How a step learns from rows before it can be done. */
export interface Fit<Values, Learned extends Json> {
  /** The queries whose answers are learned from, each of few rows, by a name of their own. */
  asks(input: Relation, values: Values): Readonly<Record<string, Relation>>;
  learn(answers: Readonly<Record<string, readonly Row[]>>, values: Values, input: Relation): Learned;
  /**
   * Returns what `learn` would, of the step's member of a flow's `trained_parameters` (a fitted model in it is already
   * decoded, see `flows/trained-model.ts`); undefined where it does not hold enough, then the step learns anew.
   */
  read?(trained: Json, values: Values): Learned | undefined;
  /** The parameters that a flow's mark of what was trained (`_hash`) is made of, where that is known. */
  mark?(values: Values): Readonly<Record<string, Json>>;
}

/** The same of a step that treats columns one by one. */
export interface ColumnFit<Values, Learned extends Json> {
  asks(column: Expression, input: Relation, values: Values): Readonly<Record<string, Relation>>;
  learn(answers: Readonly<Record<string, readonly Row[]>>, values: Values, input: Relation): Learned;
  /** The same of one column. */
  read?(trained: Json, values: Values): Learned | undefined;
  /** The parameters that a flow's mark of what was trained (`_hash`) is made of, where that is known. */
  mark?(values: Values): Readonly<Record<string, Json>>;
}

/** What a step is made of when it is compiled. */
export interface Step<Values, Learned> {
  /** The step's input; of several, the first. */
  readonly input: Relation;
  readonly inputs: readonly Relation[];
  readonly values: Values;
  /** What the fit learned; undefined where the unit has none. */
  readonly learned: Learned;
}

/** Rows in and rows out, on every engine; `with` are the parameters as a flow has them in the variant's block. */
export interface TransformExample {
  readonly summary?: string;
  readonly inputs: readonly ExampleTable[];
  readonly with: Readonly<Record<string, Json>>;
  /** Of a step with several outputs, by their names. */
  readonly gives: ExampleTable | { readonly outputs: Readonly<Record<string, ExampleTable>> };
  /** Whether the order of the rows is not part of what the step promises. */
  readonly anyOrder?: true;
  /** Spark refuses it by name, though it can do others of the step. */
  readonly onDuckdbAlone?: true;
}

/** Columns by name. */
export type ExampleTable = Readonly<Record<string, ExampleColumn>>;

export interface ExampleColumn {
  readonly type: ColumnType;
  readonly values: readonly unknown[];
}

interface Declared<P extends Params> {
  /** The operator in flows, without "sagemaker.spark." and its version: "format_string". */
  readonly operator: string;
  readonly variant?: readonly VariantChoice[];
  /** The group in the catalogue: "Format string". */
  readonly group: string;
  readonly title: string;
  /** One sentence for people. */
  readonly summary: string;
  readonly params: P;
  /** Why Spark cannot do the step. Absent: it can. */
  readonly spark?: { readonly cannot: string };
  readonly examples: readonly TransformExample[];
}

/** A value in, a value out: the columns of `input_column`, in place or under the names that `output_column` says. */
export interface ColumnTransform<P extends Params, Learned extends Json> extends Declared<P> {
  /** Types that the columns may have. Empty: any. */
  readonly accepts: readonly TypeKind[];
  readonly fit?: ColumnFit<ParamValues<P>, Learned>;
  /** The name of the new values where the step gives none. Absent: that of the column, whose place they take. */
  unnamed?(column: string): string;
  /** Which rows stay. Absent, or without an answer: all. A row whose answer is null goes. */
  keeps?(column: Expression, values: ParamValues<P>, learned: Learned): Expression | undefined;
  expression(column: Expression, values: ParamValues<P>, learned: Learned, input: Relation): Expression | ColumnParts;
}

/**
 * Several values of one, each in a column `<name>_<part>` after all others, where `name` is what one value would have. The
 * column goes where the step names no output, unless it `stays`.
 */
export interface ColumnParts {
  readonly parts: readonly Named[];
  readonly stays?: true;
}

/** Rows in, rows out. */
export interface RelationTransform<P extends Params, Learned extends Json> extends Declared<P> {
  /** How many inputs it has. Absent: 1. */
  readonly takes?: number | "several";
  readonly fit?: Fit<ParamValues<P>, Learned>;
  /** Returns what comes out; of several outputs, by their names. */
  relation(step: Step<ParamValues<P>, Learned>): Relation | { readonly outputs: Readonly<Record<string, Relation>> };
}

/** A unit of the catalogue, as the rest of the product sees it: one of a relation, whatever it was declared as. */
export interface Transform extends Declared<Params> {
  readonly unit: "transform";
  readonly takes: number | "several";
  // biome-ignore lint/suspicious/noExplicitAny: the catalogue holds units of every table of parameters
  readonly fit?: Fit<any, any>;
  // biome-ignore lint/suspicious/noExplicitAny: see above
  relation(step: Step<any, any>): Relation | { readonly outputs: Readonly<Record<string, Relation>> };
}

/** Declares a step of a relation. */
export const defineTransform = <const P extends Params, Learned extends Json = null>(
  declared: RelationTransform<P, Learned>,
): Transform => ({ unit: "transform", takes: 1, ...declared }) as unknown as Transform;

export const exampleColumns = (table: ExampleTable): readonly Column[] =>
  Object.entries(table).map(([name, { type }]) => ({ name, type }));
