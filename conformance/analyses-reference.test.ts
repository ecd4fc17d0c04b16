import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { classScores } from "../src/ml/metrics/class-scores.ts";
import { rankingScores, rocAucOfClasses } from "../src/ml/metrics/ranking-scores.ts";
import { regressionScores } from "../src/ml/metrics/regression-scores.ts";
import { growIsolationForest } from "../src/ml/models/isolation-forest.ts";
import { lassoByCrossValidation } from "../src/ml/models/lasso.ts";
import { predictionPower } from "../src/ml/models/prediction-power.ts";
import { growClassForest, growValueForest } from "../src/ml/models/random-forest.ts";
import { splitRows } from "../src/ml/models/split-rows.ts";
import { analyses } from "../src/prep/analyses/analyses.gen.ts";
import { duplicateQueries, duplicatesOf } from "../src/prep/analyses/duplicate-rows.ts";
import { double, text, timestamp } from "../src/prep/column-type.ts";
import type { ExampleColumn, Json } from "../src/prep/define-transform.ts";
import { openExampleEngine } from "../src/prep/duckdb.fixture.ts";
import { featuresOf, matrixOf } from "../src/prep/feature-of.ts";
import { lookAtColumns } from "../src/prep/insights/column-insights.ts";
import { fractions } from "../src/prep/insights/measure-numbers.ts";
import type { JsonObject } from "../src/prep/json-object.ts";
import { readUnit } from "../src/prep/read-step.ts";
import { onlyColumns } from "../src/prep/sql/relation.ts";
import { standardColumns } from "../src/prep/standard-columns.ts";
import { createTableSample, type TableSample } from "../src/prep/table-sample.ts";
import {
  type ReferenceSeries,
  type ReferenceTable,
  referencePredictions,
  referenceSeries,
  referenceTables,
} from "./analyses-tables.ts";
import { runProgram } from "./program.ts";
import { root } from "./server.ts";

/** SAGEBRUSH_REFERENCE_TABLES: how many tables are generated. */
const tableCount = Number(process.env.SAGEBRUSH_REFERENCE_TABLES ?? 300);

/** What the packages answer of a table. */
interface Answers {
  readonly summary: Readonly<Record<string, Summary>>;
  readonly duplicates: {
    readonly columns: readonly string[];
    readonly duplicates: number;
    readonly surplus: number;
    readonly sets: number;
    /** The rows of the sets of most. */
    readonly most: readonly number[];
  };
  readonly linear: Matrix;
  readonly "non-linear": Matrix;
  readonly vif: readonly (readonly [string, number | null])[];
  readonly variances: readonly number[];
  readonly lasso: {
    readonly regression?: Readonly<Record<string, number>>;
    readonly classification?: Readonly<Record<string, number>>;
    readonly path?: { readonly l1: number; readonly errors: readonly number[] };
  };
  readonly bias?: Readonly<Record<string, number | null>>;
  readonly forests?: {
    readonly folds: readonly number[];
    readonly score: number;
    readonly isolation: readonly number[];
    readonly sampling_error: number;
  };
  /** By column: the mean of scores over splits, and their standard deviation. */
  readonly alone?: Readonly<Record<string, Readonly<Record<"leakage" | "power", readonly [number, number]>>>>;
}
interface Summary {
  readonly count: number;
  readonly missing: number;
  readonly distinct: number;
  /** Of texts: the rows of the most and of the least frequent value. */
  readonly most?: number;
  readonly least?: number;
  readonly mean?: number | null;
  readonly stddev?: number | null;
  readonly min?: number;
  readonly max?: number;
  readonly skew?: number | null;
  readonly kurtosis?: number | null;
  /** By `fractions`. */
  readonly quantiles?: readonly number[];
  readonly robustStddev?: number;
  readonly outliers?: number;
}
interface DecomposedSeries extends ReferenceSeries {
  readonly answers: { readonly period: number } & Readonly<Record<"plain" | "robust", Parts>>;
}
interface Parts {
  readonly trend: readonly number[];
  readonly seasonal: readonly number[];
  readonly remainder: readonly number[];
  readonly anomalies: readonly number[];
}
interface TableSummary {
  readonly column: string;
  readonly count: number;
  readonly missing: number;
  readonly mean: number | null;
  readonly stddev: number | null;
  readonly min: unknown;
  readonly max: unknown;
}
type Matrix = readonly (readonly (number | null)[])[];
type Answered = ReferenceTable & { readonly answers: Answers; readonly target?: string; readonly task?: string };

const predictions = referencePredictions(40);
let folder: string;
let tables: readonly Answered[] = [];
let series: readonly DecomposedSeries[] = [];
let scores: readonly Readonly<Record<string, unknown>>[] = [];

const python = join(root, ".venv-analyses", "bin", "python");
const missing = ".venv-analyses is missing; npm test installs it";
describe.skipIf(!existsSync(python) && !process.env.CI)(`analyses beside Python's packages (else ${missing})`, () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "sagebrush-analyses-"));
    if (!existsSync(python)) throw new Error(missing);
    const [asked, answered] = [join(folder, "asked.json"), join(folder, "answered.json")];
    await writeFile(
      asked,
      JSON.stringify({ tables: referenceTables(tableCount), series: referenceSeries(40), scores: predictions }),
    );
    const program = join(root, "conformance", "analyses_reference.py");
    const env = { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
    const { code, stderr } = await runProgram(python, [program, asked, answered], { env });
    if (code !== 0) throw new Error(`Python ended with ${code}:\n${stderr}`);
    ({ tables, series, scores } = JSON.parse(await readFile(answered, "utf8")));
    // The packages take a minute of a core, which others may want as well.
  }, 900_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test("there are the generated tables and ten real ones", () => {
    expect(tables.filter(({ answers }) => answers.forests)).toHaveLength(10);
    expect(tables).toHaveLength(tableCount + 10);
  });

  test("table summaries are pandas'", () => {
    for (const table of tables) {
      const { columns } = analyse(table, "describe", {}) as unknown as { columns: readonly TableSummary[] };
      for (const { column, max, min, ...own } of columns) {
        const {
          count,
          least,
          mean = null,
          missing,
          most,
          stddev = null,
          ...reference
        } = table.answers.summary[column]!;
        const place = `${table.name}, ${column}`;
        expect({ count: own.count, missing: own.missing }, place).toEqual({ count, missing });
        expectNear(own.mean, mean, `${place}, mean`);
        expectNear(own.stddev, stddev, `${place}, standard deviation`);
        if (most === undefined) {
          expect([min, max], place).toEqual([reference.min, reference.max]);
          continue;
        }
        const rowsOf = (value: unknown) => table.columns[column]!.values.filter((one) => one === value).length;
        expect([rowsOf(min), rowsOf(max)], place).toEqual([least, most]);
      }
    }
  });

  test("what a report counts and measures of columns, and equal rows, are what pandas and scipy say", async () => {
    const engine = await openExampleEngine();
    let sets = 0;
    // Each is asked of in the engine, which takes longer than sums in memory: every fifth, and the real ones.
    const some = tables.filter(({ answers }, at) => at % 5 === 0 || answers.forests);
    for (const { answers, columns, name } of some) {
      const typed = Object.entries(columns).map(([column, { kind, values }]): [string, ExampleColumn] => [
        column,
        { type: kind === "numeric" ? double : text, values },
      ]);
      const input = await engine.tableOf("rows", Object.fromEntries(typed));
      const known = await lookAtColumns(input, typed[0]![1].values.length, engine.forAnalyses, () => {});
      for (const { insights } of known) {
        const reference = answers.summary[insights.column]!;
        const place = `${name}, ${insights.column}`;
        const { distinct, missing, numbers, top, valid } = insights;
        expect({ valid, missing, distinct }, place).toEqual({
          ...{ valid: reference.count, missing: reference.missing, distinct: reference.distinct },
        });
        if (reference.most !== undefined) expect(top[0]?.rows, place).toBe(reference.most);
        if (numbers === undefined) continue;
        for (const figure of ["mean", "stddev", "min", "max", "robustStddev", "outliers"] as const)
          expectNear(numbers[figure], reference[figure]!, `${place}, ${figure}`);
        for (const [at, fraction] of fractions.entries())
          expectNear(numbers.quantiles[fraction], reference.quantiles![at]!, `${place}, quantile ${fraction}`);
        for (const figure of ["skew", "kurtosis"] as const)
          expectNear(numbers[figure], reference[figure]!, `${place}, ${figure}`);
      }
      const few = onlyColumns(
        input,
        input.columns.filter((one) => answers.duplicates.columns.includes(one.name)),
      );
      if (few.columns.length === 0) continue;
      const queries = duplicateQueries(few);
      const asked = { counts: await engine.ask(queries.counts), most: await engine.ask(queries.most) };
      const own = duplicatesOf(asked, few.columns, typed[0]![1].values.length);
      const { columns: _, most, ...counts } = answers.duplicates;
      expect(own, name).toMatchObject(counts);
      expect(
        own.most.map(({ rows }) => rows),
        name,
      ).toEqual(most);
      sets += own.sets;
    }
    engine.close();
    expect(sets).toBeGreaterThan(some.length);
  });

  test.each(["linear", "non-linear"] as const)("%s correlations are scipy's", (kind) => {
    for (const table of tables) {
      const { features, correlations } = analyse(table, "feature_correlation", { correlation_type: kind }) as {
        features: readonly { name: string }[];
        correlations: Matrix;
      };
      const names = Object.keys(table.columns);
      for (const [i, { name }] of features.entries())
        for (const [j, { name: other }] of features.entries()) {
          const reference = table.answers[kind][names.indexOf(name)]![names.indexOf(other)]!;
          expectNear(correlations[i]![j], reference, `${table.name}, ${name} with ${other}`);
        }
    }
  });

  test("variance inflation factors are those of statsmodels, principal components those of scikit-learn", () => {
    for (const table of tables) {
      const { features } = analyse(table, "multicolinearity", { analysis: "Variance inflation factors" }) as {
        features: readonly { name: string; vif: number | null }[];
      };
      expect(features.map(({ name }) => name)).toEqual(table.answers.vif.map(([name]) => name));
      for (const [at, [name, factor]] of table.answers.vif.entries())
        expectNear(features[at]!.vif, factor, `${table.name}, ${name}`);
      const { components } = analyse(table, "multicolinearity", { analysis: "Principal component analysis" }) as {
        components: readonly { variance: number }[];
      };
      // Of fewer rows than columns scikit-learn gives no more components than rows.
      for (const [at, variance] of table.answers.variances.entries())
        expectNear(components[at]!.variance, variance, `${table.name}, component ${at + 1}`);
    }
  });

  test("Lasso's coefficients are scikit-learn's: of values to 1e-9, of classes to its solver's 1e-6", () => {
    let compared = 0;
    for (const table of tables)
      for (const [problem_type, label, share] of [
        ["regression", table.value, 1e-9],
        ["classification", table.class, 1e-6],
      ] as const) {
        const reference = table.answers.lasso[problem_type];
        // Columns that determine each other share a coefficient in more than one way.
        if (reference === undefined || table.answers.vif.some(([name, factor]) => name !== label && factor === 50))
          continue;
        const { features } = analyse(table, "multicolinearity", {
          analysis: "Lasso feature selection",
          lasso_parameters: {
            l1: table.l1!,
            problem_type: problem_type === "regression" ? "Regression" : "Classification",
            label: label!,
          },
        }) as { features: readonly { name: string; coefficient: number }[] };
        for (const { name, coefficient } of features)
          expectNear(coefficient, reference[name]!, `${table.name}, ${problem_type}, ${name}`, share);
        compared++;
      }
    expect(compared).toBeGreaterThan(tableCount / 4);
  });

  test("the penalty that cross-validation chooses is that of LassoCV", () => {
    for (const table of tables.filter(({ answers }) => answers.lasso.path)) {
      const sample = sampleOf(table);
      const names = Object.keys(table.columns).filter((name) => name !== table.value);
      const { features } = featuresOf(sample);
      const numeric = features.filter((one) => one.kind === "numeric" && names.includes(one.name));
      const rows = Uint32Array.from({ length: sample.rows }, (_, row) => row);
      const columns = standardColumns(numeric as Parameters<typeof standardColumns>[0], rows);
      const target = Float64Array.from(table.columns[table.value!]!.values, Number);
      const { l1, errors } = lassoByCrossValidation(columns, target, 5, 30);
      expectNear(l1, table.answers.lasso.path!.l1, table.name);
      for (const [at, error] of table.answers.lasso.path!.errors.entries())
        expectNear(errors[at], error, `${table.name}, penalty ${at}`, 1e-8);
    }
  });

  test("metrics of bias are smclarify's", () => {
    let compared = 0;
    for (const { bias, answers, ...table } of tables) {
      if (bias === undefined) continue;
      const { facets } = analyse(table, "bias_report", {
        label_name: bias.label,
        label_values: `${bias.label_value}`,
        facet_name: bias.facet,
        facet_values: bias.facet_value,
        group_name: bias.group,
        metrics: Object.fromEntries(Object.keys(answers.bias!).map((name) => [name, true])),
      }) as { facets: readonly { metrics: readonly { name: string; value: number | null }[] }[] };
      for (const { name, value } of facets[0]!.metrics)
        expectNear(value, answers.bias![name]!, `${table.name}, ${name}`);
      compared += facets[0]!.metrics.length;
    }
    expect(compared).toBeGreaterThanOrEqual(tableCount * 0.8 * 8);
  });

  test("scores of predictions are scikit-learn's", () => {
    for (const [at, { actual, predicted, codes, guesses, shares }] of predictions.entries()) {
      const {
        classes: _,
        confusion,
        macro,
        weighted,
        ...ofClasses
      } = classScores(Int32Array.from(codes), Int32Array.from(guesses), 3);
      const isFirst = Float64Array.from(codes, (code) => (code === 0 ? 1 : 0));
      const own: Record<string, number> = {
        ...regressionScores(Float64Array.from(actual), Float64Array.from(predicted)),
        ...ofClasses,
        ...rankingScores(
          isFirst,
          Float64Array.from(shares, (one) => one[0]!),
        ),
        rocAucOfClasses: rocAucOfClasses(Int32Array.from(codes), Float64Array.from(shares.flat()), 3),
      };
      for (const [average, means] of Object.entries({ macro, weighted }))
        for (const [name, value] of Object.entries(means)) own[`${average}.${name}`] = value;
      const { confusion: theirs, ...reference } = scores[at]!;
      expect(confusion).toEqual(theirs);
      expect(Object.keys(own).sort()).toEqual(Object.keys(reference).sort());
      for (const [name, value] of Object.entries(reference))
        expectNear(own[name], value as number, `predictions ${at}, ${name}`);
    }
  });

  test("seasons, trends and remainders are those of statsmodels' STL, and what is far off is found", () => {
    expect(series).toHaveLength(43);
    let anomalies = 0;
    for (const { name, times, values, period, answers } of series) {
      const maker = createTableSample(
        [
          { name: "at", type: timestamp },
          { name: "value", type: double },
        ],
        times.length,
      );
      maker.add(times.length, [times, values]);
      const sample = maker.finish();
      for (const robust of [false, true]) {
        const found = (operator: string) => {
          const given = { timestamp_column: "at", value_column: "value", robust, ...(period !== null && { period }) };
          const { unit, values: own } = readUnit(operator, given, analyses);
          return unit.compute({ sample, columns: sample.columns, answers: {}, values: own, seed: 1 }).data as never;
        };
        const reference = answers[robust ? "robust" : "plain"];
        const parts: Omit<Parts, "anomalies"> & { period: number } = found("seasonal_trend_decomposition");
        expect(parts.period, name).toBe(answers.period);
        for (const part of ["trend", "seasonal", "remainder"] as const)
          for (const [at, value] of reference[part].entries())
            expectNear(parts[part][at], value, `${name}, ${part} ${at}`);
        const far: { times: unknown[]; anomalies: { time: unknown }[] } = found("anomaly_detection");
        expect(
          far.anomalies.map(({ time }) => far.times.indexOf(time)),
          name,
        ).toEqual(reference.anomalies);
        anomalies += far.anomalies.length;
      }
    }
    expect(anomalies).toBeGreaterThan(50);
  });

  test("isolation forests score rows as scikit-learn's do, but for what two of its own with other seeds differ by", () => {
    for (const { answers, target, ...table } of tables) {
      if (!answers.forests) continue;
      const features = featuresOf(sampleOf(table), target).features;
      const matrix = matrixOf(features, [...answers.forests.folds.keys()]);
      const own = growIsolationForest(matrix, { trees: 100, seed: 1 }).score(matrix);
      let squares = 0;
      for (const [row, score] of answers.forests.isolation.entries()) squares += (own[row]! - score) ** 2;
      expect(Math.sqrt(squares / own.length), table.name).toBeLessThan(1.5 * answers.forests.sampling_error);
    }
  });

  test("random forests predict what they have not seen as well as scikit-learn's, within two standard errors", () => {
    for (const { answers, target, task, ...table } of tables) {
      if (!answers.forests) continue;
      const { folds, score } = answers.forests;
      const features = featuresOf(sampleOf(table), target).features;
      const labels = Float64Array.from(table.columns[target!]!.values, Number);
      const predicted = new Float64Array(labels.length);
      for (let fold = 0; fold < 5; fold++) {
        const rows = (isFold: boolean) => [...folds.keys()].filter((row) => (folds[row] === fold) === isFold);
        const [train, held] = [rows(false), rows(true)];
        const own = matrixOf(features, train);
        const options = { trees: 40, maxDepth: 0, maxBins: 255, minLeafRows: 3, seed: 1 };
        const classes = Math.max(...labels) + 1;
        const forest =
          task === "classification"
            ? growClassForest(
                own,
                Int32Array.from(train, (row) => labels[row]!),
                classes,
                options,
              )
            : growValueForest(
                own,
                Float64Array.from(train, (row) => labels[row]!),
                options,
              );
        const answered = forest.predict(matrixOf(features, held));
        for (const [at, row] of held.entries()) {
          const shares = answered.subarray(at * forest.width, (at + 1) * forest.width);
          predicted[row] = task === "classification" ? shares.indexOf(Math.max(...shares)) : shares[0]!;
        }
      }
      const isRight = labels.filter((label, row) => label === predicted[row]).length / labels.length;
      const own = task === "classification" ? isRight : regressionScores(labels, predicted).r2;
      // R² of n rows has a standard error of about 2 (1 - R²) R / √n, and a forest draws columns and rows besides.
      const error =
        task === "classification"
          ? Math.sqrt((score * (1 - score)) / labels.length)
          : (2 * (1 - score) * Math.sqrt(Math.max(0.1, score))) / Math.sqrt(labels.length);
      expect(Math.abs(own - score), `${table.name}: ${own} where the reference is ${score}`).toBeLessThan(
        2 * error + 0.005,
      );
    }
  });

  test("what a column alone tells of the target is what scikit-learn's forests find, within three standard errors", () => {
    let compared = 0;
    for (const { answers, target, task, ...table } of tables)
      for (const [name, { leakage }] of Object.entries(answers.alone ?? {})) {
        const [mean, deviation] = leakage;
        const columns = { [name]: table.columns[name]!, [target!]: table.columns[target!]! };
        const scores = seeds(10).map((seed) => {
          const given = { target: target!, problem_type: task! };
          const { features } = analyse({ columns }, "target_leakage", given, seed) as {
            features: readonly { name: string; score: number }[];
          };
          return features.find((one) => one.name === name)!.score;
        });
        const trivial = task === "classification" ? 0.5 : 0;
        expectAlike(scores, { mean, deviation, splits: 3, trivial }, `${table.name}, ${name}`);
        compared++;
      }
    expect(compared).toBe(14);
  });

  test("prediction power is that of scikit-learn's boosted trees, within three standard errors", async () => {
    let compared = 0;
    for (const { answers, target, task, ...table } of tables)
      for (const [name, { power }] of Object.entries(answers.alone ?? {})) {
        const [mean, deviation] = power;
        const values = (column: string) => table.columns[column]!.values;
        const labels = Float64Array.from(values(target!), Number);
        const classes = task === "classification" ? Math.max(...labels) + 1 : 0;
        const kind = classes === 0 ? "regression" : classes === 2 ? "binary" : "multiclass";
        const own = { task: kind, labels, ...(kind === "multiclass" && { classes }) } as const;
        const column = Float32Array.from(values(name), (one) => (one === null ? Number.NaN : Number(one)));
        const feature = { rows: labels.length, columns: 1, values: column };
        const scores: number[] = [];
        let trivial = 0;
        for (const seed of seeds(20)) {
          const split = splitRows(labels.length, 0.8, seed, classes > 0 ? Int32Array.from(labels) : undefined);
          const found = (await predictionPower(feature, own, split, seed))!;
          scores.push(found.score);
          ({ trivial } = found);
        }
        expectAlike(scores, { mean, deviation, splits: 5, trivial }, `${table.name}, ${name}`);
        compared++;
      }
    expect(compared).toBe(14);
  });
});

const seeds = (count: number): number[] => Array.from({ length: count }, (_, at) => at + 1);

interface Scored {
  readonly mean: number;
  /** Of the score of a split. */
  readonly deviation: number;
  readonly splits: number;
  /** The score of knowing nothing: how much worse one is does not matter. */
  readonly trivial: number;
}

/** Says where the mean of scores is further from the reference than three times what both means may be off by. */
function expectAlike(scores: readonly number[], { deviation, mean, splits, trivial }: Scored, place: string): void {
  const own = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const apart = Math.abs(Math.max(own, trivial) - Math.max(mean, trivial));
  const most = 3 * deviation * Math.sqrt(1 / splits + 1 / scores.length) + 0.03;
  expect(apart, `${place}: ${own} where the reference is ${mean}`).toBeLessThanOrEqual(most);
}

/** Says where a number is not the reference's. Both are absent, or differ by less than a share of the greater of 1 and it. */
function expectNear(own: number | null | undefined, reference: number | null, place: string, share = 1e-9): void {
  if (own === reference) return;
  if (own === null || own === undefined || reference === null)
    throw new Error(`${place}: ${own} where the reference is ${reference}`);
  const difference = Math.abs(own - reference) / Math.max(1, Math.abs(reference));
  if (!(difference <= share)) throw new Error(`${place}: ${own} where the reference is ${reference}`);
}

function sampleOf({ columns }: Pick<ReferenceTable, "columns">): TableSample {
  const typed = Object.entries(columns).map(([name, { kind }]) => ({ name, type: kind === "numeric" ? double : text }));
  const values = Object.values(columns).map((column) => column.values);
  const maker = createTableSample(typed, values[0]!.length);
  maker.add(values[0]!.length, values);
  return maker.finish();
}

/** What an analysis finds in a table. */
function analyse(table: Pick<ReferenceTable, "columns">, operator: string, parameters: JsonObject, seed = 1): Json {
  const { unit, values } = readUnit(operator, parameters, analyses);
  const sample = sampleOf(table);
  return unit.compute({ sample, columns: sample.columns, answers: {}, values, seed }).data;
}
