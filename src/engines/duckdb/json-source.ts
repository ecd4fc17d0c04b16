import { type HiveType, parseHiveType } from "../hive-type.ts";
import type { EngineTable, FileFormat } from "../port.ts";
import { columnType } from "./column-type.ts";
import { columnIn, fileColumn, withFile } from "./file-column.ts";
import { keySpellings } from "./json-keys.ts";
import { identifier, literal } from "./quote.ts";

type JsonTable = EngineTable & { readonly format: Extract<FileFormat, { readonly kind: "json" }> };
/** The keys that a name stands for: those in objects that write it otherwise, else the name itself. */
type KeysOf = (name: string) => readonly string[];

/** Returns what reads the columns of a table from files of a JSON object each line, and the value of each column. */
export async function jsonSource(
  table: JsonTable,
  files: readonly string[],
  paths: readonly string[],
  options: string,
): Promise<{ readonly values: readonly string[]; readonly from: string }> {
  const { anyCase, dotsAsUnderscores = false, ignoresMalformed, layout, paths: mapped } = table.format;
  const columns = table.columns.map(({ name, type }) => ({
    name,
    key: mapped[name] ?? name,
    type: parseHiveType(type),
  }));
  const nameOf = (key: string) => {
    const name = anyCase ? key.toLowerCase() : key;
    return dotsAsUnderscores ? name.replaceAll(".", "_") : name;
  };
  const names = new Set(columns.flatMap(({ key, type }) => [nameOf(key), ...fieldNames(type)]));
  const spellings = anyCase || dotsAsUnderscores ? await keySpellings(paths, names, nameOf) : new Map();
  const keysOf: KeysOf = (name) => [...(spellings.get(nameOf(name)) ?? [name])];

  const top = columns.map(({ key }) => keysOf(key));
  const isPlain =
    !ignoresMalformed &&
    [...names].every((name) => keysOf(name).length === 1) &&
    new Set(top.map(([key]) => key!.toLowerCase())).size === top.length;
  const all = `[${files.join(", ")}], format = '${layout === undefined ? "newline_delimited" : "auto"}', ${withFile}, ${options}`;
  if (isPlain) {
    const declared = columns.map(
      ({ type }, at) => `${literal(top[at]![0]!)}: ${literal(columnType(written(type, keysOf))!)}`,
    );
    const values = columns.map(({ type }, at) => {
      const value = columnIn(top[at]![0]!);
      return type.kind === "primitive" ? value : `CAST(${value} AS ${columnType(type)!})`;
    });
    return { values, from: `read_json(${all}, records = true, columns = {${declared.join(", ")}})` };
  }
  const from = `read_json(${all}, records = false, columns = {"$object": 'JSON'}, ignore_errors = ${ignoresMalformed})`;
  const values = columns.map(({ name, type }, at) => {
    const said = table.columns[at]!.type;
    return jsonValue(member(`"$object"`, top[at]!), type, keysOf, (text, target) => {
      const words = literal(`HIVE_BAD_DATA: Error parsing column ${name} as ${said}: the value is "`);
      return `CAST(error(${words} || ${text} || '" in ' || ${fileColumn}) AS ${target})`;
    });
  });
  return { values, from };
}

const fieldNames = (type: HiveType): string[] => {
  if (type.kind === "array") return fieldNames(type.element);
  if (type.kind === "map") return fieldNames(type.value);
  if (type.kind === "struct") return type.fields.flatMap((field) => [field.name, ...fieldNames(field.type)]);
  return [];
};

/** A type whose fields are called as in the objects. */
function written(type: HiveType, keysOf: KeysOf): HiveType {
  if (type.kind === "array") return { ...type, element: written(type.element, keysOf) };
  if (type.kind === "map") return { ...type, value: written(type.value, keysOf) };
  if (type.kind !== "struct") return type;
  const fields = type.fields.map((field) => ({ name: keysOf(field.name)[0]!, type: written(field.type, keysOf) }));
  return { ...type, fields };
}

/** The member of an object under the first of several keys that it has. */
const member = (object: string, keys: readonly string[]): string => {
  const values = keys.map((key) => `json_extract(${object}, ${literal(`$."${key}"`)})`);
  return values.length === 1 ? values[0]! : `coalesce(${values.join(", ")})`;
};

/** The value of a type from a JSON value; one that is none of its type fails. */
function jsonValue(
  json: string,
  type: HiveType,
  keysOf: KeysOf,
  fail: (text: string, target: string) => string,
): string {
  const target = columnType(type)!;
  const isNull = `(${json}) IS NULL OR json_type(${json}) = 'NULL'`;
  const otherwise = fail(`CAST(${json} AS VARCHAR)`, target);
  if (type.kind === "struct") {
    const fields = type.fields.map(
      (field) =>
        `${identifier(field.name)} := ${jsonValue(member(json, keysOf(field.name)), field.type, keysOf, fail)}`,
    );
    return `CASE WHEN ${isNull} THEN NULL WHEN json_type(${json}) <> 'OBJECT' THEN ${otherwise} ELSE struct_pack(${fields.join(", ")}) END`;
  }
  if (type.kind === "array") {
    const each = `list_transform(json_extract(${json}, '$[*]'), lambda part: ${jsonValue("part", type.element, keysOf, fail)})`;
    return `CASE WHEN ${isNull} THEN NULL WHEN json_type(${json}) <> 'ARRAY' THEN ${otherwise} ELSE ${each} END`;
  }
  const value =
    type.kind === "primitive" && target === "VARCHAR"
      ? `json_extract_string(${json}, '$')`
      : `TRY(json_transform_strict(${json}, ${literal(JSON.stringify(target))}))`;
  return `CASE WHEN ${isNull} THEN NULL ELSE coalesce(${value}, ${otherwise}) END`;
}
