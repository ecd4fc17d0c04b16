import type { EngineFunction } from "../../../../base/engine-function.ts";
import { fixedText, readDecimal } from "./decimal-text.ts";
import { fail } from "./fail.ts";

const most = 10n ** 38n;

/** A number's digits, with its sign, when so many of them stand behind the point; it has no more of them. */
function digitsAt(text: string, scale: number): bigint {
  const { negative, digits, scale: own } = readDecimal(text)!;
  const shifted = digits * 10n ** BigInt(scale - own);
  return negative ? -shifted : shifted;
}

function textOf(value: bigint, scale: number): string {
  const digits = value < 0n ? -value : value;
  if (digits >= most) fail("Decimal overflow", "NUMERIC_VALUE_OUT_OF_RANGE");
  return `${value < 0n ? "-" : ""}${fixedText({ negative: false, digits, scale }, scale)}`;
}

/** Both as whole numbers of the same unit, which is that of the longer one's last digit or of the result's. */
function operands(left: string, right: string, scale: number): [bigint, bigint] {
  const unit = Math.max(scale, ...[left, right].map((text) => readDecimal(text)!.scale));
  const [a, b] = [digitsAt(left, unit), digitsAt(right, unit)];
  if (b === 0n) fail("Division by zero", "DIVISION_BY_ZERO");
  return [a, b];
}

/** Half a unit goes away from zero. */
function quotient(a: bigint, b: bigint): bigint {
  const negative = a < 0n !== b < 0n;
  const [n, d] = [a < 0n ? -a : a, b < 0n ? -b : b];
  const rounded = (2n * n + d) / (2n * d);
  return negative ? -rounded : rounded;
}

/** Division and remainder of decimals, by their texts, with so many digits of the result behind the point. */
export const wideDecimalFunctions: readonly EngineFunction[] = [
  {
    ...{ name: "own_decimal_divide", takes: ["text", "text", "integer"], gives: "text" },
    call(left: string, right: string, scale: number) {
      const [a, b] = operands(left, right, scale);
      return textOf(quotient(a * 10n ** BigInt(scale), b), scale);
    },
  },
  {
    ...{ name: "own_decimal_remainder", takes: ["text", "text", "integer"], gives: "text" },
    call(left: string, right: string, scale: number) {
      const [a, b] = operands(left, right, scale);
      return textOf(a % b, scale);
    },
  },
];
