import { type Bindings, type FunctionRow, patternType, type TypePattern } from "./function-table.ts";
import { isFloating, isInteger, type SqlType, varcharOf } from "./sql-type.ts";
import { commonType, isOrderable, mayBecome } from "./type-relations.ts";

/** An argument's type, or how many arguments a lambda takes. */
export type ArgumentShape = SqlType | { readonly name: "lambda"; readonly takes: number };

/** Functions whose text may be a char, with the blanks behind it. Others take none, or have a row for it. */
const takingChars = new Set(["length", "lpad", "ltrim", "rtrim", "substr", "substring", "to_utf8", "trim"]);

/**
 * What the variables of a row stand for when it is given these arguments; undefined when it cannot take them. With `exact`
 * no argument may need a cast.
 */
export function matchSignature(
  row: FunctionRow,
  given: readonly ArgumentShape[],
  exact: boolean,
): Bindings | undefined {
  if (row.many ? given.length < row.takes.length - 1 : given.length !== row.takes.length) return undefined;
  const bindings: Bindings = { types: new Map(), sizes: new Map() };
  const patterns = given.map((_, index) => row.takes[Math.min(index, row.takes.length - 1)]!);
  for (const [index, shape] of given.entries()) {
    const pattern = patterns[index]!;
    const isText = index === 0 && shape.name === "char" && takingChars.has(row.name);
    const fits =
      shape.name === "lambda"
        ? pattern.kind === "lambda" && pattern.takes.length === shape.takes
        : bind(pattern, isText ? varcharOf(shape.length) : shape, bindings, exact);
    if (!fits) return undefined;
  }
  return bindings;
}

function bind(pattern: TypePattern, type: SqlType, bindings: Bindings, exact: boolean): boolean {
  if (pattern.kind === "lambda") return false;
  if (pattern.kind === "variable") return bindVariable(pattern.name, type, bindings);
  if (type.name === "unknown") return !exact && defaultSizes(pattern, bindings);
  if (pattern.inner.length > 0) return bindInner(pattern, type, bindings, exact);
  if (pattern.sizes.length > 0 && pattern.name === type.name) return bindSizes(pattern.sizes, type, bindings);
  if (exact) return pattern.name === type.name && (pattern.sizes.length > 0 || sameFamily(pattern.name, type));
  if (pattern.name === "decimal" && isInteger(type)) return false;
  if (pattern.name === "varchar" && type.name === "char") return false;
  if (pattern.sizes.some((size) => !/^\d+$/.test(size))) return bindOther(pattern, type, bindings);
  const wanted = patternType(pattern, bindings);
  return wanted !== undefined && mayBecome(type, wanted);
}

/** `varchar` without a size takes every varchar. */
const sameFamily = (name: string, type: SqlType): boolean => name !== "varchar" || type.name === "varchar";

/** A date is taken for a timestamp. */
function bindOther(pattern: TypePattern & { kind: "type" }, type: SqlType, bindings: Bindings): boolean {
  const moments = ["date", "timestamp", "timestamp with time zone"];
  const [wanted, found] = [moments.indexOf(pattern.name), moments.indexOf(type.name)];
  if (found === -1 || wanted <= found) return false;
  return bindSizes(pattern.sizes, "precision" in type ? type : { name: "timestamp", precision: 0 }, bindings);
}

function defaultSizes(pattern: TypePattern & { kind: "type" }, bindings: Bindings): boolean {
  for (const size of pattern.sizes)
    if (!bindings.sizes.has(size)) bindings.sizes.set(size, pattern.name === "varchar" ? undefined : 1);
  return true;
}

function bindVariable(name: string, type: SqlType, bindings: Bindings): boolean {
  if (name === "O" && !isOrderable(type)) return false;
  if (name === "F" && !isFloating(type)) return false;
  const bound = bindings.types.get(name);
  const common = bound === undefined ? type : commonType(bound, type);
  if (common === undefined) return false;
  bindings.types.set(name, common);
  return true;
}

function bindInner(
  pattern: TypePattern & { kind: "type" },
  type: SqlType,
  bindings: Bindings,
  exact: boolean,
): boolean {
  if (pattern.name !== type.name) return false;
  const inner =
    type.name === "array"
      ? [type.element]
      : type.name === "map"
        ? [type.key, type.value]
        : type.name === "row"
          ? type.fields.map((field) => field.type)
          : [];
  return (
    inner.length === pattern.inner.length &&
    inner.every((part, index) => bind(pattern.inner[index]!, part, bindings, exact))
  );
}

function bindSizes(names: readonly string[], type: SqlType, bindings: Bindings): boolean {
  const sizes =
    type.name === "decimal"
      ? [type.precision, type.scale]
      : ["precision" in type ? type.precision : "length" in type ? type.length : undefined];
  for (const [index, name] of names.entries()) {
    const known = bindings.sizes.get(name);
    const size = sizes[index];
    bindings.sizes.set(
      name,
      bindings.sizes.has(name) ? (known === undefined || size === undefined ? undefined : Math.max(known, size)) : size,
    );
  }
  return true;
}
