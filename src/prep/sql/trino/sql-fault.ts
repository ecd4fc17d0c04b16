/** Where something stands in the text of a statement, counted from 1 as Trino does. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** The error names of Trino that a statement can end with before it runs. Clients match on them. */
export type SqlFaultCode =
  | "SYNTAX_ERROR"
  | "NOT_SUPPORTED"
  | "COLUMN_NOT_FOUND"
  | "TABLE_NOT_FOUND"
  | "SCHEMA_NOT_FOUND"
  | "FUNCTION_NOT_FOUND"
  | "FUNCTION_NOT_AGGREGATE"
  | "FUNCTION_NOT_WINDOW"
  | "TYPE_NOT_FOUND"
  | "TYPE_MISMATCH"
  | "AMBIGUOUS_NAME"
  | "DUPLICATE_NAMED_QUERY"
  | "DUPLICATE_COLUMN_NAME"
  | "MISMATCHED_COLUMN_ALIASES"
  | "EXPRESSION_NOT_AGGREGATE"
  | "EXPRESSION_NOT_CONSTANT"
  | "EXPRESSION_NOT_IN_DISTINCT"
  | "EXPRESSION_NOT_SCALAR"
  | "INVALID_COLUMN_REFERENCE"
  | "INVALID_FUNCTION_ARGUMENT"
  | "INVALID_LITERAL"
  | "INVALID_ORDER_BY"
  | "INVALID_PATH"
  | "INVALID_RECURSIVE_REFERENCE"
  | "MISSING_COLUMN_ALIASES"
  | "NESTED_RECURSIVE"
  | "INVALID_PARAMETER_USAGE"
  | "INVALID_WINDOW_FRAME"
  | "INVALID_LIMIT_CLAUSE"
  | "MISSING_ORDER_BY"
  | "NESTED_AGGREGATION"
  | "NESTED_WINDOW"
  | "QUERY_TEXT_TOO_LARGE"
  | "STATEMENT_TOO_LARGE"
  | "TOO_MANY_GROUPING_SETS";

/** A statement that cannot be run, in the words that Trino has for it, with the place in its text. */
export class SqlFault extends Error {
  readonly code: SqlFaultCode;
  readonly line: number | undefined;
  readonly column: number | undefined;

  constructor(code: SqlFaultCode, words: string, at?: Position) {
    super(at === undefined ? words : `line ${at.line}:${at.column}: ${words}`);
    this.code = code;
    this.line = at?.line;
    this.column = at?.column;
  }
}
