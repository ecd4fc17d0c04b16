import type { ColumnType } from "../../column-type.ts";
import type { Plain } from "../expression.ts";

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
  | { readonly kind: "cast"; readonly operand: Formula; readonly type: string; readonly at: number };

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
