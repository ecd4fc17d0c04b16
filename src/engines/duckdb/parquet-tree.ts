import type { DuckDBConnection } from "@duckdb/node-api";
import { literal } from "./quote.ts";

/** A column of a Parquet file, with those inside it. */
export interface ParquetNode {
  readonly name: string;
  readonly fieldId: number | undefined;
  /** DuckDB's type of a plain column. */
  readonly type: string | undefined;
  readonly isRepeated: boolean;
  readonly children: readonly ParquetNode[];
}

/** Files whose columns have the same names, ids and types. */
export interface ParquetGroup {
  readonly columns: readonly ParquetNode[];
  readonly paths: ReadonlySet<string>;
}

type Row = readonly [
  file: string,
  name: string,
  children: bigint | null,
  fieldId: bigint | null,
  type: string | null,
  repetition: string | null,
];

/** Reads the columns of files, and puts those together that have the same. */
export async function readParquetGroups(
  connection: DuckDBConnection,
  paths: readonly string[],
): Promise<ParquetGroup[]> {
  const result = await connection.runAndReadAll(
    `SELECT file_name, name, num_children, field_id, duckdb_type, repetition_type FROM parquet_schema([${paths.map(literal).join(", ")}])`,
  );
  const byFile = new Map<string, Row[]>();
  for (const row of result.getRows() as unknown as Row[]) {
    const rows = byFile.get(row[0]);
    if (rows) rows.push(row);
    else byFile.set(row[0], [row]);
  }
  const groups = new Map<string, { columns: readonly ParquetNode[]; paths: Set<string> }>();
  for (const [path, rows] of byFile) {
    const key = rows.map(([, ...columns]) => columns.join("\u0000")).join("\u0001");
    const group = groups.get(key);
    if (group) group.paths.add(path);
    else groups.set(key, { columns: treeOf(rows), paths: new Set([path]) });
  }
  return [...groups.values()];
}

/** The rows are the tree of the columns, from its root, each before those inside it. */
function treeOf(rows: readonly Row[]): readonly ParquetNode[] {
  let at = 0;
  const node = (): ParquetNode => {
    const [, name, count, fieldId, type, repetition] = rows[at++]!;
    const children = Array.from({ length: Number(count ?? 0) }, node);
    return {
      ...{ name, fieldId: fieldId === null ? undefined : Number(fieldId), children },
      ...{ type: type ?? undefined, isRepeated: repetition === "REPEATED" },
    };
  };
  return node().children;
}

/** What is inside a list: most writers have a group between the list and its elements. */
export function elementOf({ children }: ParquetNode): ParquetNode | undefined {
  const [inner] = children;
  if (!inner?.isRepeated) return inner;
  return inner.children.length === 1 ? inner.children[0] : inner;
}

/** What is inside a map. */
export const entryOf = ({ children }: ParquetNode): readonly (ParquetNode | undefined)[] => children[0]?.children ?? [];
