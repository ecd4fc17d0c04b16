import type { EngineFunction } from "../../../../base/engine-function.ts";
import { trinoDouble } from "./double-text.ts";
import { fail } from "./fail.ts";
import { NotJson, objectText } from "./json-scanner.ts";
import { PathFailure } from "./path-arithmetic.ts";
import { evaluatePath } from "./path-evaluate.ts";
import { type Item, itemText, numberText, readItem, readPassed } from "./path-items.ts";
import { type JsonPath, parsePath } from "./path-language.ts";

let last: { readonly text: string; readonly path: JsonPath } | undefined;

function pathOf(text: string): JsonPath {
  if (last?.text !== text) last = { text, path: parsePath(text) };
  return last.path;
}

/** Why a path gives nothing: the code and the words of the error that may be asked for. */
interface Failed {
  readonly code: string;
  readonly words: string;
}

const notJson: Failed = {
  code: "JSON_INPUT_CONVERSION_ERROR",
  words: "conversion to JSON failed: the text is no JSON",
};

/** Follows a path in a text. */
function follow(
  json: string,
  text: string,
  names: readonly string[],
  values: readonly (string | null)[],
): readonly Item[] | Failed {
  try {
    const variables = new Map(names.map((name, index) => [name, readPassed(values[index] ?? null)]));
    return evaluatePath(pathOf(text), readItem(json), variables);
  } catch (error) {
    if (error instanceof NotJson) return notJson;
    if (error instanceof PathFailure)
      return { code: "PATH_EVALUATION_ERROR", words: `path evaluation failed: ${error.message}` };
    throw error;
  }
}

const isFailed = (found: readonly Item[] | Failed): found is Failed => "code" in found;
const raise = ({ code, words }: Failed): never => fail(words, code);

/** What JSON_VALUE makes of a scalar: a letter for its type, then its text. Nothing for null. */
function taggedText(item: Item): string | null | undefined {
  switch (item.kind) {
    case "null":
      return null;
    case "boolean":
      return `b${item.value}`;
    case "string":
      return `s${item.value}`;
    case "number":
      if (item.type === "huge") return undefined;
      if (item.type === "double") return `f${trinoDouble(item.value)}`;
      return `${item.type === "decimal" ? "d" : "i"}${numberText(item)}`;
    default:
      return undefined;
  }
}

const noItems = "JSON path found no items";
const cannotExtract = (why: string): Failed => ({
  code: "JSON_VALUE_RESULT_ERROR",
  words: `cannot extract SQL scalar from JSON: ${why}`,
});
const cannotShow = (why: string): Failed => ({
  code: "JSON_OUTPUT_CONVERSION_ERROR",
  words: `conversion from JSON failed: ${why}`,
});

/** `E` is what is given for nothing found, `X` for an error, where the statement has a value for it. */
function jsonValue(
  json: string,
  path: string,
  options: string,
  names: readonly string[],
  values: readonly (string | null)[],
): string | null {
  const [onEmpty, onError] = options.split(" ");
  const instead = (how: string | undefined, mark: string, failed: Failed) =>
    how === "error" ? raise(failed) : how === "default" ? mark : null;
  const found = follow(json, path, names, values);
  if (isFailed(found)) return instead(onError, "X", found);
  if (found.length === 0) return instead(onEmpty, "E", cannotExtract(noItems));
  if (found.length > 1) return instead(onError, "X", cannotExtract("JSON path found multiple items"));
  const text = taggedText(found[0]!);
  if (text !== undefined) return text;
  return instead(onError, "X", cannotExtract("JSON path found an item that cannot be converted to an SQL value"));
}

function jsonQuery(
  json: string,
  path: string,
  options: string,
  names: readonly string[],
  values: readonly (string | null)[],
): string | null {
  const [wrapper, quotes, onEmpty, onError] = options.split(" ");
  const instead = (how: string | undefined, failed: Failed) =>
    how === "error" ? raise(failed) : how === "array" ? "[]" : how === "object" ? "{}" : null;
  const found = follow(json, path, names, values);
  if (isFailed(found)) return instead(onError, found);
  if (found.length === 0) return instead(onEmpty, cannotShow(noItems));
  const [first] = found;
  const isNest = first?.kind === "array" || first?.kind === "object";
  if (wrapper === "unconditional" || (wrapper === "conditional" && (found.length > 1 || !isNest)))
    return itemText({ kind: "array", items: found });
  if (found.length > 1) return instead(onError, cannotShow("JSON path found multiple items"));
  return quotes === "omit" && first?.kind === "string" ? first.value : itemText(first!);
}

function jsonExists(
  json: string,
  path: string,
  onError: string,
  names: readonly string[],
  values: readonly (string | null)[],
): boolean | null {
  const found = follow(json, path, names, values);
  if (!isFailed(found)) return found.length > 0;
  return onError === "error" ? raise(found) : onError === "unknown" ? null : onError === "true";
}

/** The order in which Java's HashMap has keys that were put into it. */
function hashOrder(keys: readonly string[]): number[] {
  let size = 16;
  while (keys.length > size * 0.75) size *= 2;
  const placeOf = (key: string): number => {
    let hash = 0;
    for (let at = 0; at < key.length; at++) hash = (Math.imul(hash, 31) + key.charCodeAt(at)) | 0;
    return (hash ^ (hash >>> 16)) & (size - 1);
  };
  const places = keys.map(placeOf);
  return keys.map((_, index) => index).sort((a, b) => places[a]! - places[b]! || a - b);
}

const given = ["text", "text", "text", "texts", "texts"] as const;

/** JSON_VALUE and the others of the SQL standard. */
export const sqlJsonFunctions: readonly EngineFunction[] = [
  { ...{ name: "own_sql_json_value", takes: given, gives: "text" }, call: jsonValue },
  { ...{ name: "own_sql_json_query", takes: given, gives: "text" }, call: jsonQuery },
  { ...{ name: "own_sql_json_exists", takes: given, gives: "boolean" }, call: jsonExists },
  {
    ...{ name: "own_sql_json_read", takes: ["text"], gives: "text" },
    call(json: string) {
      try {
        return itemText(readItem(json));
      } catch (error) {
        if (error instanceof NotJson) return raise(notJson);
        throw error;
      }
    },
  },
  {
    ...{ name: "own_sql_json_object", takes: ["texts", "texts", "text"], gives: "text" },
    call(keys: readonly (string | null)[], values: readonly (string | null)[], options: string) {
      const members: [string, string][] = [];
      const seen = new Set<string>();
      for (const [index, key] of keys.entries()) {
        if (key === null) return fail("null value passed for JSON object key to JSON_OBJECT function");
        const value = values[index] ?? null;
        if (value === null && options.startsWith("absent")) continue;
        if (seen.has(key))
          return options.endsWith("unique")
            ? fail("duplicate key passed to JSON_OBJECT function")
            : fail("cannot construct a JSON object with duplicate key", "NOT_SUPPORTED");
        seen.add(key);
        members.push([key, value ?? "null"]);
      }
      return objectText(hashOrder(members.map(([key]) => key)).map((index) => members[index]!));
    },
  },
  {
    ...{ name: "own_sql_json_array", takes: ["texts", "text"], gives: "text" },
    call: (values: readonly (string | null)[], nulls: string) =>
      `[${values.flatMap((value) => (value === null && nulls === "absent" ? [] : [value ?? "null"])).join(",")}]`,
  },
];
