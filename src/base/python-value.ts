import { pythonFloat, pythonJsonFloat } from "./python-text.ts";

/** A whole number, however large. */
export interface PythonInt {
  readonly int: string;
}

export interface PythonFloat {
  readonly float: number;
}

/** What Python's json.loads makes of a text: it tells 1 from 1.0 and keeps every digit of a whole number. */
export type PythonValue =
  | string
  | boolean
  | null
  | PythonInt
  | PythonFloat
  | readonly PythonValue[]
  | ReadonlyMap<string, PythonValue>;

const space = /[ \t\n\r]*/y;
const number = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON allows no control character in a text
const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const words: Readonly<Record<string, PythonValue>> = {
  true: true,
  false: false,
  null: null,
  NaN: { float: Number.NaN },
  Infinity: { float: Number.POSITIVE_INFINITY },
  "-Infinity": { float: Number.NEGATIVE_INFINITY },
};
/** Python gives up about there. */
const deepest = 900;

/** Reads JSON as Python's json.loads does; undefined for what it refuses. */
export function parsePython(text: string): PythonValue | undefined {
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) at += found[0].length;
    return found;
  };
  const takes = (mark: string): boolean => {
    take(space);
    if (!text.startsWith(mark, at)) return false;
    at += mark.length;
    return true;
  };

  /** Reads what stands between brackets, with commas; false when it is not so. */
  function list(end: string, item: () => boolean): boolean {
    if (takes(end)) return true;
    do if (!item()) return false;
    while (takes(","));
    return takes(end);
  }

  function value(depth: number): PythonValue | undefined {
    if (depth > deepest) return undefined;
    take(space);
    const found = take(string);
    if (found) return JSON.parse(found[0]) as string;
    if (takes("[")) {
      const items: PythonValue[] = [];
      const whole = list("]", () => {
        const item = value(depth + 1);
        if (item !== undefined) items.push(item);
        return item !== undefined;
      });
      return whole ? items : undefined;
    }
    if (takes("{")) {
      const entries = new Map<string, PythonValue>();
      const whole = list("}", () => {
        take(space);
        const name = take(string);
        const item = name && takes(":") ? value(depth + 1) : undefined;
        if (name && item !== undefined) entries.set(JSON.parse(name[0]) as string, item);
        return item !== undefined;
      });
      return whole ? entries : undefined;
    }
    for (const [word, meant] of Object.entries(words)) if (takes(word)) return meant;
    const digits = take(number);
    if (!digits) return undefined;
    const isFloat = digits[1] !== undefined || digits[2] !== undefined;
    if (isFloat) return { float: Number(digits[0]) };
    return { int: digits[0] === "-0" ? "0" : digits[0] };
  }

  const result = value(0);
  take(space);
  return at === text.length ? result : undefined;
}

const isList = (value: PythonValue): value is readonly PythonValue[] => Array.isArray(value);

/** The value as Python's str() writes it. */
export const pythonStr = (value: PythonValue): string => (typeof value === "string" ? value : pythonRepr(value));

function pythonRepr(value: PythonValue): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "string") return reprOfText(value);
  if (isList(value)) return `[${value.map(pythonRepr).join(", ")}]`;
  if (value instanceof Map)
    return `{${[...value].map(([name, item]) => `${reprOfText(name)}: ${pythonRepr(item)}`).join(", ")}}`;
  return "int" in value ? value.int : pythonFloat((value as PythonFloat).float);
}

const escapes: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };
/** What Python does not print as it is. */
const unprintable = /[\\\n\r\t]|[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;

function reprOfText(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const inner = text.replace(unprintable, (found) => escapes[found] ?? codeEscape(found.codePointAt(0)!));
  return quote + (quote === "'" ? inner.replaceAll("'", "\\'") : inner) + quote;
}

const codeEscape = (code: number): string => {
  const hex = code.toString(16);
  if (code < 0x100) return `\\x${hex.padStart(2, "0")}`;
  return code < 0x10000 ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
};

/** Compares texts by code points, as Python sorts. */
export function byCodePoint(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  for (let i = 0; i < left.length && i < right.length; i++) {
    const difference = left[i]!.codePointAt(0)! - right[i]!.codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/**
 * The value as json.dumps writes it with sorted keys and nothing but ASCII: without spaces, or with each item on a line
 * of its own, so far from the one that it belongs to.
 */
export function pythonJson(value: PythonValue, indent = 0): string {
  const around = (open: string, items: readonly string[], close: string, margin: string): string => {
    if (indent === 0 || items.length === 0) return open + items.join(",") + close;
    const inner = margin + " ".repeat(indent);
    return `${open}\n${items.map((item) => inner + item).join(",\n")}\n${margin}${close}`;
  };
  const write = (value: PythonValue, margin: string): string => {
    if (value === null || typeof value === "boolean") return String(value);
    if (typeof value === "string") return jsonText(value);
    const inner = margin + " ".repeat(indent);
    const lines = (items: readonly PythonValue[]) => items.map((item) => write(item, inner));
    if (isList(value)) return around("[", lines(value), "]", margin);
    if (value instanceof Map) {
      const names = [...value.keys()].sort(byCodePoint);
      const between = indent === 0 ? ":" : ": ";
      const entries = names.map((name) => jsonText(name) + between + write(value.get(name)!, inner));
      return around("{", entries, "}", margin);
    }
    return "int" in value ? value.int : pythonJsonFloat((value as PythonFloat).float);
  };
  return write(value, "");
}

const jsonText = (text: string): string =>
  JSON.stringify(text).replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** A value of JSON, as JavaScript has it, as one of Python; its numbers must be whole. */
export function toPython(value: unknown): PythonValue {
  if (value === undefined || value === null) return null;
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return { int: String(value) };
  if (Array.isArray(value)) return value.map(toPython);
  if (value instanceof Map) return value as ReadonlyMap<string, PythonValue>;
  return new Map(Object.entries(value as object).map(([name, item]) => [name, toPython(item)]));
}
