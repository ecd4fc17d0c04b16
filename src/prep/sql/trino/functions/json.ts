import { coerce } from "../cast.ts";
import type { Scope, SpecialFunction, Translation } from "../scope.ts";
import { type Position, SqlFault } from "../sql-fault.ts";
import { bigintType, type SqlType, varcharType } from "../sql-type.ts";
import type { Call } from "../syntax.ts";
import { quoteText, type Value } from "../value.ts";

export const jsonTable = `
json_array_length(varchar) -> bigint = CASE WHEN trino_json_type($1, '$') = 'ARRAY' THEN CAST(json_array_length($1) AS BIGINT) END
json_array_length(json) -> bigint = CASE WHEN trino_json_type($1, '$') = 'ARRAY' THEN CAST(json_array_length($1) AS BIGINT) END
is_json_scalar(varchar) -> boolean = (json_type(trino_json($1)) NOT IN ('ARRAY', 'OBJECT'))
`;

/** The JSON, as text, and the path as DuckDB reads it. */
function jsonAndPath(node: Call, scope: Scope, translation: Translation): { json: Value; path: string } {
  const [json, path] = node.arguments.map((part) => translation.expression(part, scope));
  const text = json?.type.name === "json" ? json : json && coerce(json, varcharType);
  if (node.arguments.length !== 2 || text === undefined || path === undefined)
    throw new SqlFault(
      "FUNCTION_NOT_FOUND",
      `Unexpected parameters for function ${node.name}. Expected: ${node.name}(varchar(x), JsonPath)`,
      node.at,
    );
  if (path.text === undefined)
    throw new SqlFault("NOT_SUPPORTED", `${node.name} with a path that is not a constant is not supported`, node.at);
  return { json: { ...text, type: json!.type }, path: quoteText(duckDbPath(path.text, node.at)) };
}

/** `$.a["b c"][0]` is `$."a"."b c"[0]` in DuckDB. */
function duckDbPath(path: string, at: Position): string {
  const steps = path.trim().replace(/^\$/, "");
  let written = "$";
  let read = 0;
  for (const found of steps.matchAll(
    /\.([\p{L}\p{N}_$:-]+)|\[\s*(\d+)\s*\]|\[\s*"([^"\\]*)"\s*\]|\[\s*'([^'\\]*)'\s*\]/gu,
  )) {
    if (found.index !== read) break;
    read += found[0].length;
    const name = found[1] ?? found[3] ?? found[4];
    if (name === "") break;
    written += name === undefined ? `[${found[2]}]` : `."${name}"`;
  }
  if (read !== steps.length || !path.trim().startsWith("$"))
    throw new SqlFault("NOT_SUPPORTED", `The JSON path '${path}' is not supported`, at);
  return written;
}

const sizeOf = (json: Value, path: string): string =>
  `CASE trino_json_type(${json.sql}, ${path}) WHEN 'ARRAY' THEN CAST(json_array_length(${json.sql}, ${path}) AS BIGINT) WHEN 'OBJECT' THEN CAST(len(json_keys(${json.sql}, ${path})) AS BIGINT) WHEN NULL THEN NULL ELSE CASE WHEN trino_json_type(${json.sql}, ${path}) IS NOT NULL THEN 0 END END`;

const textOf = (type: SqlType): SqlType => (type.name === "varchar" ? type : varcharType);

export const jsonFunctions: Readonly<Record<string, SpecialFunction>> = {
  json_extract_scalar(node, scope, translation) {
    const { json, path } = jsonAndPath(node, scope, translation);
    return { sql: `trino_json_scalar(${json.sql}, ${path})`, type: textOf(json.type) };
  },
  json_size(node, scope, translation) {
    const { json, path } = jsonAndPath(node, scope, translation);
    return { sql: sizeOf(json, path), type: bigintType };
  },
};
