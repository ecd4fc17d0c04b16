import type { Position } from "./sql-fault.ts";
import type { Expression, Query, Relation, TableReference } from "./syntax.ts";

/** The name of a table, a view or a database as it was written, in lower case. */
export type ObjectName = Pick<TableReference, "catalog" | "database" | "name"> & { readonly at: Position };

export type Properties = Readonly<Record<string, string>>;

/** A property of CREATE TABLE AS and UNLOAD: a text, a number, a truth value, or a list of texts. */
export type PropertyValue = string | number | boolean | readonly string[];

/** A column of Hive's DDL; the type is Hive's text, in lower case and without blanks. */
export interface HiveColumn {
  readonly name: string;
  readonly type: string;
  readonly comment?: string;
}

/** What an Iceberg table is partitioned by: `category`, `bucket(16, id)`, `day(seen)`. */
export interface PartitionTransform {
  readonly transform: string;
  readonly column: string;
  readonly argument?: number;
}

export interface RowFormat {
  readonly serde?: string;
  readonly properties?: Properties;
  readonly delimited?: {
    readonly field?: string;
    readonly escape?: string;
    readonly collection?: string;
    readonly map?: string;
    readonly line?: string;
    readonly nullAs?: string;
  };
}

export interface StoredAs {
  readonly format?: string;
  readonly input?: string;
  readonly output?: string;
}

export interface CreateTable {
  readonly kind: "create-table";
  readonly table: ObjectName;
  readonly ifNotExists: boolean;
  readonly external: boolean;
  readonly columns: readonly HiveColumn[];
  readonly partitionKeys: readonly HiveColumn[];
  readonly partitionTransforms: readonly PartitionTransform[];
  readonly comment?: string;
  readonly clusteredBy?: { readonly columns: readonly string[]; readonly buckets: number };
  readonly rowFormat?: RowFormat;
  readonly storedAs?: StoredAs;
  readonly location?: string;
  readonly properties: Properties;
}

/** The values of a partition's keys, as texts. */
export interface PartitionSpec {
  readonly values: readonly { readonly key: string; readonly operator: string; readonly value: string }[];
  readonly location?: string;
}

export type AlterTable =
  | { readonly action: "add-partitions"; readonly ifNotExists: boolean; readonly partitions: readonly PartitionSpec[] }
  | { readonly action: "drop-partitions"; readonly ifExists: boolean; readonly partitions: readonly PartitionSpec[] }
  | { readonly action: "rename-partition"; readonly from: PartitionSpec; readonly to: PartitionSpec }
  | {
      readonly action: "add-columns" | "replace-columns";
      readonly columns: readonly HiveColumn[];
      readonly partition?: PartitionSpec;
    }
  | {
      readonly action: "change-column";
      readonly column: string;
      readonly to: HiveColumn;
      readonly position?: "first" | { readonly after: string };
    }
  | { readonly action: "drop-column"; readonly column: string }
  | { readonly action: "set-location"; readonly location: string; readonly partition?: PartitionSpec }
  | { readonly action: "set-properties"; readonly properties: Properties }
  | { readonly action: "unset-properties"; readonly ifExists: boolean; readonly keys: readonly string[] }
  | { readonly action: "rename"; readonly to: ObjectName };

export interface Assignment {
  readonly column: string;
  readonly value: Expression;
}

export type MergeCase =
  | { readonly matched: true; readonly condition?: Expression; readonly update?: readonly Assignment[] }
  | {
      readonly matched: false;
      readonly condition?: Expression;
      readonly columns?: readonly string[];
      readonly values: readonly Expression[];
    };

export const explainTypes = ["distributed", "io", "logical", "validate"] as const;
export type ExplainType = (typeof explainTypes)[number];
export const explainFormats = ["graphviz", "json", "text"] as const;
export type ExplainFormat = (typeof explainFormats)[number];

/** A statement of Athena, by its kind. */
export type Statement =
  | { readonly kind: "query"; readonly query: Query }
  | {
      readonly kind: "explain";
      readonly analyze: boolean;
      readonly options: { readonly type?: ExplainType; readonly format?: ExplainFormat };
      readonly statement: Statement;
    }
  | { readonly kind: "prepare"; readonly name: string; readonly text: string; readonly statement: Statement }
  | { readonly kind: "execute"; readonly name: string; readonly arguments: readonly string[] }
  | { readonly kind: "deallocate"; readonly name: string }
  | {
      readonly kind: "create-table-as";
      readonly table: ObjectName;
      readonly ifNotExists: boolean;
      readonly columns?: readonly string[];
      readonly properties: Readonly<Record<string, PropertyValue>>;
      readonly query: Query;
      readonly withData: boolean;
    }
  | { readonly kind: "insert"; readonly table: ObjectName; readonly columns?: readonly string[]; readonly query: Query }
  | {
      readonly kind: "unload";
      readonly query: Query;
      readonly location: string;
      readonly properties: Readonly<Record<string, PropertyValue>>;
    }
  | { readonly kind: "delete"; readonly table: ObjectName; readonly where?: Expression }
  | {
      readonly kind: "update";
      readonly table: ObjectName;
      readonly assignments: readonly Assignment[];
      readonly where?: Expression;
    }
  | {
      readonly kind: "merge";
      readonly table: ObjectName;
      readonly alias?: string;
      readonly source: Relation;
      readonly on: Expression;
      readonly cases: readonly MergeCase[];
    }
  | { readonly kind: "optimize"; readonly table: ObjectName; readonly where?: Expression }
  | { readonly kind: "vacuum"; readonly table: ObjectName }
  | {
      readonly kind: "create-view";
      readonly orReplace: boolean;
      readonly view: ObjectName;
      readonly columns?: readonly string[];
      readonly query: Query;
      readonly queryText: string;
    }
  | { readonly kind: "drop-view"; readonly view: ObjectName; readonly ifExists: boolean }
  | CreateTable
  | { readonly kind: "drop-table"; readonly table: ObjectName; readonly ifExists: boolean }
  | ({ readonly kind: "alter-table"; readonly table: ObjectName } & AlterTable)
  | {
      readonly kind: "create-database";
      readonly name: string;
      readonly ifNotExists: boolean;
      readonly comment?: string;
      readonly location?: string;
      readonly properties: Properties;
    }
  | { readonly kind: "drop-database"; readonly name: string; readonly ifExists: boolean; readonly cascade: boolean }
  | { readonly kind: "alter-database-properties"; readonly name: string; readonly properties: Properties }
  | { readonly kind: "msck-repair"; readonly table: ObjectName }
  | { readonly kind: "show-databases"; readonly like?: string }
  | { readonly kind: "show-tables" | "show-views"; readonly database?: string; readonly like?: string }
  | { readonly kind: "show-columns"; readonly table: ObjectName }
  | { readonly kind: "show-partitions" | "show-create-table" | "show-create-view"; readonly table: ObjectName }
  | { readonly kind: "show-tblproperties"; readonly table: ObjectName; readonly property?: string }
  | {
      readonly kind: "describe";
      readonly table: ObjectName;
      readonly mode?: "extended" | "formatted";
      readonly partition?: PartitionSpec;
      readonly column?: string;
    };

/** A statement that has a query, as `translate` takes it. */
export type WithQuery = Extract<Statement, { query: Query }>;
