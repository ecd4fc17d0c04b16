import type { Position } from "./sql-fault.ts";
import type { SqlType } from "./sql-type.ts";

/** The syntax tree of a query in Trino's dialect. Every node has the place where it begins. */
export type Expression =
  | {
      readonly kind: "number";
      readonly form: "integer" | "decimal" | "double";
      readonly text: string;
      readonly at: Position;
    }
  | { readonly kind: "string"; readonly value: string; readonly at: Position }
  | { readonly kind: "binary"; readonly hex: string; readonly at: Position }
  | { readonly kind: "boolean"; readonly value: boolean; readonly at: Position }
  | { readonly kind: "null"; readonly at: Position }
  /** DATE '2020-01-01', TIMESTAMP '...', DECIMAL '1.5', JSON '...' and so on. */
  | { readonly kind: "typed"; readonly type: string; readonly value: string; readonly at: Position }
  | {
      readonly kind: "interval";
      readonly value: string;
      readonly negative: boolean;
      readonly from: string;
      readonly to?: string;
      readonly at: Position;
    }
  /** `a`, `t.a`, `db.t.a`, `t.row.field`: what the parts mean is known when the tables are. */
  | { readonly kind: "name"; readonly parts: readonly string[]; readonly at: Position }
  | { readonly kind: "field"; readonly base: Expression; readonly name: string; readonly at: Position }
  | { readonly kind: "parameter"; readonly index: number; readonly at: Position }
  | Call
  | {
      readonly kind: "cast";
      readonly try: boolean;
      readonly value: Expression;
      readonly type: SqlType;
      readonly at: Position;
    }
  | { readonly kind: "negate"; readonly value: Expression; readonly at: Position }
  | { readonly kind: "not"; readonly value: Expression; readonly at: Position }
  | {
      readonly kind: "arithmetic";
      readonly operator: ArithmeticOperator;
      readonly left: Expression;
      readonly right: Expression;
      readonly at: Position;
    }
  | { readonly kind: "concat"; readonly parts: readonly Expression[]; readonly at: Position }
  | {
      readonly kind: "logic";
      readonly operator: "AND" | "OR";
      readonly terms: readonly Expression[];
      readonly at: Position;
    }
  | {
      readonly kind: "compare";
      readonly operator: CompareOperator;
      readonly left: Expression;
      readonly right: Expression;
      readonly at: Position;
    }
  | {
      readonly kind: "quantified";
      readonly operator: CompareOperator;
      readonly quantifier: "ALL" | "ANY";
      readonly left: Expression;
      readonly query: Query;
      readonly at: Position;
    }
  | {
      readonly kind: "distinct-from";
      readonly negated: boolean;
      readonly left: Expression;
      readonly right: Expression;
      readonly at: Position;
    }
  | {
      readonly kind: "between";
      readonly negated: boolean;
      readonly value: Expression;
      readonly low: Expression;
      readonly high: Expression;
      readonly at: Position;
    }
  | {
      readonly kind: "in-list";
      readonly negated: boolean;
      readonly value: Expression;
      readonly items: readonly Expression[];
      readonly at: Position;
    }
  | {
      readonly kind: "in-query";
      readonly negated: boolean;
      readonly value: Expression;
      readonly query: Query;
      readonly at: Position;
    }
  | {
      readonly kind: "like";
      readonly negated: boolean;
      readonly value: Expression;
      readonly pattern: Expression;
      readonly escape?: Expression;
      readonly at: Position;
    }
  | { readonly kind: "is-null"; readonly negated: boolean; readonly value: Expression; readonly at: Position }
  | { readonly kind: "exists"; readonly query: Query; readonly at: Position }
  | { readonly kind: "scalar-query"; readonly query: Query; readonly at: Position }
  | {
      readonly kind: "case";
      readonly operand?: Expression;
      readonly whens: readonly { readonly when: Expression; readonly result: Expression }[];
      readonly otherwise?: Expression;
      readonly at: Position;
    }
  | { readonly kind: "lambda"; readonly names: readonly string[]; readonly body: Expression; readonly at: Position }
  | { readonly kind: "array"; readonly items: readonly Expression[]; readonly at: Position }
  | { readonly kind: "row"; readonly items: readonly Expression[]; readonly at: Position }
  | { readonly kind: "subscript"; readonly base: Expression; readonly index: Expression; readonly at: Position }
  | { readonly kind: "at-zone"; readonly value: Expression; readonly zone: Expression; readonly at: Position }
  | { readonly kind: "extract"; readonly field: string; readonly value: Expression; readonly at: Position }
  | JsonPathCall
  | {
      readonly kind: "json-build";
      readonly form: "object" | "array";
      readonly members: readonly { readonly key?: Expression; readonly value: JsonInput }[];
      readonly nulls: "null" | "absent";
      readonly unique: boolean;
      readonly returning?: SqlType;
      readonly at: Position;
    };

/** A value that may be said to be JSON: `x FORMAT JSON`. */
export interface JsonInput {
  readonly value: Expression;
  readonly isJson: boolean;
}

/** JSON_EXISTS, JSON_VALUE, JSON_QUERY. What is done for nothing found or an error are the words of the statement, in small letters. */
export interface JsonPathCall {
  readonly kind: "json-path";
  readonly form: "exists" | "value" | "query";
  readonly input: JsonInput;
  readonly path: string;
  readonly pathAt: Position;
  readonly passing: readonly { readonly name: string; readonly value: JsonInput }[];
  readonly returning?: SqlType;
  readonly wrapper?: "without" | "conditional" | "unconditional";
  readonly quotes?: "keep" | "omit";
  readonly onEmpty: string;
  readonly onError: string;
  readonly emptyDefault?: Expression;
  readonly errorDefault?: Expression;
  readonly at: Position;
}

export type ArithmeticOperator = "+" | "-" | "*" | "/" | "%";
export type CompareOperator = "=" | "<>" | "<" | "<=" | ">" | ">=";

export interface Call {
  readonly kind: "call";
  readonly name: string;
  readonly arguments: readonly Expression[];
  /** `count(*)`. */
  readonly star: boolean;
  readonly distinct: boolean;
  readonly orderBy: readonly SortItem[];
  readonly filter?: Expression;
  readonly nulls?: "IGNORE" | "RESPECT";
  readonly over?: WindowSpecification | string;
  readonly at: Position;
}

export interface SortItem {
  readonly value: Expression;
  readonly descending: boolean;
  readonly nullsFirst?: boolean;
}

export interface WindowSpecification {
  readonly base?: string;
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly SortItem[];
  readonly frame?: WindowFrame;
  readonly at: Position;
}

export interface WindowFrame {
  readonly unit: "ROWS" | "RANGE" | "GROUPS";
  readonly start: FrameBound;
  readonly end?: FrameBound;
}

export interface FrameBound {
  readonly bound: "UNBOUNDED PRECEDING" | "PRECEDING" | "CURRENT ROW" | "FOLLOWING" | "UNBOUNDED FOLLOWING";
  readonly value?: Expression;
}

export interface Query {
  readonly recursive: boolean;
  readonly with: readonly NamedQuery[];
  readonly body: QueryBody;
  readonly orderBy: readonly SortItem[];
  readonly offset?: Expression;
  readonly limit?: Expression;
  readonly withTies: boolean;
  readonly at: Position;
}

export interface NamedQuery {
  readonly name: string;
  readonly columns?: readonly string[];
  readonly query: Query;
  readonly at: Position;
}

export type QueryBody =
  | Select
  | {
      readonly kind: "set";
      readonly operator: "UNION" | "INTERSECT" | "EXCEPT";
      readonly all: boolean;
      readonly terms: readonly QueryBody[];
      readonly at: Position;
    }
  | { readonly kind: "values"; readonly rows: readonly Expression[]; readonly at: Position }
  | { readonly kind: "table-rows"; readonly table: TableReference; readonly at: Position }
  | { readonly kind: "nested"; readonly query: Query; readonly at: Position };

export interface Select {
  readonly kind: "select";
  readonly distinct: boolean;
  readonly items: readonly SelectItem[];
  readonly from?: Relation;
  readonly where?: Expression;
  readonly groupBy?: GroupBy;
  readonly having?: Expression;
  readonly windows: readonly { readonly name: string; readonly specification: WindowSpecification }[];
  readonly at: Position;
}

export type SelectItem =
  | { readonly kind: "all"; readonly base?: Expression; readonly aliases?: readonly string[]; readonly at: Position }
  | {
      readonly kind: "item";
      readonly value: Expression;
      readonly alias?: string;
      /** How a column without an alias is written, where that is not in lower case. */
      readonly spelling?: string;
      readonly at: Position;
    };

export interface GroupBy {
  /** Whether equal grouping sets count once. */
  readonly distinct: boolean;
  readonly elements: readonly GroupingElement[];
}

export interface GroupingElement {
  readonly kind: "simple" | "rollup" | "cube" | "sets";
  /** Of a simple element one set; of ROLLUP and CUBE the parts; of GROUPING SETS the sets. */
  readonly sets: readonly (readonly Expression[])[];
}

/** A table's name as it was written, in lower case. */
export interface TableReference {
  readonly catalog?: string;
  readonly database?: string;
  readonly name: string;
  /** Time travel of Iceberg tables. */
  readonly asOf?: { readonly kind: "timestamp" | "version"; readonly value: Expression };
  readonly at: Position;
}

export type Relation =
  | { readonly kind: "table"; readonly table: TableReference; readonly at: Position }
  | {
      readonly kind: "alias";
      readonly relation: Relation;
      readonly alias: string;
      readonly columns?: readonly string[];
      readonly at: Position;
    }
  | {
      readonly kind: "sample";
      readonly relation: Relation;
      readonly method: "BERNOULLI" | "SYSTEM";
      readonly percent: Expression;
      readonly at: Position;
    }
  | { readonly kind: "subquery"; readonly query: Query; readonly lateral: boolean; readonly at: Position }
  | {
      readonly kind: "unnest";
      readonly values: readonly Expression[];
      readonly ordinality: boolean;
      readonly at: Position;
    }
  | {
      readonly kind: "join";
      readonly type: "CROSS" | "INNER" | "LEFT" | "RIGHT" | "FULL";
      readonly left: Relation;
      readonly right: Relation;
      readonly on?: Expression;
      readonly using?: readonly string[];
      readonly at: Position;
    };
