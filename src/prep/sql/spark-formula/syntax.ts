import type { ColumnType } from "../../column-type.ts";
import type { Plain } from "../expression.ts";
import type { JoinKind } from "../relation.ts";

/** What a formula says, before its names are looked up. `at` is the place in its text. */
export type Formula =
  | { readonly kind: "literal"; readonly value: Plain; readonly type: ColumnType }
  | { readonly kind: "name"; readonly parts: readonly string[]; readonly at: number }
  | { readonly kind: "star"; readonly at: number }
  | {
      readonly kind: "call";
      readonly name: string;
      readonly operands: readonly Formula[];
      readonly distinct: boolean;
      readonly window?: FormulaWindow;
      readonly at: number;
    }
  | {
      readonly kind: "operator";
      readonly operator: FormulaOperator;
      readonly operands: readonly Formula[];
      readonly at: number;
    }
  | {
      readonly kind: "case";
      readonly subject?: Formula;
      readonly branches: readonly { readonly when: Formula; readonly value: Formula }[];
      readonly otherwise?: Formula;
      readonly at: number;
    }
  | { readonly kind: "cast"; readonly operand: Formula; readonly type: string; readonly at: number }
  /** `x -> x + 1`, in a call. */
  | { readonly kind: "lambda"; readonly names: readonly string[]; readonly body: Formula; readonly at: number }
  | { readonly kind: "interval"; readonly months: number; readonly microseconds: number; readonly at: number }
  | {
      readonly kind: "subquery";
      readonly how: "value" | "among" | "exists";
      readonly operand?: Formula;
      readonly query: FormulaQuery;
      readonly at: number;
    };

/** A query of Spark's SQL, before its names are looked up. */
export interface FormulaQuery {
  /** WITH: queries that later ones name as tables. */
  readonly named: readonly { readonly name: string; readonly query: FormulaQuery }[];
  readonly body: QueryBody;
  readonly order: readonly FormulaOrder[];
  readonly limit?: number;
}

export type QueryBody =
  | FormulaSelect
  | { readonly kind: "query"; readonly query: FormulaQuery }
  | {
      readonly kind: "set";
      readonly operator: "union" | "intersect" | "except";
      readonly all: boolean;
      readonly left: QueryBody;
      readonly right: QueryBody;
    };

export interface FormulaSelect {
  readonly kind: "select";
  readonly distinct: boolean;
  readonly items: readonly SelectItem[];
  readonly from: readonly FromItem[];
  readonly where?: Formula;
  readonly group: readonly Formula[];
  readonly having?: Formula;
}

/** A value with its name, or all columns: of one table where it is named. */
export type SelectItem =
  | { readonly all: true; readonly of?: string }
  | { readonly value: Formula; readonly name: string };

/** A table in FROM, and how it comes to those before it. */
export interface FromItem {
  readonly how: JoinKind;
  readonly table: string | FormulaQuery;
  readonly name: string;
  readonly on?: Formula;
  /** Columns of both sides that are equal, and become one. */
  readonly using?: readonly string[];
  readonly at: number;
}

export type FormulaOperator =
  | "or"
  | "and"
  | "not"
  | "="
  | "<=>"
  | "<>"
  | "<"
  | "<="
  | ">"
  | ">="
  | "between"
  | "in"
  | "like"
  | "ilike"
  | "rlike"
  | "is null"
  | "is true"
  | "is false"
  | "+"
  | "-"
  | "||"
  | "*"
  | "/"
  | "%"
  | "div"
  | "negative"
  | "item";

export interface FormulaWindow {
  readonly partition: readonly Formula[];
  readonly order: readonly FormulaOrder[];
  readonly rows?: readonly [before: number | "all", after: number | "all"];
}

export interface FormulaOrder {
  readonly by: Formula;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}
