import { type HiveType, parseHiveType } from "../hive-type.ts";
import { EngineFault, type TextForm, type WrittenFiles } from "../port.ts";
import { identifier, literal } from "./quote.ts";
import { hasTextForm } from "./text-value.ts";

/** Returns the line of a `text` file with the values of these columns, as `textValues` divides it. */
export function writtenLine(columns: WrittenFiles["columns"], form: TextForm): string {
  const values = columns.map(({ name, type = "string" }) => {
    const parsed = parseHiveType(type);
    if (!hasTextForm(parsed))
      throw new EngineFault(
        "statement",
        `NOT_SUPPORTED: the type ${type} of the column ${name} is not written in text files, where values are nested twice`,
      );
    return `coalesce(${escaped(valueText(parsed, identifier(name), form), form)}, ${literal(form.nullText)})`;
  });
  return values.join(` || ${literal(form.delimiter)} || `);
}

function escaped(text: string, { delimiter, escape: escaping }: TextForm): string {
  if (escaping === undefined) return text;
  const pairs = [
    [escaping, escaping + escaping],
    [delimiter, escaping + delimiter],
    ["\n", `${escaping}n`],
    ["\r", `${escaping}r`],
  ] as const;
  return pairs.reduce((inner, [from, to]) => `replace(${inner}, ${literal(from)}, ${literal(to)})`, text);
}

function valueText(type: HiveType, value: string, form: TextForm): string {
  const part = (of: HiveType, inner: string) => `coalesce(${primitiveText(of, inner)}, ${literal(form.nullText)})`;
  const joined = (list: string) => `array_to_string(${list}, ${literal(form.elements)})`;
  switch (type.kind) {
    case "array":
      return joined(`list_transform(${value}, lambda e: ${part(type.element, "e")})`);
    case "map": {
      const entry = `${part(type.key, "e.key")} || ${literal(form.keys)} || ${part(type.value, "e.value")}`;
      return joined(`list_transform(map_entries(${value}), lambda e: ${entry})`);
    }
    case "struct": {
      const fields = type.fields.map((field) => part(field.type, `struct_extract(${value}, ${literal(field.name)})`));
      return `CASE WHEN ${value} IS NOT NULL THEN ${joined(`[${fields.join(", ")}]`)} END`;
    }
    default:
      return primitiveText(type, value);
  }
}

/** Numbers that are none have Java's names. */
function primitiveText(type: HiveType, value: string): string {
  const name = type.kind === "primitive" ? type.name : "";
  if (name === "binary" || name === "varbinary") return `base64(${value})`;
  if (name !== "double" && name !== "float" && name !== "real") return `CAST(${value} AS VARCHAR)`;
  return `CASE WHEN isnan(${value}) THEN 'NaN' WHEN isinf(${value}) THEN CASE WHEN ${value} > 0 THEN 'Infinity' ELSE '-Infinity' END ELSE CAST(${value} AS VARCHAR) END`;
}
