import { type HiveType, parseHiveType } from "../hive-type.ts";
import type { EngineTable, FileFormat } from "../port.ts";
import { columnType } from "./column-type.ts";
import { columnIn, fileColumn, withFile } from "./file-column.ts";
import { keySpellings } from "./json-keys.ts";
import { needsLines, numberKeys, withoutMarks, withQuotedNumbers } from "./json-numbers.ts";
import { isText, jsonPrimitive, type PrimitiveType } from "./primitive-value.ts";
import { identifier, literal } from "./quote.ts";
import { lineName } from "./text-line.ts";
import { badValue } from "./text-value.ts";

type JsonTable = EngineTable & { readonly format: Extract<FileFormat, { readonly kind: "json" }> };
/** The keys that a name stands for: those in objects that write it otherwise, else the name itself. */
type KeysOf = (name: string) => readonly string[];

/** Returns what reads the columns of a table from files of a JSON object each line, and the value of each column. */
export async function jsonSource(
  table: JsonTable,
  files: readonly string[],
  paths: readonly string[],
  options: string,
  lines: () => Promise<string>,
): Promise<{ readonly values: readonly string[]; readonly from: string }> {
  const { anyCase, dotsAsUnderscores = false, ignoresMalformed, layout, openx = false, paths: mapped } = table.format;
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

  const reading = (at: number, asWritten = false): Reading => {
    const { name, type: declared } = table.columns[at]!;
    const fail: Reading["fail"] = (text, target) => badValue(name, declared, text, target);
    const plain = (text: string, type: PrimitiveType) => (asWritten ? withoutMarks(text, openx && isText(type)) : text);
    return { fail, scalar: (text, type) => scalar(plain(text, type), type, fail, openx) };
  };

  const top = columns.map(({ key }) => keysOf(key));
  const isPlain =
    !ignoresMalformed &&
    [...names].every((name) => keysOf(name).length === 1) &&
    new Set(top.map(([key]) => key!.toLowerCase())).size === top.length;
  const all = `[${files.join(", ")}], format = '${layout === undefined ? "newline_delimited" : "auto"}', ${withFile}, ${options}`;
  if (layout === undefined && (await needsLines(paths, numberKeys(columns, keysOf), openx))) {
    const some = openx ? "" : ` WHERE ${bare(lineColumn)} <> ''`;
    const from = `(SELECT *, ${objectOf(lineColumn, ignoresMalformed)} AS "$object" FROM ${await lines()}${some})`;
    const object = `"$object"`;
    const values = columns.map(({ type }, at) => jsonValue(member(object, top[at]!), type, keysOf, reading(at, true)));
    return { values, from };
  }
  if (isPlain) {
    const declared = columns.map(
      ({ type }, at) => `${literal(top[at]![0]!)}: ${literal(columnType(textsOf(type, keysOf))!)}`,
    );
    const values = columns.map(({ type }, at) => fromTexts(columnIn(top[at]![0]!), type, keysOf, reading(at)));
    return { values, from: `read_json(${all}, records = true, columns = {${declared.join(", ")}})` };
  }
  const from = `read_json(${all}, records = false, columns = {"$object": 'JSON'}, ignore_errors = ${ignoresMalformed})`;
  const values = columns.map(({ type }, at) => jsonValue(member(`"$object"`, top[at]!), type, keysOf, reading(at)));
  return { values, from };
}

const fieldNames = (type: HiveType): string[] => {
  if (type.kind === "array") return fieldNames(type.element);
  if (type.kind === "map") return fieldNames(type.value);
  if (type.kind === "struct") return type.fields.flatMap((field) => [field.name, ...fieldNames(field.type)]);
  return [];
};

/** How the values of a column are read. */
interface Reading {
  /** The value of a type from its text; one that is none of its type fails. */
  scalar(text: string, type: PrimitiveType): string;
  /** Fails with a text that is no value of a type. */
  fail(text: string, target: string): string;
}

const lineColumn = identifier(lineName);
/** A line without the blanks around it. */
const bare = (line: string): string => `trim(coalesce(${line}, ''), ${literal(" \t\r\uFEFF")})`;

/** The object in a line, with its numbers as texts; null for a line without anything, and for one that is malformed where that is allowed. */
function objectOf(line: string, ignoresMalformed: boolean): string {
  const words = `${literal("Malformed JSON in file ")} || ${fileColumn}`;
  const otherwise = ignoresMalformed ? "NULL" : `CAST(error(${words}) AS VARCHAR)`;
  return `CASE WHEN ${bare(line)} = '' THEN NULL WHEN NOT json_valid(${bare(line)}) OR json_type(${bare(line)}) <> 'OBJECT' THEN ${otherwise} ELSE ${withQuotedNumbers(bare(line))} END`;
}

const textType: HiveType = { kind: "primitive", name: "string", numbers: [] };

/** A type whose fields are called as in the objects, and whose scalars are the texts that stand there. */
function textsOf(type: HiveType, keysOf: KeysOf): HiveType {
  if (type.kind === "array") return { ...type, element: textsOf(type.element, keysOf) };
  if (type.kind === "map") return { ...type, key: textType, value: textsOf(type.value, keysOf) };
  if (type.kind !== "struct") return textType;
  const fields = type.fields.map((field) => ({ name: keysOf(field.name)[0]!, type: textsOf(field.type, keysOf) }));
  return { ...type, fields };
}

/** The value of a type from one of `textsOf`. */
function fromTexts(value: string, type: HiveType, keysOf: KeysOf, reading: Reading): string {
  switch (type.kind) {
    case "array": {
      const element = fromTexts("part", type.element, keysOf, reading);
      return element === "part" ? value : `list_transform(${value}, lambda part: ${element})`;
    }
    case "map": {
      const [key, of] = [type.key, type.value].map((one, index) =>
        fromTexts(index === 0 ? "entry.key" : "entry.value", one, keysOf, reading),
      );
      if (key === "entry.key" && of === "entry.value") return value;
      return `map_from_entries(list_transform(map_entries(${value}), lambda entry: {key: ${key}, value: ${of}}))`;
    }
    case "struct": {
      const fields = type.fields.map((field) => {
        const found = `struct_extract(${value}, ${literal(keysOf(field.name)[0]!)})`;
        return `${identifier(field.name)} := ${fromTexts(found, field.type, keysOf, reading)}`;
      });
      return `CASE WHEN ${value} IS NOT NULL THEN struct_pack(${fields.join(", ")}) END`;
    }
    default:
      return reading.scalar(value, type);
  }
}

function scalar(text: string, type: PrimitiveType, fail: Reading["fail"], openx: boolean): string {
  const value = jsonPrimitive(type, text, openx);
  if (isText(type) || type.name === "boolean" || value.startsWith("encode(")) return value;
  return `CASE WHEN ${text} IS NOT NULL THEN coalesce(${value}, ${fail(text, columnType(type)!)}) END`;
}

/** The member of an object under the first of several keys that it has. */
const member = (object: string, keys: readonly string[]): string => {
  const values = keys.map((key) => `json_extract(${object}, ${literal(`$."${key}"`)})`);
  return values.length === 1 ? values[0]! : `coalesce(${values.join(", ")})`;
};

/** The value of a type from a JSON value; one that is none of its type fails. */
function jsonValue(json: string, type: HiveType, keysOf: KeysOf, reading: Reading): string {
  const target = columnType(type)!;
  const isNull = `(${json}) IS NULL OR json_type(${json}) = 'NULL'`;
  const otherwise = reading.fail(`CAST(${json} AS VARCHAR)`, target);
  if (type.kind === "struct") {
    const fields = type.fields.map(
      (field) =>
        `${identifier(field.name)} := ${jsonValue(member(json, keysOf(field.name)), field.type, keysOf, reading)}`,
    );
    return `CASE WHEN ${isNull} THEN NULL WHEN json_type(${json}) <> 'OBJECT' THEN ${otherwise} ELSE struct_pack(${fields.join(", ")}) END`;
  }
  if (type.kind === "array") {
    const each = `list_transform(json_extract(${json}, '$[*]'), lambda part: ${jsonValue("part", type.element, keysOf, reading)})`;
    return `CASE WHEN ${isNull} THEN NULL WHEN json_type(${json}) <> 'ARRAY' THEN ${otherwise} ELSE ${each} END`;
  }
  if (type.kind === "map") {
    const isObject = `json_type(${json}) <> 'OBJECT'`;
    const key = fromTexts("entry.key", type.key, keysOf, reading);
    const of = jsonValue("entry.value", type.value, keysOf, reading);
    const found = `map_entries(json_transform(${json}, '"MAP(VARCHAR, JSON)"'))`;
    const entries = `list_transform(${found}, lambda entry: {key: ${key}, value: ${of}})`;
    return `CASE WHEN ${isNull} THEN NULL WHEN ${isObject} THEN ${otherwise} ELSE map_from_entries(${entries}) END`;
  }
  return reading.scalar(`json_extract_string(${json}, '$')`, type);
}
