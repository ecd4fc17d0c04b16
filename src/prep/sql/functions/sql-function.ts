import { type ColumnType, double, long } from "../../column-type.ts";

/**
 * A function of expressions as it is written for DuckDB and for Spark. `$1`, `$2` stand for operands, `$*` for all of them,
 * `$rest` for all but the first, `$over` for the window of a call that has one (else it comes last). Both texts give equal
 * values for equal operands, null where an operand is null unless the row says otherwise; what the engines do differently is
 * settled in these rows and nowhere else.
 */
export interface SqlFunction {
  readonly gives: ColumnType | ((operands: readonly ColumnType[]) => ColumnType);
  readonly duckdb: Template;
  /** What DuckDB is given where the first operand is a list of texts that are known and differ: `$texts`. */
  readonly duckdbOfTexts?: string;
  readonly spark: Template | { readonly cannot: string };
}

/** The text of a call; where it depends on the type that the call gives, a function of it. */
type Template = string | ((gives: ColumnType) => string);

/** The same text for both. */
export const same = (gives: SqlFunction["gives"], sql: Template): SqlFunction => ({ gives, duckdb: sql, spark: sql });
export const differing = (gives: SqlFunction["gives"], duckdb: string, spark: string): SqlFunction => ({
  gives,
  duckdb,
  spark,
});

/** A function of our own (`own-functions.ts`), which DuckDB calls; Spark cannot. */
export const ownFunction = (gives: SqlFunction["gives"], duckdb: string, does: string): SqlFunction => ({
  gives,
  duckdb,
  spark: { cannot: `${does} is code that Spark does not run. Run the flow on the embedded engine.` },
});

/** The type of the first operand. */
export const first = ([type]: readonly ColumnType[]): ColumnType => type!;
/** The type of the elements of the first operand. */
export const element = ([type]: readonly ColumnType[]): ColumnType => (type!.kind === "list" ? type!.element : double);
export const wider = ([left, right]: readonly ColumnType[]): ColumnType =>
  left!.kind === "long" && right!.kind === "long" ? long : double;
