import { castText, castValue, coerce } from "./cast.ts";
import { jsonText } from "./json-cast.ts";
import { NotPath, parsePath, variablesOf } from "./native/path-language.ts";
import type { Scope, Translation } from "./scope.ts";
import { type Position, SqlFault } from "./sql-fault.ts";
import { booleanType, isInteger, type SqlType, typeText, varcharType } from "./sql-type.ts";
import type { Expression, JsonInput, JsonPathCall } from "./syntax.ts";
import type { Translators } from "./translators.ts";
import { guarded, physicalType, quoteText, type Value } from "./value.ts";

/** JSON_VALUE, JSON_QUERY, JSON_EXISTS, JSON_OBJECT, JSON_ARRAY. */
export const jsonTranslators: Pick<Translators, "json-path" | "json-build"> = {
  "json-path"(node, scope, translation) {
    checkPath(node);
    const values = node.passing.map(({ value }) => passed(value, scope, translation));
    const lists = [listText(node.passing.map(({ name }) => quoteText(name))), listText(values)];
    const json = jsonOf(node.input, scope, translation);
    const call = (name: string, options: string) =>
      `own_sql_json_${name}(${[json, quoteText(node.path), quoteText(options), ...lists].join(", ")})`;
    if (node.form === "exists") return { sql: call("exists", node.onError), type: booleanType };
    if (node.form === "value")
      return scalarOf(node, call("value", `${node.onEmpty} ${node.onError}`), scope, translation);
    const options = [node.wrapper, node.quotes, node.onEmpty, node.onError].join(" ");
    return shownAs(call("query", options), node.returning, node.at);
  },

  "json-build"(node, scope, translation) {
    const name = `JSON_${node.form.toUpperCase()}`;
    const values = listText(node.members.map(({ value }) => builtValue(value, name, scope, translation)));
    if (node.form === "array")
      return shownAs(`own_sql_json_array(${values}, '${node.nulls}')`, node.returning, node.at);
    const keys = listText(node.members.map(({ key }) => keyOf(key!, scope, translation)));
    const options = `'${node.nulls}${node.unique ? " unique" : ""}'`;
    return shownAs(`own_sql_json_object(${keys}, ${values}, ${options})`, node.returning, node.at);
  },
};

const listText = (texts: readonly string[]): string => `CAST([${texts.join(", ")}] AS VARCHAR[])`;

function checkPath({ passing, path, pathAt }: JsonPathCall): void {
  try {
    const names = new Set(passing.map(({ name }) => name));
    const missing = variablesOf(parsePath(path).root).find((name) => !names.has(name));
    if (missing !== undefined)
      throw new SqlFault(
        "INVALID_PATH",
        `no value passed for parameter ${missing}. Try quoting "${missing}" in the PASSING clause to match case`,
        pathAt,
      );
  } catch (error) {
    if (!(error instanceof NotPath)) throw error;
    throw new SqlFault(error.isUnsupported ? "NOT_SUPPORTED" : "SYNTAX_ERROR", error.message, pathAt);
  }
}

/** Whether an expression gives JSON, which is taken as such where JSON is built. */
const givesJson = ({ value, isJson }: JsonInput): boolean =>
  isJson || value.kind === "json-build" || (value.kind === "json-path" && value.form === "query");

function jsonOf({ value }: JsonInput, scope: Scope, translation: Translation): string {
  const found = translation.expression(value, scope);
  const text = ["varchar", "unknown"].includes(found.type.name) ? coerce(found, varcharType) : undefined;
  if (text) return text.sql;
  if (found.type.name === "varbinary")
    throw new SqlFault("NOT_SUPPORTED", "JSON in a varbinary is not supported: give it as from_utf8(...)", value.at);
  throw new SqlFault(
    "TYPE_MISMATCH",
    `Cannot read input of type ${typeText(found.type)} as JSON using formatting JSON`,
    value.at,
  );
}

/** A letter for what a value is, then its text. */
function passed(input: JsonInput, scope: Scope, translation: Translation): string {
  if (givesJson(input)) return `'j' || ${jsonOf(input, scope, translation)}`;
  const { sql, type } = translation.expression(input.value, scope);
  const text = () => castText(sql, type, varcharType);
  if (type.name === "unknown") return "NULL";
  if (type.name === "varchar" || type.name === "char") return `'s' || ${text()}`;
  if (isInteger(type)) return `'i' || ${text()}`;
  if (type.name === "decimal") return `'d' || ${text()}`;
  if (type.name === "boolean") return `'b' || ${text()}`;
  if (type.name === "double" || type.name === "real") return `'f' || CAST(${sql} AS VARCHAR)`;
  throw new SqlFault("NOT_SUPPORTED", `A value of the type ${typeText(type)} is not passed to a path`, input.value.at);
}

const returned = [
  "boolean",
  "tinyint",
  "smallint",
  "integer",
  "bigint",
  "real",
  "double",
  "decimal",
  "varchar",
  "char",
];
const moments = ["date", "time", "timestamp", "timestamp with time zone"];

/** What JSON_VALUE gives: the scalar as the type that is asked for. */
function scalarOf(node: JsonPathCall, call: string, scope: Scope, translation: Translation): Value {
  const type = node.returning ?? varcharType;
  if (![...returned, ...moments].includes(type.name))
    throw new SqlFault("TYPE_MISMATCH", `Invalid return type of function JSON_VALUE: ${typeText(type)}`, node.at);
  const [onEmpty, onError] = [[node.emptyDefault, "EMPTY"] as const, [node.errorDefault, "ERROR"] as const].map(
    ([value, when]) => value && defaultText(value, when, type, scope, translation),
  );
  const plain = type.name === "varchar" && type.length === undefined;
  const found = plain ? "substr(j, 2)" : converted(type, node, onError);
  const cases = [
    "WHEN j IS NULL THEN NULL",
    ...(onEmpty === undefined ? [] : [`WHEN j = 'E' THEN ${onEmpty}`]),
    ...(onError === undefined ? [] : [`WHEN j = 'X' THEN ${onError}`]),
  ];
  return { sql: `list_transform([${call}], lambda j: CASE ${cases.join(" ")} ELSE ${found} END)[1]`, type };
}

function defaultText(value: Expression, when: string, type: SqlType, scope: Scope, translation: Translation): string {
  const found = translation.expression(value, scope);
  const text = coerce(found, type);
  if (text) return text.sql;
  throw new SqlFault(
    "TYPE_MISMATCH",
    `Function JSON_VALUE default ON ${when} result must evaluate to a ${typeText(type)} (actual: ${typeText(found.type)})`,
    value.at,
  );
}

/** What a scalar is by its letter, and how it is read. */
const scalars: readonly (readonly [letter: string, type: SqlType, read: string])[] = [
  ["s", varcharType, "substr(j, 2)"],
  ["i", { name: "bigint" }, "CAST(substr(j, 2) AS BIGINT)"],
  ["d", { name: "decimal", precision: 38, scale: 10 }, "CAST(substr(j, 2) AS DECIMAL(38,10))"],
  ["f", { name: "double" }, "CAST(substr(j, 2) AS DOUBLE)"],
  ["b", booleanType, "(j = 'btrue')"],
];

/** A scalar that does not become the type is an error, which the statement says what to do with. */
function converted(type: SqlType, { at, onError }: JsonPathCall, instead: string | undefined): string {
  const isText = type.name === "varchar" || type.name === "char";
  const branches = scalars.flatMap(([letter, from, read]) => {
    if (isText)
      return letter === "s" ? [`WHEN true THEN ${castValue({ sql: read, type: varcharType }, type, at).sql}`] : [];
    try {
      return [`WHEN j[1] = '${letter}' THEN TRY(${castValue({ sql: read, type: from }, type, at).sql})`];
    } catch (error) {
      if (error instanceof SqlFault) return [];
      throw error;
    }
  });
  const value = `CASE ${branches.join(" ")} END`;
  if (onError === "default") return `coalesce(${value}, ${instead})`;
  if (onError !== "error") return value;
  const words = `cannot extract SQL scalar from JSON: Cannot cast value to declared return type of function JSON_VALUE: ${typeText(type)}`;
  return `list_transform([${value}], lambda k: ${guarded("k IS NULL", "JSON_VALUE_RESULT_ERROR", quoteText(words), "k")})[1]`;
}

/** JSON as the type that is asked for: a text, or its bytes. */
function shownAs(sql: string, type: SqlType | undefined, at: Position): Value {
  if (type === undefined) return { sql, type: varcharType };
  if (type.name === "varbinary") return { sql: `encode(${sql})`, type };
  if (type.name === "varchar" || type.name === "char") return castValue({ sql, type: varcharType }, type, at);
  throw new SqlFault("TYPE_MISMATCH", `Cannot output JSON value as ${typeText(type)} using formatting JSON`, at);
}

const asText = (sql: string, type: SqlType): string => castText(sql, type, varcharType);

/** The JSON of a value that an object or an array gets. */
function builtValue(input: JsonInput, name: string, scope: Scope, translation: Translation): string {
  if (givesJson(input)) {
    const text = jsonOf(input, scope, translation);
    return input.isJson ? `own_sql_json_read(${text})` : text;
  }
  const { sql, type } = translation.expression(input.value, scope);
  if (["array", "map", "row", "varbinary"].includes(type.name))
    throw new SqlFault(
      "NOT_SUPPORTED",
      `Unsupported type of value passed to ${name} function: ${typeText(type)}`,
      input.value.at,
    );
  const isPlain = returned.includes(type.name) || type.name === "unknown";
  const json = isPlain && type.name !== "char" ? jsonText(sql, type, asText) : `own_json_quote(${asText(sql, type)})`;
  return json ?? `CAST(NULL AS ${physicalType(varcharType)})`;
}

function keyOf(key: Expression, scope: Scope, translation: Translation): string {
  const { sql, type } = translation.expression(key, scope);
  if (type.name !== "varchar" && type.name !== "char")
    throw new SqlFault("INVALID_FUNCTION_ARGUMENT", `Invalid type of JSON object key: ${typeText(type)}`, key.at);
  // A char is kept without the blanks at its end, as a key has it.
  return sql;
}
