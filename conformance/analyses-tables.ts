import { createRandom, type Random } from "../src/base/random.ts";

/** A table as analyses_reference.py reads it, with what is asked of it. */
export interface ReferenceTable {
  readonly name: string;
  readonly columns: Readonly<Record<string, ReferenceColumn>>;
  /** The penalty of Lasso, and the columns that it learns. */
  readonly l1?: number;
  readonly value?: string;
  readonly class?: string;
  /** Whether classes are learned too, and whether penalties are chosen: both take Python long. */
  readonly logistic?: boolean;
  readonly path?: boolean;
  readonly bias?: {
    readonly facet: string;
    readonly facet_value: string;
    readonly label: string;
    readonly label_value: number;
    readonly group: string;
  };
}

export interface ReferenceColumn {
  readonly kind: "numeric" | "categorical";
  readonly values: readonly (number | string | null)[];
}

/** Tables with what trips a formula: ties, missing values, one value, sums of other columns, great means, few rows. */
export function referenceTables(count: number): ReferenceTable[] {
  return Array.from({ length: count }, (_, at) => referenceTable(at, createRandom(1000 + at)));
}

function referenceTable(at: number, random: Random): ReferenceTable {
  const rows = at % 10 === 0 ? 3 + random.below(8) : 40 + random.below(200);
  const column = (value: (row: number) => number) => Array.from({ length: rows }, (_, row) => value(row));
  const noise = () => column(() => random.next() + random.next() - 1);
  const first = noise();
  const made: Record<string, number[]> = { first };
  const kinds: (() => number[])[] = [
    noise,
    () => column((row) => first[row]! * 2 + random.next()),
    () => column(() => random.below(4)),
    () => column(() => 1e6 + random.next()),
    () => column((row) => Math.exp(3 * first[row]!)),
    () => column(() => (random.below(20) === 0 ? 1000 * random.next() : random.next())),
  ];
  for (let k = 1 + random.below(4); k > 0; k--) made[`c${k}`] = kinds[random.below(kinds.length)]!();
  if (at % 7 === 3) made.same = column(() => 0.1);
  if (at % 5 === 2) made.sum = column((row) => first[row]! - 3 * Object.values(made).at(-1)![row]!);
  const value = column((row) => 2 * first[row]! + random.next());
  const isOfClass = column((row) => (row < 2 ? row : first[row]! + random.next() - 0.5 > 0 ? 1 : 0));
  const missing = at % 3 === 0 ? 0.1 : 0;
  const dropped = <T>(values: readonly T[]) =>
    values.map((one, row) => (row > 2 && random.next() < missing ? null : one));
  const columns: Record<string, ReferenceColumn> = Object.fromEntries(
    Object.entries(made).map(([name, values]) => [name, { kind: "numeric", values: dropped(values) }]),
  );
  columns.value = { kind: "numeric", values: value };
  columns.class = { kind: "numeric", values: isOfClass };
  const common = { name: `generated ${at}`, l1: 0.02 + random.next() / 2, value: "value" };
  if (rows < 40) return { ...common, columns };
  const letters = (count: number) => column(() => random.below(count)).map((code) => "abcdefgh"[code]!);
  columns.who = { kind: "categorical", values: dropped(letters(2 + random.below(4))) };
  const town = letters(3).map((one, row) => (random.next() < 0.5 ? (columns.who!.values[row] ?? one) : one));
  columns.town = { kind: "categorical", values: town };
  return {
    ...common,
    columns,
    class: "class",
    logistic: at % 15 === 1,
    path: at % 15 === 2,
    bias: { facet: "who", facet_value: "a", label: "class", label_value: 1, group: "town" },
  };
}

/** Predictions to be scored. */
export function referencePredictions(count: number) {
  return Array.from({ length: count }, (_, at) => {
    const random = createRandom(at);
    const rows = 5 + random.below(100);
    const of = (value: (row: number) => number) => Array.from({ length: rows }, (_, row) => value(row));
    const actual = of(() => random.below(10) + (at % 2) * random.next());
    const codes = of((row) => (row < 3 ? row : random.below(3)));
    const shares = codes.map(() => {
      const [a, b] = [random.below(10) / 20, random.below(10) / 20];
      return [a, b, 1 - a - b];
    });
    return {
      actual,
      predicted: actual.map((value) => value + random.next() * 3 - 1),
      codes,
      guesses: codes.map((code) => (random.below(3) === 0 ? random.below(at % 3 === 0 ? 2 : 3) : code)),
      shares,
    };
  });
}

/** A series in seconds since 1970; without a period its season is that of its steps. */
export interface ReferenceSeries {
  readonly name: string;
  readonly times: readonly number[];
  readonly values: readonly (number | null)[];
  readonly period: number | null;
}

const [hour, day] = [3600, 86_400];

/** Series with seasons, trends, missing values and values that are far off, by the hour, day and week. */
export function referenceSeries(count: number): ReferenceSeries[] {
  return Array.from({ length: count }, (_, at) => {
    const random = createRandom(500 + at);
    const [step, season] = [
      [hour, 24],
      [day, 7],
      [7 * day, 52],
    ][at % 3] as [number, number];
    const length = 2 * season + 20 + random.below(100);
    // A Sunday, as weeks of pandas begin and end.
    const start = Date.UTC(2023, 0, 1) / 1000;
    const values = Array.from({ length }, (_unused, row) => {
      if (row > 0 && random.next() < 0.03) return null;
      const far = random.next() < 0.02 ? 20 : 0;
      return 0.05 * row + 3 * Math.sin((2 * Math.PI * row) / season) + random.next() + far;
    });
    return {
      name: `series ${at}`,
      times: values.map((_unused, row) => start + row * step),
      values,
      period: at % 4 === 3 ? 5 : null,
    };
  });
}
