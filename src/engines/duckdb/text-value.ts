import { type HiveType, parseHiveType } from "../hive-type.ts";
import type { FileFormat } from "../port.ts";
import { columnType } from "./column-type.ts";
import { fileColumn } from "./file-column.ts";
import { dayOf, integers, isText, momentOf, primitive, wholeNumber } from "./primitive-value.ts";
import { identifier, literal } from "./quote.ts";

type TextFormat = Extract<FileFormat, { readonly kind: "text" }>;

/** Returns the value of a column from its text in a line of a `text` file. What is no value of the type is null, as in Hive. */
export function textValue(type: string, text: string, format: TextFormat): string {
  const parsed = parseHiveType(type);
  if (parsed.kind === "primitive") return primitive(parsed, text);
  const parts = `string_split(${text}, ${literal(format.elements)})`;
  if (parsed.kind === "array") return listed(parts, text, (part) => inner(parsed.element, part, format));
  if (parsed.kind === "struct") {
    const fields = parsed.fields.map(
      (field, index) => `${identifier(field.name)} := ${inner(field.type, `${parts}[${index + 1}]`, format)}`,
    );
    return `CASE WHEN ${text} IS NOT NULL THEN struct_pack(${fields.join(", ")}) END`;
  }
  const entry = (part: string) => {
    const sides = `string_split(${part}, ${literal(format.keys)})`;
    return `{key: ${inner(parsed.key, `${sides}[1]`, format)}, value: ${inner(parsed.value, `${sides}[2]`, format)}}`;
  };
  return `map_from_entries(${listed(parts, text, entry)})`;
}

const inner = (type: HiveType, text: string, { nullText }: TextFormat): string => {
  const value = type.kind === "primitive" ? primitive(type, text) : "NULL";
  return `CASE WHEN ${text} <> ${literal(nullText)} THEN ${value} END`;
};

const listed = (parts: string, text: string, each: (part: string) => string): string =>
  `CASE WHEN ${text} = '' THEN [] ELSE list_transform(${parts}, lambda part: ${each("part")}) END`;

/** Whether `text` files hold values of the type: values in values in values have no character that divides them here. */
export const hasTextForm = (type: HiveType): boolean => {
  const parts =
    type.kind === "array"
      ? [type.element]
      : type.kind === "map"
        ? [type.key, type.value]
        : type.kind === "struct"
          ? type.fields.map((field) => field.type)
          : [];
  return parts.every(({ kind }) => kind === "primitive");
};

/** Returns the value of a column of a `csv` file. What is no value of the type fails, as in Athena. */
export function csvValue({ name, type }: { readonly name: string; readonly type: string }, text: string): string {
  const parsed = parseHiveType(type);
  if (parsed.kind !== "primitive") return "NULL";
  if (isText(parsed)) return primitive(parsed, text);
  const target = columnType(parsed)!;
  const value =
    parsed.name === "timestamp"
      ? `coalesce(epoch_ms(TRY_CAST(${text} AS BIGINT)), ${momentOf(text)})`
      : parsed.name === "date"
        ? `coalesce(${dayOf(text)}, ${primitive(parsed, text)})`
        : integers.has(parsed.name)
          ? wholeNumber(text, target)
          : primitive(parsed, text);
  return `CASE WHEN ${text} IS NULL OR ${text} = '' THEN NULL WHEN (${value}) IS NULL THEN ${badValue(name, type, text, target)} ELSE ${value} END`;
}

/** Fails in words that name the column and its value; the file and the line are found when that happens. */
export function badValue(name: string, type: string, text: string, target: string): string {
  const words = literal(`HIVE_BAD_DATA: Error parsing column ${name} as ${type}: the value is "`);
  return `CAST(error(${words} || ${text} || '" in ' || ${fileColumn}) AS ${target})`;
}
