import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRandom } from "../../base/random.ts";
import type { ExampleColumn, ExampleTable } from "../define-transform.ts";
import { doubles, longs, texts } from "../example-columns.ts";
import { mixedTable, openReportMaker, type ReportMaker } from "./report.fixture.ts";
import type { ReportOptions } from "./report-params.ts";
import { columnRules, tableRules, targetRules } from "./warning-rules.ts";

/** Of each warning a table that raises it, and its nearest neighbour that does not. */

let maker: ReportMaker;
beforeAll(async () => {
  maker = await openReportMaker();
});
afterAll(() => maker.close());

const even = (rows: number): number[] => Array.from({ length: rows }, (_, row) => row);
const random = (rows: number, seed = 5): number[] => {
  const { next } = createRandom(seed);
  return even(rows).map(() => next());
};
const repeated = (...parts: readonly (readonly [value: string, rows: number])[]): ExampleColumn =>
  texts(...parts.flatMap(([value, rows]) => new Array<string>(rows).fill(value)));

/** Without rows to learn from: these warnings are of the columns alone. */
const quick = { modelRows: 10 };

interface Case {
  readonly raises: ExampleTable;
  readonly not: ExampleTable;
  readonly options?: Partial<ReportOptions>;
  readonly column?: string;
}

const target = (raises: ExampleColumn, not: ExampleColumn, options: Partial<ReportOptions> = {}): Case => ({
  raises: { y: raises },
  not: { y: not },
  options: { ...quick, target: "y", ...options },
});
const regression = { problem: "regression" } as const;
const numbers = even(200).map((row) => row + 0.5);
/** Values about 100, and some far from them. */
const withFar = (count: number, far: number) => doubles(...numbers.slice(count), ...new Array<number>(count).fill(far));
const words = (rows: number, at: number, word: string) =>
  texts(...even(rows).map((row) => (row < at ? word : `w${row % 5}`)));

const signal = even(200).map((row) => row % 10);

/** A value of which a column tells so much, the rest being chance. */
const weak = (strength: number, seed: number): ExampleTable => {
  const [x, chance] = [random(300, 8), random(300, seed)];
  return { x: doubles(...x), y: doubles(...x.map((value, row) => strength * value + chance[row]!)) };
};

const cases: Readonly<Record<string, Case>> = {
  skewed_target: target(withFar(1, 20_000), withFar(1, 200), regression),
  heavy_tailed_target: target(doubles(...numbers, 5_000, -4_800), doubles(...numbers, 300, -100), regression),
  target_outliers: target(doubles(...numbers, 400), doubles(...numbers, 300, -100), regression),
  frequent_label: target(
    doubles(...new Array<number>(30).fill(7.5), ...numbers.slice(0, 170)),
    doubles(...new Array<number>(19).fill(7.5), ...numbers.slice(20, 200)),
    regression,
  ),
  many_non_numeric_labels: target(
    texts(...numbers.map((value, row) => (row < 11 ? "x" : `${value}`))),
    texts(...numbers.map((value, row) => (row < 10 ? "x" : `${value}`))),
    regression,
  ),
  non_numeric_labels: target(
    texts(...numbers.map((value, row) => (row < 1 ? "x" : `${value}`))),
    texts(...numbers.map(String)),
    regression,
  ),
  very_small_minority: target(repeated(["a", 100], ["b", 19]), repeated(["a", 100], ["b", 20])),
  too_many_classes: target(
    texts(...even(1_200).map((row) => `c${row % 101}`)),
    texts(...even(1_200).map((row) => `c${row % 100}`)),
  ),
  rare_classes: target(repeated(["a", 100], ["b", 50], ["c", 10]), repeated(["a", 100], ["b", 50], ["c", 11])),
  imbalanced_classes: target(repeated(["a", 2_001], ["b", 20]), repeated(["a", 2_000], ["b", 20])),
  missing_labels: target(
    texts(...even(40).map((row) => (row === 0 ? null : row % 2 === 0 ? "a" : "b"))),
    texts(...even(40).map((row) => (row % 2 === 0 ? "a" : "b"))),
  ),
  constant_target: target(repeated(["a", 40]), repeated(["a", 20], ["b", 20])),
  target_leakage: {
    raises: { x: doubles(...signal), y: doubles(...signal.map((value) => 3 * value)) },
    not: { x: doubles(...signal), y: doubles(...signal.map((value, row) => 3 * value + 20 * random(200)[row]!)) },
    options: { target: "y", problem: "regression" },
  },
  uninformative_feature: {
    raises: { x: doubles(...random(200, 8)), y: doubles(...random(200, 9)) },
    not: {
      x: doubles(...random(200, 8)),
      y: doubles(...random(200, 8).map((value, row) => value + random(200, 9)[row]!)),
    },
    options: { target: "y", problem: "regression" },
  },
  constant_column: { raises: { x: repeated(["a", 30]) }, not: { x: repeated(["a", 29], ["b", 1]) } },
  empty_column: {
    raises: { x: texts(...even(30).map(() => " ")), n: longs(...even(30)) },
    not: { x: texts(...even(30).map((row) => (row === 0 ? "a" : " "))), n: longs(...even(30)) },
    column: "x",
  },
  high_missing_ratio: {
    raises: { x: doubles(...numbers.map((value, row) => (row < 101 ? null : value))) },
    not: { x: doubles(...numbers.map((value, row) => (row < 100 ? null : value))) },
  },
  disguised_missing_number: {
    raises: { x: doubles(...numbers, ...new Array<number>(30).fill(-999)) },
    not: { x: doubles(...numbers, ...new Array<number>(20).fill(-999)) },
  },
  disguised_missing_values: { raises: { x: words(100, 10, "n/a") }, not: { x: words(100, 10, "nay") } },
  rare_categories: {
    raises: { x: repeated(["a", 400], ["b", 300], ["c", 3], ["d", 2], ["e", 1]) },
    not: { x: repeated(["a", 400], ["b", 300], ["c", 20], ["d", 2], ["e", 1]) },
  },
  invalid_values: {
    raises: { x: texts(...numbers.map((value, row) => (row < 3 ? "x" : `${value}`))) },
    not: { x: texts(...numbers.map(String)) },
  },
  text_pattern: {
    raises: { x: texts(...even(100).map((row) => (row < 15 ? `x${row}` : `AB-${100 + row}`))) },
    not: { x: texts(...even(100).map((row) => (row < 16 ? `x${row}` : `AB-${100 + row}`))) },
    options: { modelRows: 1_000 },
  },
  id_column: {
    raises: { x: longs(...even(40)) },
    not: { x: longs(...even(39), 40) },
  },
  high_cardinality: {
    raises: { x: texts(...even(100).map((row) => `text ${Math.max(row, 9)}`)) },
    not: { x: texts(...even(100).map((row) => `text ${Math.max(row, 11)}`)) },
  },
  many_duplicate_rows: {
    raises: { x: doubles(...even(100).map((row) => (row < 6 ? 0.5 : row))) },
    not: { x: doubles(...even(100).map((row) => (row < 5 ? 0.5 : row))) },
  },
  duplicate_rows: {
    raises: { x: doubles(...even(100).map((row) => (row < 5 ? 0.5 : row))) },
    not: { x: doubles(...even(100)) },
  },
  // Of chance alone the score may be below that of the mean; of the same with a little meaning it is just above.
  very_low_quick_model_score: { raises: weak(0, 14), not: weak(0.3, 14), options: { target: "y", ...regression } },
  low_quick_model_score: { raises: weak(0.3, 9), not: weak(0.35, 9), options: { target: "y", ...regression } },
};

const byScore = ["very_low_quick_model_score", "low_quick_model_score"];
const needModels = new Set(["target_leakage", "uninformative_feature", ...byScore]);
const rules = [...tableRules, ...targetRules, ...columnRules].map(({ id }) => id);

test("every warning has its table", () => {
  expect(Object.keys(cases).sort()).toEqual([...rules].sort());
});

describe.each(Object.entries(cases))("%s", (id, { column, not, options, raises }) => {
  const given = { ...(needModels.has(id) ? {} : quick), ...options };
  const found = async (table: ExampleTable) =>
    (await maker.report(table, given)).warnings.filter((one) => one.id === id && (column ?? one.column) === one.column);
  test("is raised", async () => {
    const warnings = await found(raises);
    expect(warnings.length).toBeGreaterThan(0);
    expect(warnings[0]!.advice.length).toBeGreaterThan(10);
  });
  test("is not raised by the nearest table", async () => {
    expect(await found(not)).toEqual([]);
  });
});

test.each([
  [-0.01, "very_low_quick_model_score"],
  [0, "low_quick_model_score"],
  [0.0499, "low_quick_model_score"],
  [0.05, undefined],
])("a quick model of score %d raises %s", (score, id) => {
  const model = { task: "regression", scores: { r2: score }, trivial: { r2: 0 } };
  const facts = { model, columns: [], target: null, duplicates: { ratio: 0 } } as never;
  const found = tableRules.filter((rule) => byScore.includes(rule.id) && rule.finds(facts) !== undefined);
  expect(found.map((rule) => rule.id)).toEqual(id === undefined ? [] : [id]);
});

/** Without faults: numbers, categories, and a target that they tell much of, but not all. */
function cleanTable(seed: number): ExampleTable {
  const { next } = createRandom(seed);
  const rows = 240;
  const x = even(rows).map(() => 10 * next());
  const z = even(rows).map(() => next() + next() + next());
  const kind = even(rows).map(() => (next() < 0.5 ? "one" : "two"));
  const value = (row: number) => x[row]! + 2 * z[row]! + (kind[row] === "one" ? 3 : 0) + 2 * next();
  const y = even(rows).map(value);
  const table = { x: doubles(...x), z: doubles(...z), kind: texts(...kind) };
  return seed % 2 === 0
    ? { ...table, y: doubles(...y) }
    : { ...table, y: texts(...y.map((one) => (one > 9 ? "high" : "low"))) };
}

test.each(even(20))("a clean table has no warning of high severity (%d)", async (seed) => {
  const { warnings } = await maker.report(cleanTable(seed), { target: "y" });
  expect(warnings.filter(({ severity }) => severity === "high")).toEqual([]);
});

describe("bad input", () => {
  const report = (table: ExampleTable, options: Partial<ReportOptions> = {}) => maker.report(table, options);
  test("a target that is not there", async () => {
    const { notes, target: found } = await report(mixedTable(60), { target: "buy" });
    expect(found).toBeNull();
    expect(notes[0]).toMatch(/There is no column "buy".*was "buys" meant/);
  });
  test("a target of 10,000 classes", async () => {
    const many = texts(...even(10_000).map((row) => `class ${row}`));
    const { model, notes, warnings } = await report({ y: many, n: longs(...even(10_000)) }, { target: "y" });
    expect(model).toBeNull();
    expect(notes.join(" ")).toMatch(/10000 classes, and at most 100 are learned/);
    expect(warnings.map(({ id }) => id)).toContain("too_many_classes");
  });
  test("a target of one value, and one of none", async () => {
    for (const y of [repeated(["a", 60]), texts(...even(60).map(() => null))]) {
      const { model, notes } = await report({ y, n: longs(...even(60)) }, { target: "y" });
      expect(model).toBeNull();
      expect(notes.join(" ")).toMatch(/Nothing is learned of the target "y"/);
    }
  });
  test("labels that are floats", async () => {
    const y = doubles(...even(120).map((row) => row % 2));
    const { model, target: found } = await report({ y, n: longs(...even(120).map((row) => row % 7)) }, { target: "y" });
    expect(found).toMatchObject({ problem: "classification", distinct: 2 });
    expect(model?.task).toBe("binary");
  });
  test("3 rows, one, and none", async () => {
    for (const rows of [3, 1, 0]) {
      const made = await report({ n: longs(...even(rows)), t: texts(...even(rows).map(String)) }, { target: "n" });
      expect(made).toMatchObject({ rows: { table: rows }, model: null });
      expect(made.notes.length).toBeGreaterThan(0);
    }
  });
  test("texts of 1 MB", async () => {
    const long = even(6).map((row) => `${row % 5}`.repeat(1_000_000));
    const { columns } = await report({ t: texts(...long), n: longs(...even(6)) }, { target: "n" });
    expect(columns[0]).toMatchObject({ distinct: 5, texts: { longest: 1_000_000 } });
    expect(columns[0]!.top[0]).toMatchObject({ rows: 2 });
    expect(columns[0]!.top[0]!.value.length).toBeLessThan(400);
  });
  test("the same rows and seed give the same bytes", async () => {
    const [one, other] = [
      await report(mixedTable(150), { target: "buys" }),
      await report(mixedTable(150), { target: "buys" }),
    ];
    expect(JSON.stringify(one)).toBe(JSON.stringify(other));
    expect(JSON.parse(JSON.stringify(one))).toEqual(one);
  });
});
