import type { SqlType } from "./sql-type.ts";

/** The type of an argument in a signature: a type, a variable that stands for one, or a lambda. */
export type TypePattern =
  | { readonly kind: "variable"; readonly name: string }
  | {
      readonly kind: "type";
      readonly name: string;
      readonly sizes: readonly string[];
      readonly inner: readonly TypePattern[];
    }
  | { readonly kind: "lambda"; readonly takes: readonly TypePattern[]; readonly gives: TypePattern };

export interface FunctionRow {
  readonly name: string;
  readonly takes: readonly TypePattern[];
  /** The last argument may come any number of times. */
  readonly many: boolean;
  readonly gives: TypePattern;
  /** DuckDB's text: $1, $2 ... are the arguments, $* all of them, $r the result's type in DuckDB, $u
   * its smallest value above zero. @ marks an aggregate. */
  readonly template: string;
}

/**
 * Reads a table of functions, a line each: `lower(varchar(x)) -> varchar(x) = lower($1)`. Capital letters stand for types
 * (O one that has an order, F real or double), small letters in a type for its sizes. Rows of one name are tried in order.
 */
export function functionTable(text: string): readonly FunctionRow[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map(readRow);
}

function readRow(line: string): FunctionRow {
  const split = line.indexOf(" = ");
  const head = line.slice(0, split);
  const arrow = head.lastIndexOf(") -> ");
  const open = head.indexOf("(");
  const signature = head.slice(open + 1, arrow);
  const many = signature.endsWith("...");
  const takes = signature === "" ? [] : splitList(many ? signature.slice(0, -3) : signature).map(readPattern);
  return {
    name: head.slice(0, open),
    takes,
    many,
    gives: readPattern(head.slice(arrow + 5)),
    template: line.slice(split + 3).trim(),
  };
}

/** Splits at the commas that stand in no parentheses. */
export function splitList(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let index = 0; index < text.length; index++) {
    if (text[index] === "(") depth++;
    if (text[index] === ")") depth--;
    if (text[index] !== "," || depth > 0) continue;
    parts.push(text.slice(from, index).trim());
    from = index + 1;
  }
  return [...parts, text.slice(from).trim()];
}

export function readPattern(text: string): TypePattern {
  const lambda = /^\((.*)\)->(.+)$/.exec(text);
  if (lambda !== null)
    return {
      kind: "lambda",
      takes: lambda[1] === "" ? [] : splitList(lambda[1]!).map(readPattern),
      gives: readPattern(lambda[2]!),
    };
  if (/^[A-Z]$/.test(text)) return { kind: "variable", name: text };
  const sized = /^([^(]+)\((.*)\)(.*)$/.exec(text);
  if (sized === null) return { kind: "type", name: text, sizes: [], inner: [] };
  const name = `${sized[1]}${sized[3]}`.trim();
  const parts = splitList(sized[2]!);
  const nested = ["array", "map", "row"].includes(name);
  return { kind: "type", name, sizes: nested ? [] : parts, inner: nested ? parts.map(readPattern) : [] };
}

/** What the variables of a signature stand for. */
export interface Bindings {
  readonly types: Map<string, SqlType>;
  readonly sizes: Map<string, number | undefined>;
}

/** The type that a pattern stands for; undefined while a variable of it is not known. */
export function patternType(pattern: TypePattern, bindings: Bindings): SqlType | undefined {
  if (pattern.kind === "variable") return bindings.types.get(pattern.name);
  if (pattern.kind === "lambda") return undefined;
  const inner = pattern.inner.map((part) => patternType(part, bindings));
  if (inner.includes(undefined)) return undefined;
  const sizes = pattern.sizes.map((size) => sizeOf(size, bindings.sizes));
  switch (pattern.name) {
    case "array":
      return { name: "array", element: inner[0]! };
    case "map":
      return { name: "map", key: inner[0]!, value: inner[1]! };
    case "row":
      return { name: "row", fields: inner.map((type) => ({ type: type! })) };
    case "decimal":
      return { name: "decimal", precision: sizes[0]!, scale: sizes[1]! };
    case "varchar":
      return sizes[0] === undefined ? { name: "varchar" } : { name: "varchar", length: sizes[0] };
    case "char":
      return { name: "char", length: sizes[0]! };
    case "time":
    case "timestamp":
    case "timestamp with time zone":
      return { name: pattern.name, precision: sizes[0] ?? 3 };
    default:
      return { name: pattern.name } as SqlType;
  }
}

/** A size in a signature: `x`, `38`, `x + z * (x + 1)`, `min(38, p + 1)`. Undefined when a part of it is unbounded. */
function sizeOf(text: string, sizes: Bindings["sizes"]): number | undefined {
  const tokens = text.match(/\d+|[a-z]+|[-+*(),]/g) ?? [];
  let index = 0;
  const both = (a: number | undefined, b: number | undefined, apply: (a: number, b: number) => number) =>
    a === undefined || b === undefined ? undefined : apply(a, b);
  const atom = (): number | undefined => {
    const token = tokens[index++]!;
    if (token === "min" || token === "max") {
      index++;
      const first = sum();
      index++;
      const second = sum();
      index++;
      return both(first, second, Math[token]);
    }
    if (token !== "(") return /\d/.test(token) ? Number(token) : sizes.get(token);
    const inner = sum();
    index++;
    return inner;
  };
  const product = (): number | undefined => {
    let value = atom();
    while (tokens[index] === "*") {
      index++;
      value = both(value, atom(), (a, b) => a * b);
    }
    return value;
  };
  const sum = (): number | undefined => {
    let value = product();
    while (tokens[index] === "+" || tokens[index] === "-")
      value =
        tokens[index++] === "+" ? both(value, product(), (a, b) => a + b) : both(value, product(), (a, b) => a - b);
    return value;
  };
  return sum();
}
