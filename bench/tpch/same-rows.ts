type Rows = readonly (readonly unknown[])[];

/**
 * Says how two answers differ; undefined when they do not. Numbers may differ by what a division or an average of decimals is
 * rounded to: DuckDB has a double there, Trino a decimal of two digits.
 */
export function differenceOf(own: Rows, other: Rows): string | undefined {
  if (own.length !== other.length) return `${own.length} rows, ${other.length} there`;
  for (const [index, row] of own.entries())
    for (const [column, value] of row.entries()) {
      const found = other[index]![column];
      if (!areSame(value, found)) return `row ${index + 1}, column ${column + 1}: ${value}, ${found} there`;
    }
  return undefined;
}

function areSame(value: unknown, other: unknown): boolean {
  if (value === null || other === null) return value === other;
  if (String(value) === String(other)) return true;
  const [one, two] = [Number(value), Number(other)];
  return !Number.isNaN(one) && Math.abs(one - two) <= 0.0051 + Math.abs(two) * 1e-9;
}
