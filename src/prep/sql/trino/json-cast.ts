import { isInteger, type SqlType } from "./sql-type.ts";
import { fieldName, physicalType, quoteText } from "./value.ts";

/** How the value of a type that is no nest is written as text. */
type Text = (sql: string, type: SqlType) => string | undefined;

const plain = ["boolean", "tinyint", "smallint", "integer", "bigint", "decimal"];
const quoted = ["varchar", "date", "timestamp"];
const keys = ["boolean", "tinyint", "smallint", "integer", "bigint", "decimal", "varchar", "double", "real"];

/** Whether CAST(... AS JSON) takes a type. */
export function becomesJson(type: SqlType): boolean {
  if (type.name === "array") return becomesJson(type.element);
  if (type.name === "map") return keys.includes(type.key.name) && becomesJson(type.value);
  if (type.name === "row") return type.fields.every((field) => becomesJson(field.type));
  return [...plain, ...quoted, "real", "double", "json", "unknown"].includes(type.name);
}

/** The JSON of a value, as text; null for null. */
export function jsonText(sql: string, type: SqlType, text: Text): string | undefined {
  if (type.name === "unknown") return "CAST(NULL AS VARCHAR)";
  if (type.name === "json") return sql;
  if (type.name === "double") return `own_json_of_double(${sql})`;
  if (type.name === "real") return `own_json_of_double(CAST(CAST(${sql} AS VARCHAR) AS DOUBLE))`;
  if (plain.includes(type.name)) return text(sql, type);
  if (quoted.includes(type.name)) {
    const words = text(sql, type);
    return words && `own_json_quote(${words})`;
  }
  if (type.name === "array") {
    const item = jsonText("e", type.element, text);
    return item && `own_json_of_items(list_transform(${sql}, lambda e: ${item}))`;
  }
  if (type.name === "map") {
    const key = text("e", type.key);
    const value = jsonText("e", type.value, text);
    const members = `list_transform(map_keys(m), lambda e: ${key}), list_transform(map_values(m), lambda e: ${value})`;
    return key && value && once(sql, "m", `own_json_of_members(${members}, true)`);
  }
  if (type.name !== "row") return undefined;
  const names = type.fields.map((field) => quoteText(field.name ?? ""));
  const values = type.fields.map((field, index) =>
    jsonText(`struct_extract(r, ${quoteText(field.name ?? `f${index}`)})`, field.type, text),
  );
  if (values.includes(undefined)) return undefined;
  return once(
    sql,
    "r",
    `CASE WHEN r IS NOT NULL THEN own_json_of_members([${names.join(", ")}], [${values.join(", ")}], false) END`,
  );
}

/** Names a value once, however long its text is. */
const once = (sql: string, name: string, body: string): string =>
  `list_transform([${sql}], lambda ${name}: ${body})[1]`;

const bits: Readonly<Record<string, number>> = { tinyint: 8, smallint: 16, integer: 32, bigint: 64 };

/** Whether a JSON can be cast to a type. */
export function comesFromJson(type: SqlType): boolean {
  if (type.name === "array") return comesFromJson(type.element);
  if (type.name === "map") return keys.includes(type.key.name) && comesFromJson(type.value);
  if (type.name === "row") return type.fields.every((field) => comesFromJson(field.type));
  return [...plain, "varchar", "real", "double", "json"].includes(type.name);
}

/** The value of a JSON, which is a text. `key` makes a map's key from its name. */
export function jsonValue(sql: string, to: SqlType, key: (sql: string, to: SqlType) => string): string | undefined {
  if (to.name === "json") return sql;
  if (isInteger(to)) return `CAST(own_json_to_bigint(${sql}, ${bits[to.name]}) AS ${physicalType(to)})`;
  switch (to.name) {
    case "boolean":
      return `own_json_to_boolean(${sql})`;
    case "double":
      return `own_json_to_double(${sql})`;
    case "real":
      return `CAST(own_json_to_double(${sql}) AS FLOAT)`;
    case "decimal":
      return `CAST(own_json_to_decimal(${sql}) AS ${physicalType(to)})`;
    case "varchar":
      return to.length === undefined ? `own_json_to_text(${sql})` : undefined;
    case "array": {
      const element = jsonValue("e", to.element, key);
      return element && `list_transform(own_json_items(${sql}), lambda e: ${element})`;
    }
    case "map": {
      const value = jsonValue("e", to.value, key);
      const body = `CASE WHEN j IS NOT NULL AND j <> 'null' THEN map(list_transform(own_json_keys(j), lambda e: ${key("e", to.key)}), list_transform(own_json_values(j), lambda e: ${value})) END`;
      return value && once(sql, "j", body);
    }
    case "row": {
      const fields = to.fields.map((field, index) => {
        const value = jsonValue(`f[${index + 1}]`, field.type, key);
        return value && `${fieldName(field.name, index)} := ${value}`;
      });
      if (fields.includes(undefined)) return undefined;
      const names = to.fields.map((field) => quoteText(field.name ?? ""));
      return once(
        `own_json_fields(${sql}, [${names.join(", ")}])`,
        "f",
        `CASE WHEN f IS NOT NULL THEN struct_pack(${fields.join(", ")}) END`,
      );
    }
    default:
      return undefined;
  }
}
