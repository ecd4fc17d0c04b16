import { parseType } from "./parse-type.ts";
import { type Position, SqlFault } from "./sql-fault.ts";
import type { Expression, JsonInput, JsonPathCall } from "./syntax.ts";
import type { TokenReader } from "./token-reader.ts";

type Read = (reader: TokenReader, at: Position) => Expression;

/** The functions of the SQL standard for JSON, which the grammar writes in a way of their own. */
export const jsonForms: Readonly<Record<string, Read>> = {
  JSON_EXISTS: (reader, at) =>
    reader.parenthesized(() => ({
      ...pathCall(reader, "exists", at),
      onError: behavior(reader, "ERROR", ["TRUE", "FALSE", "UNKNOWN", "ERROR"]) ?? "false",
    })),
  JSON_VALUE: (reader, at) => reader.parenthesized(() => jsonValue(reader, at)),
  JSON_QUERY: (reader, at) => reader.parenthesized(() => jsonQuery(reader, at)),
  JSON_OBJECT: (reader, at) => reader.parenthesized(() => jsonObject(reader, at)),
  JSON_ARRAY: (reader, at) => reader.parenthesized(() => jsonArray(reader, at)),
  JSON_TABLE(_reader, at) {
    throw new SqlFault("NOT_SUPPORTED", "JSON_TABLE is not supported", at);
  },
};

function jsonInput(reader: TokenReader): JsonInput {
  const value = reader.expression();
  return { value, isJson: takeFormat(reader) };
}

function takeFormat(reader: TokenReader): boolean {
  if (!reader.take("FORMAT")) return false;
  reader.expect("JSON");
  if (reader.is("ENCODING")) throw new SqlFault("NOT_SUPPORTED", "FORMAT JSON ENCODING is not supported", reader.at);
  return true;
}

/** What all that follow a path have in common: the text, the path, the values that are passed to it. */
function pathCall(reader: TokenReader, form: JsonPathCall["form"], at: Position): JsonPathCall {
  const input = jsonInput(reader);
  reader.expect(",");
  const pathAt = reader.at;
  const path = reader.string();
  if (reader.take("AS")) reader.identifier();
  const passing = reader.take("PASSING")
    ? reader.list(() => {
        const value = jsonInput(reader);
        reader.expect("AS");
        const isQuoted = reader.token.kind === "quoted";
        const name = reader.spelling();
        return { name: isQuoted ? name : name.toUpperCase(), value };
      })
    : [];
  return { kind: "json-path", form, input, path, pathAt, passing, onEmpty: "null", onError: "null", at };
}

/** `NULL ON EMPTY`: what is done when nothing is found, or when something is wrong. */
function behavior(reader: TokenReader, when: "EMPTY" | "ERROR", words: readonly string[]): string | undefined {
  const found = words.find((word) => reader.is(...word.split(" "), "ON", when));
  if (found === undefined) return undefined;
  reader.take(...found.split(" "), "ON", when);
  return found.split(" ").at(-1)!.toLowerCase();
}

function defaultOf(reader: TokenReader, when: "EMPTY" | "ERROR"): Expression | undefined {
  if (!reader.is("DEFAULT")) return undefined;
  return reader.attempt(() => {
    reader.take("DEFAULT");
    const value = reader.expression();
    return reader.take("ON", when) ? value : undefined;
  });
}

function jsonValue(reader: TokenReader, at: Position): Expression {
  const call = pathCall(reader, "value", at);
  const returning = reader.take("RETURNING") ? parseType(reader) : undefined;
  const emptyDefault = defaultOf(reader, "EMPTY");
  const onEmpty = emptyDefault ? "default" : (behavior(reader, "EMPTY", ["NULL", "ERROR"]) ?? "null");
  const errorDefault = defaultOf(reader, "ERROR");
  const onError = errorDefault ? "default" : (behavior(reader, "ERROR", ["NULL", "ERROR"]) ?? "null");
  return { ...call, returning, emptyDefault, errorDefault, onEmpty, onError };
}

function jsonQuery(reader: TokenReader, at: Position): Expression {
  const call = pathCall(reader, "query", at);
  const returning = returningType(reader);
  const wrapper = wrapperOf(reader);
  const quotes =
    reader.is("KEEP", "QUOTES") || reader.is("OMIT", "QUOTES") ? reader.next().key.toLowerCase() : undefined;
  if (quotes !== undefined) {
    reader.expect("QUOTES");
    if (reader.take("ON")) reader.expect("SCALAR", "STRING");
  }
  if (quotes !== undefined && wrapper === "unconditional")
    throw new SqlFault(
      "INVALID_FUNCTION_ARGUMENT",
      `${quotes.toUpperCase()} QUOTES behavior specified with WITH UNCONDITIONAL ARRAY WRAPPER behavior`,
      at,
    );
  const words = ["NULL", "ERROR", "EMPTY ARRAY", "EMPTY OBJECT"];
  const onEmpty = behavior(reader, "EMPTY", words) ?? "null";
  const onError = behavior(reader, "ERROR", words) ?? "null";
  return { ...call, returning, wrapper, quotes: quotes === "omit" ? "omit" : "keep", onEmpty, onError };
}

function wrapperOf(reader: TokenReader): "without" | "conditional" | "unconditional" {
  if (reader.take("WITHOUT")) {
    reader.take("ARRAY");
    reader.expect("WRAPPER");
    return "without";
  }
  if (!reader.take("WITH")) return "without";
  const isConditional = reader.take("CONDITIONAL");
  if (!isConditional) reader.take("UNCONDITIONAL");
  reader.take("ARRAY");
  reader.expect("WRAPPER");
  return isConditional ? "conditional" : "unconditional";
}

function returningType(reader: TokenReader) {
  if (!reader.take("RETURNING")) return undefined;
  const type = parseType(reader);
  takeFormat(reader);
  return type;
}

function nullsOf(reader: TokenReader, usual: "null" | "absent"): "null" | "absent" {
  if (reader.take("NULL", "ON", "NULL")) return "null";
  return reader.take("ABSENT", "ON", "NULL") ? "absent" : usual;
}

const isEnd = (reader: TokenReader) => reader.is(")") || reader.is("RETURNING");

function jsonObject(reader: TokenReader, at: Position): Expression {
  const members = isEnd(reader)
    ? []
    : reader.list(() => {
        if (reader.is("KEY") && ![":", "VALUE", ".", "("].includes(reader.ahead(1).key)) reader.take("KEY");
        const key = reader.expression();
        if (!reader.take(":")) reader.expect("VALUE");
        return { key, value: jsonInput(reader) };
      });
  const nulls = nullsOf(reader, "null");
  const unique = reader.take("WITH", "UNIQUE");
  if (unique || reader.take("WITHOUT", "UNIQUE")) reader.take("KEYS");
  return { kind: "json-build", form: "object", members, nulls, unique, returning: returningType(reader), at };
}

function jsonArray(reader: TokenReader, at: Position): Expression {
  const members = isEnd(reader) ? [] : reader.list(() => ({ value: jsonInput(reader) }));
  const nulls = nullsOf(reader, "absent");
  return { kind: "json-build", form: "array", members, nulls, unique: false, returning: returningType(reader), at };
}
