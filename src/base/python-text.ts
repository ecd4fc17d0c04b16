/**
 * Returns a double as Python writes it, `repr(value)`: the shortest digits that read back the same, with ".0" or an
 * exponent.
 */
export function pythonFloat(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  if (Object.is(value, -0)) return "-0.0";
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-4 && size < 1e16)) return Number.isInteger(value) ? `${value}.0` : String(value);
  const [digits, exponent] = value.toExponential().split("e") as [string, string];
  // At least two digits: "1e-05".
  return `${digits}e${exponent[0]}${exponent.slice(1).padStart(2, "0")}`;
}

/** Returns a double as Python's json.dumps writes it. */
export const pythonJsonFloat = (value: number): string =>
  Number.isFinite(value) ? pythonFloat(value) : Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
