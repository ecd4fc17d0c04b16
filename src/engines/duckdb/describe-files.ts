import type { DuckDBConnection } from "@duckdb/node-api";
import type { EngineColumn, EngineFile } from "../port.ts";
import { faultOf } from "./engine-fault.ts";
import { literal } from "./quote.ts";

/** Returns the columns that files have by themselves. @throws EngineFault */
export async function describeFiles(
  connection: DuckDBConnection,
  format: "parquet" | "json",
  files: readonly EngineFile[],
  folder: string,
): Promise<readonly EngineColumn[]> {
  const paths = files.filter(({ sizeBytes }) => sizeBytes > 0).map(({ path }) => literal(`${folder}/${path}`));
  if (paths.length === 0) return [];
  const reader = format === "parquet" ? "read_parquet" : "read_json";
  const more =
    format === "parquet"
      ? "union_by_name = true, hive_partitioning = false"
      : "union_by_name = true, map_inference_threshold = -1";
  try {
    const result = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${reader}([${paths.join(", ")}], ${more})`);
    return result.getRows().map(([name, type]) => ({ name: String(name), type: hiveType(String(type)) }));
  } catch (error) {
    throw faultOf(error);
  }
}

const names: Readonly<Record<string, string>> = {
  BOOLEAN: "boolean",
  TINYINT: "tinyint",
  SMALLINT: "smallint",
  INTEGER: "int",
  BIGINT: "bigint",
  UTINYINT: "smallint",
  USMALLINT: "int",
  UINTEGER: "bigint",
  UBIGINT: "decimal(20,0)",
  HUGEINT: "decimal(38,0)",
  FLOAT: "float",
  DOUBLE: "double",
  DATE: "date",
  BLOB: "binary",
  "TIMESTAMP WITH TIME ZONE": "timestamp",
};

/** A type of the engine's in Hive's words. What Hive has not is text. */
function hiveType(type: string): string {
  if (type.endsWith("[]")) return `array<${hiveType(type.slice(0, -2))}>`;
  const struct = /^STRUCT\((.*)\)$/s.exec(type)?.[1];
  if (struct !== undefined) {
    const fields = parts(struct).map((field) => {
      const [, quoted, bare, of] = /^(?:"((?:[^"]|"")*)"|(\S+)) (.*)$/s.exec(field)!;
      return `\`${quoted?.replaceAll('""', '"') ?? bare}\`:${hiveType(of!)}`;
    });
    return `struct<${fields.join(",")}>`;
  }
  const map = /^MAP\((.*)\)$/s.exec(type)?.[1];
  if (map !== undefined) return `map<${parts(map).map(hiveType).join(",")}>`;
  if (type.startsWith("DECIMAL")) return type.toLowerCase();
  if (type.startsWith("TIMESTAMP")) return "timestamp";
  return names[type] ?? "string";
}

/** The members of a list in parentheses, which may be nested or quoted. */
function parts(text: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let isQuoted = false;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (character === "(") depth++;
    else if (character === ")") depth--;
    else if (character === "," && depth === 0) {
      found.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  return [...found, text.slice(start).trim()];
}
