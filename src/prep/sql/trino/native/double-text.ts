/** The shortest digits of a number, without a point, and the power of ten that its first digit counts. */
function digitsOf(value: number): { digits: string; exponent: number } {
  const [mantissa, exponent] = Math.abs(value).toExponential().split("e") as [string, string];
  return { digits: mantissa.replace(".", ""), exponent: Number(exponent) };
}

function special(value: number): string | undefined {
  if (Number.isFinite(value)) return undefined;
  return Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
}

const signOf = (value: number): string => (value < 0 || Object.is(value, -0) ? "-" : "");

/** As Java writes a double: `1.5`, `100.0`, `1.0E20`. */
export function javaDouble(value: number): string {
  const named = special(value);
  if (named !== undefined) return named;
  if (value === 0) return `${signOf(value)}0.0`;
  const { digits, exponent } = digitsOf(value);
  if (exponent < -3 || exponent > 6) return `${signOf(value)}${digits[0]}.${digits.slice(1) || "0"}E${exponent}`;
  if (exponent < 0) return `${signOf(value)}0.${"0".repeat(-exponent - 1)}${digits}`;
  const whole = digits.padEnd(exponent + 1, "0");
  return `${signOf(value)}${whole.slice(0, exponent + 1)}.${whole.slice(exponent + 1) || "0"}`;
}

/** As Trino casts a double to varchar: `1.5E0`. */
export function trinoDouble(value: number): string {
  const named = special(value);
  if (named !== undefined) return named;
  if (value === 0) return `${signOf(value)}0E0`;
  const { digits, exponent } = digitsOf(value);
  return `${signOf(value)}${digits[0]}.${digits.slice(1) || "0"}E${exponent}`;
}
