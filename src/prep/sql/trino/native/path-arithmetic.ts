import type { Item, NumberItem } from "./path-items.ts";
import type { PathComparison, PathMethod, PathOperator } from "./path-language.ts";

/** A path that cannot be followed. */
export class PathFailure extends Error {}

type Decimal = Extract<NumberItem, { readonly type: "decimal" }>;

const bits = { integer: 32, bigint: 64 } as const;

function whole(type: "integer" | "bigint", value: bigint): NumberItem {
  if (BigInt.asIntN(bits[type], value) !== value) throw new PathFailure(`${type} overflow: ${value}`);
  return { kind: "number", type, value };
}

const asDouble = (item: NumberItem): number =>
  item.type === "decimal"
    ? Number(item.digits) / 10 ** item.scale
    : item.type === "huge"
      ? Number.NaN
      : Number(item.value);

const asDecimal = (item: NumberItem): Decimal =>
  item.type === "decimal"
    ? item
    : {
        kind: "number",
        type: "decimal",
        digits: item.type === "integer" || item.type === "bigint" ? item.value : 0n,
        scale: 0,
      };

const checked = (item: NumberItem): NumberItem => {
  if (item.type === "huge") throw new PathFailure(`${item.text} is too large a number`);
  return item;
};

const longestDecimal = 10n ** 38n;

function decimal(digits: bigint, scale: number): NumberItem {
  if (digits >= longestDecimal || digits <= -longestDecimal || scale > 38) throw new PathFailure("decimal overflow");
  return { kind: "number", type: "decimal", digits, scale };
}

const abs = (value: bigint): bigint => (value < 0n ? -value : value);

function decimalArithmetic(operator: PathOperator, left: Decimal, right: Decimal): NumberItem {
  const scale = Math.max(left.scale, right.scale);
  const [a, b] = [left, right].map((one) => one.digits * 10n ** BigInt(scale - one.scale)) as [bigint, bigint];
  if (operator === "+") return decimal(a + b, scale);
  if (operator === "-") return decimal(a - b, scale);
  if (operator === "*") return decimal(left.digits * right.digits, left.scale + right.scale);
  if (b === 0n) throw new PathFailure("Division by zero");
  if (operator === "%") return decimal(a % b, scale);
  const [dividend, divisor] = [abs(a) * 10n ** BigInt(scale), abs(b)];
  const rounded = (2n * dividend + divisor) / (2n * divisor);
  return decimal(a < 0n === b < 0n ? rounded : -rounded, scale);
}

/** @throws PathFailure */
export function combine(operator: PathOperator, first: NumberItem, second: NumberItem): NumberItem {
  const [left, right] = [checked(first), checked(second)];
  if (left.type === "double" || right.type === "double") {
    const [a, b] = [asDouble(left), asDouble(right)];
    const value = { "+": a + b, "-": a - b, "*": a * b, "/": a / b, "%": a % b }[operator];
    return { kind: "number", type: "double", value };
  }
  if (left.type === "decimal" || right.type === "decimal")
    return decimalArithmetic(operator, asDecimal(left), asDecimal(right));
  const [a, b] = [left, right].map((one) => (one as { value: bigint }).value) as [bigint, bigint];
  const type = left.type === "bigint" || right.type === "bigint" ? "bigint" : "integer";
  if (b === 0n && (operator === "/" || operator === "%")) throw new PathFailure("Division by zero");
  const apply = { "+": () => a + b, "-": () => a - b, "*": () => a * b, "/": () => a / b, "%": () => a % b };
  return whole(type, apply[operator]());
}

/** @throws PathFailure */
export function negated(item: NumberItem): NumberItem {
  const one = checked(item);
  if (one.type === "double") return { ...one, value: -one.value };
  if (one.type === "decimal") return { ...one, digits: -one.digits };
  return whole(one.type as "integer" | "bigint", -(one as { value: bigint }).value);
}

function rounded({ digits, scale }: Decimal, up: boolean): NumberItem {
  const unit = 10n ** BigInt(scale);
  const rest = ((digits % unit) + unit) % unit;
  const floor = (digits - rest) / unit;
  return decimal(up && rest > 0n ? floor + 1n : floor, 0);
}

/** What abs(), ceiling() and floor() make of a number. @throws PathFailure */
export function ofNumber(method: PathMethod, item: NumberItem): NumberItem {
  const one = checked(item);
  if (method === "abs")
    return (one.type === "decimal" ? one.digits : (one as { value: number }).value) < 0 ? negated(one) : one;
  if (one.type === "decimal") return rounded(one, method === "ceiling");
  if (one.type === "double")
    return { ...one, value: method === "ceiling" ? Math.ceil(one.value) : Math.floor(one.value) };
  return one;
}

/** Which element of a list a number means. @throws PathFailure */
export function indexOf(item: NumberItem): number {
  const one = checked(item);
  if (one.type === "double") return Math.round(one.value);
  if (one.type !== "decimal") return Number((one as { value: bigint }).value);
  const { digits, scale } = one;
  const unit = 10n ** BigInt(scale);
  const index = (2n * abs(digits) + unit) / (2n * unit);
  return Number(digits < 0n ? -index : index);
}

const ordered = (operator: PathComparison, order: number): boolean =>
  ({ "==": order === 0, "<>": order !== 0, "<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0 })[
    operator
  ];

/** Compares two scalars; undefined for what cannot be compared. */
export function compareItems(operator: PathComparison, left: Item, right: Item): boolean | undefined {
  if (left.kind === "null" || right.kind === "null") {
    if (left.kind === "array" || left.kind === "object" || right.kind === "array" || right.kind === "object")
      return undefined;
    const both = left.kind === right.kind;
    return operator === "==" ? both : operator === "<>" ? !both : both && (operator === "<=" || operator === ">=");
  }
  if (left.kind === "string" && right.kind === "string") return ordered(operator, byCodePoint(left.value, right.value));
  if (left.kind === "boolean" && right.kind === "boolean")
    return ordered(operator, Number(left.value) - Number(right.value));
  if (left.kind !== "number" || right.kind !== "number" || left.type === "huge" || right.type === "huge")
    return undefined;
  if (left.type === "double" || right.type === "double") {
    const [a, b] = [asDouble(left), asDouble(right)];
    if (Number.isNaN(a) || Number.isNaN(b)) return operator === "<>";
    return ordered(operator, a < b ? -1 : a > b ? 1 : 0);
  }
  const [a, b] = [asDecimal(left), asDecimal(right)];
  const difference = a.digits * 10n ** BigInt(b.scale) - b.digits * 10n ** BigInt(a.scale);
  return ordered(operator, difference < 0n ? -1 : difference > 0n ? 1 : 0);
}

/** Texts are compared by the bytes of UTF-8, whose order is that of code points. */
function byCodePoint(left: string, right: string): number {
  const [a, b] = [[...left], [...right]];
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const order = a[at]!.codePointAt(0)! - b[at]!.codePointAt(0)!;
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
