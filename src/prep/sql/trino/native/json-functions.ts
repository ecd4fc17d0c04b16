import type { EngineFunction } from "../../../../base/engine-function.ts";
import { javaDouble, trinoDouble } from "./double-text.ts";
import { fail } from "./fail.ts";
import { atPath } from "./json-path.ts";
import { JsonScanner, NotJson, objectText, quoteJson } from "./json-scanner.ts";

/** Reads the whole of a JSON text; undefined for a text that is none. */
function whole<Result>(json: string, read: (scanner: JsonScanner) => Result): Result | undefined {
  try {
    const scanner = new JsonScanner(json);
    const result = read(scanner);
    scanner.end();
    return result;
  } catch (error) {
    if (error instanceof NotJson) return undefined;
    throw error;
  }
}

const shown = (text: string): string => (text.length > 200 ? `${text.slice(0, 200)}...` : text);

const itemsOf = (scanner: JsonScanner): string[] => {
  const items: string[] = [];
  scanner.list(() => {
    items.push(scanner.copy());
    return true;
  });
  return items;
};

function membersOf(scanner: JsonScanner): Map<string, string> {
  const members = new Map<string, string>();
  scanner.object((key) => {
    members.set(key, scanner.copy());
    return true;
  });
  return members;
}

/** A scalar's own text; undefined for lists, objects and null. */
function scalarText(scanner: JsonScanner): string | undefined {
  if (scanner.next === '"') return scanner.string();
  if (scanner.next === "{" || scanner.next === "[") {
    scanner.pass();
    return undefined;
  }
  const { kind, text } = scanner.scalar();
  return kind === "null" ? undefined : text;
}

function sizeOf(scanner: JsonScanner): bigint {
  let count = 0n;
  const member = () => {
    count++;
    return scanner.pass();
  };
  if (scanner.next === "[") scanner.list(member);
  else if (scanner.next === "{") scanner.object(member);
  else scanner.pass();
  return count;
}

type Scalar = { readonly kind: "string" | "integer" | "double" | "true" | "false" | "null"; readonly text: string };

/** A JSON value that is to become one of SQL; an error of the query for lists and objects. */
function scalarOf(json: string, type: string): Scalar {
  const found = whole<Scalar | undefined>(json, (scanner) => {
    if (scanner.next === '"') return { kind: "string", text: scanner.string() };
    return scanner.next === "{" || scanner.next === "[" ? scanner.none() : scanner.scalar();
  });
  return found ?? cannot(json, type);
}

const cannot = (json: string, type: string): never =>
  fail(`Cannot cast '${shown(json)}' to ${type}`, "INVALID_CAST_ARGUMENT");

function wholeNumber(json: string, bits: number): bigint | null {
  const name = { 8: "tinyint", 16: "smallint", 32: "integer", 64: "bigint" }[bits]!;
  const { kind, text } = scalarOf(json, name);
  if (kind === "null") return null;
  const isWhole = kind === "integer" || (kind === "string" && /^[+-]?\d+$/.test(text));
  const value = isWhole
    ? BigInt(text.replace(/^\+/, ""))
    : kind === "true"
      ? 1n
      : kind === "false"
        ? 0n
        : kind === "double" && Number.isFinite(Number(text))
          ? BigInt(Math.sign(Number(text)) * Math.round(Math.abs(Number(text))))
          : cannot(json, name);
  return BigInt.asIntN(bits, value) === value ? value : cannot(json, name);
}

function realNumber(json: string): number | null {
  const { kind, text } = scalarOf(json, "double");
  if (kind === "null") return null;
  if (kind === "true" || kind === "false") return kind === "true" ? 1 : 0;
  if (kind !== "string") return Number(text);
  const plain = text.trim();
  if (/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[fFdD]?$/.test(plain)) return Number(plain.replace(/[fFdD]$/, ""));
  return /^[+-]?(NaN|Infinity)$/.test(plain) ? Number(plain.replace(/^[+-]NaN/, "NaN")) : cannot(json, "double");
}

/** Of a row's fields the JSON of each, by name or by place; null where the object has none. */
function fieldsOf(json: string, names: readonly string[]): (string | null)[] | null {
  if (json === "null") return null;
  if (json.startsWith("[")) {
    const items = whole(json, itemsOf)!;
    return items.length === names.length ? items : cannot(json, "row");
  }
  if (!json.startsWith("{")) return cannot(json, "row");
  const members = new Map([...whole(json, membersOf)!].map(([key, value]) => [key.toLowerCase(), value]));
  return names.map((name) => members.get(name.toLowerCase()) ?? null);
}

function holds(json: string, kind: string, wanted: string): boolean | null {
  let isFound = false;
  try {
    const scanner = new JsonScanner(json);
    if (scanner.next !== "[") return null;
    scanner.list(() => {
      const isText = scanner.next === '"';
      if (scanner.next === "[" || scanner.next === "{") return scanner.pass();
      const scalar = isText ? { kind: "string", text: scanner.string() } : scanner.scalar();
      const isSame =
        kind === "double"
          ? scalar.kind === "double" && Number(scalar.text) === Number(wanted)
          : kind === "boolean"
            ? scalar.kind === wanted
            : scalar.kind === kind && scalar.text === wanted;
      isFound = isSame;
      return !isFound;
    });
    return isFound;
  } catch (error) {
    if (error instanceof NotJson) return null;
    throw error;
  }
}

/** JSON is a text without blanks. */
export const jsonFunctions: readonly EngineFunction[] = [
  {
    ...{ name: "own_json_parse", takes: ["text"], gives: "text" },
    call: (text: string) =>
      whole(text, (scanner) => scanner.sorted()) ?? fail(`Cannot convert value to JSON: '${shown(text)}'`),
  },
  {
    ...{ name: "own_json_extract", takes: ["text", "text"], gives: "text" },
    call: (json: string, path: string) => atPath(json, path, (scanner) => scanner.copy()) ?? null,
  },
  {
    ...{ name: "own_json_extract_scalar", takes: ["text", "text"], gives: "text" },
    call: (json: string, path: string) => atPath(json, path, scalarText) ?? null,
  },
  {
    ...{ name: "own_json_size", takes: ["text", "text"], gives: "bigint" },
    call: (json: string, path: string) => atPath(json, path, sizeOf) ?? null,
  },
  {
    ...{ name: "own_json_array_length", takes: ["text"], gives: "bigint" },
    call: (json: string) => whole(json, (scanner) => (scanner.next === "[" ? sizeOf(scanner) : scanner.none())) ?? null,
  },
  {
    ...{ name: "own_json_array_get", takes: ["text", "bigint"], gives: "text" },
    call(json: string, index: bigint) {
      const items = whole(json, (scanner) => {
        if (scanner.next !== "[") return scanner.pass() && [];
        const all: (string | null)[] = [];
        scanner.list(() => {
          all.push(scanner.next === "[" || scanner.next === "{" ? scanner.copy() : (scalarText(scanner) ?? null));
          return true;
        });
        return all;
      });
      return items?.at(Number(index)) ?? null;
    },
  },
  { ...{ name: "own_json_array_contains", takes: ["text", "text", "text"], gives: "boolean" }, call: holds },
  {
    ...{ name: "own_is_json_scalar", takes: ["text"], gives: "boolean" },
    call: (json: string) =>
      whole(json, (scanner) => {
        const { next } = scanner;
        return scanner.pass() && next !== "[" && next !== "{";
      }) ?? fail(`Invalid JSON value: '${shown(json)}'`),
  },
  { ...{ name: "own_json_quote", takes: ["text"], gives: "text" }, call: quoteJson },
  {
    ...{ name: "own_json_of_double", takes: ["double"], gives: "text" },
    call: (value: number) => (Number.isFinite(value) ? javaDouble(value) : `"${javaDouble(value)}"`),
  },
  {
    ...{ name: "own_json_of_items", takes: ["texts"], gives: "text" },
    call: (items: readonly (string | null)[]) => `[${items.map((item) => item ?? "null").join(",")}]`,
  },
  {
    ...{ name: "own_json_of_members", takes: ["texts", "texts", "boolean"], gives: "text" },
    call(keys: readonly string[], values: readonly (string | null)[], isSorted: boolean) {
      const members = keys.map((key, index) => [key, values[index] ?? "null"] as const);
      return objectText(isSorted ? members.sort(([a], [b]) => (a < b ? -1 : 1)) : members);
    },
  },
  { ...{ name: "own_json_to_bigint", takes: ["text", "integer"], gives: "bigint" }, call: wholeNumber },
  { ...{ name: "own_json_to_double", takes: ["text"], gives: "double" }, call: realNumber },
  {
    ...{ name: "own_json_to_decimal", takes: ["text"], gives: "text" },
    call(json: string) {
      const { kind, text } = scalarOf(json, "decimal");
      if (kind === "null") return null;
      if (kind === "true" || kind === "false") return kind === "true" ? "1" : "0";
      return /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?\s*$/.test(text) ? text.trim() : cannot(json, "decimal");
    },
  },
  {
    ...{ name: "own_json_to_boolean", takes: ["text"], gives: "boolean" },
    call(json: string) {
      const { kind, text } = scalarOf(json, "boolean");
      if (kind === "null") return null;
      if (kind === "true" || kind === "false") return kind === "true";
      if (kind !== "string") return Number(text) !== 0;
      const word = text.toLowerCase();
      return ["true", "t", "1"].includes(word)
        ? true
        : ["false", "f", "0"].includes(word)
          ? false
          : cannot(json, "boolean");
    },
  },
  {
    ...{ name: "own_json_to_text", takes: ["text"], gives: "text" },
    call(json: string) {
      const { kind, text } = scalarOf(json, "varchar");
      return kind === "null" ? null : kind === "double" ? trinoDouble(Number(text)) : text;
    },
  },
  {
    ...{ name: "own_json_items", takes: ["text"], gives: "texts" },
    call: (json: string) =>
      json === "null" ? null : json.startsWith("[") ? whole(json, itemsOf)! : cannot(json, "array"),
  },
  {
    ...{ name: "own_json_keys", takes: ["text"], gives: "texts" },
    call: (json: string) =>
      json === "null" ? null : json.startsWith("{") ? [...whole(json, membersOf)!.keys()] : cannot(json, "map"),
  },
  {
    ...{ name: "own_json_values", takes: ["text"], gives: "texts" },
    call: (json: string) =>
      json === "null" ? null : json.startsWith("{") ? [...whole(json, membersOf)!.values()] : cannot(json, "map"),
  },
  { ...{ name: "own_json_fields", takes: ["text", "texts"], gives: "texts" }, call: fieldsOf },
];
