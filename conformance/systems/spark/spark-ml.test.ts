import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createRandom } from "../../../src/base/random.ts";
import type { Json } from "../../../src/prep/define-transform.ts";
import { type ExampleEngine, openExampleEngine } from "../../../src/prep/duckdb.fixture.ts";
import { doubles, longs, texts } from "../../../src/prep/example-columns.ts";
import { learnStep } from "../../../src/prep/learn-step.ts";
import { readStep } from "../../../src/prep/read-step.ts";
import type { Relation } from "../../../src/prep/sql/relation.ts";
import { transforms } from "../../../src/prep/transforms/transforms.gen.ts";
import { systemFolder } from "../installation.ts";
import { canRun, java } from "./open-spark.ts";

/** What steps learn is what the models of Spark ML learn that Data Wrangler fits. */
const random = createRandom(20);
const pick = (count: number) => Math.floor(random.next() * count);
const count = 400;
const rows = Array.from({ length: count }, (_, at) => at);
const x = rows.map(() => (random.next() - 0.3) * 100);
const y = rows.map((at) => x[at]! * 0.5 + random.next() * 20);
const words = "the a dog cat house Tree run walk, red blue; green x of and in rarely night day sun moon été".split(" ");
const columns = {
  ...{ x, y },
  z: rows.map(() => random.next() ** 3),
  gaps: rows.map((at) => (at % 7 === 0 ? null : at % 11 === 0 ? Number.NaN : random.next() * 10)),
  n: rows.map((at) => (at % 9 === 0 ? null : pick(1_000))),
  word: rows.map(() => words[Math.floor(random.next() ** 2 * words.length)]!),
  sentence: rows.map(() => Array.from({ length: pick(9) }, () => words[pick(words.length)]).join(pick(4) ? " " : "  ")),
};

let engine: ExampleEngine;
let input: Relation;
let said: Record<string, unknown>;
beforeAll(async () => {
  if (!canRun) return;
  engine = await openExampleEngine();
  const { gaps, n, sentence, word, z } = columns;
  input = await engine.tableOf("input", {
    ...{ x: doubles(...x), y: doubles(...y), z: doubles(...z), gaps: doubles(...gaps), n: longs(...n) },
    ...{ word: texts(...word), sentence: texts(...sentence) },
  });
  const folder = join(systemFolder("spark"), "python", "bin");
  const printed = execFileSync(join(folder, "python"), [join(import.meta.dirname, "fit_models.py")], {
    env: {
      ...process.env,
      ...(java !== undefined && { JAVA_HOME: java }),
      SPARK_LOCAL_IP: "127.0.0.1",
      PYSPARK_SUBMIT_ARGS: "--master local[1] --driver-memory 1g --conf spark.ui.enabled=false pyspark-shell",
      PYSPARK_PYTHON: join(folder, "python"),
    },
    // Python reads NaN where JSON has none.
    input: JSON.stringify(columns, (_, value) => (Number.isNaN(value) ? "NaN" : value)).replaceAll('"NaN"', "NaN"),
    stdio: ["pipe", "pipe", "ignore"],
    maxBuffer: 2 ** 26,
  });
  said = JSON.parse(printed.toString().trim().split("\n").at(-1)!) as Record<string, unknown>;
});
afterAll(() => engine?.close());

/** What a step learns of the columns, and the rows that it leaves. */
async function done(operator: string, parameters: Readonly<Record<string, Json>>) {
  const { transform, values } = readStep(operator, parameters, transforms);
  const learned = await learnStep(transform, input, values, engine.ask);
  const made = transform.relation({ input, inputs: [input], values, learned }) as Relation;
  return { learned: learned as never, rows: await engine.ask(made) };
}

const scaled = (scaler: string, column: string, more: Readonly<Record<string, Json>> = {}) => {
  const block = `${scaler.toLowerCase().replaceAll(/[ -]/g, "_")}_parameters`;
  return done("process_numeric", {
    operator: "Scale values",
    scale_values_parameters: { scaler, [block]: { input_column: column, output_column: "o", ...more } },
  });
};

const close = (given: unknown, wanted: unknown) => expect(near(given)).toEqual(near(wanted));
const near = (value: unknown): unknown => {
  if (typeof value === "number") return Math.abs(value) < 1e-12 ? 0 : Number(value.toPrecision(10));
  return Array.isArray(value) ? value.map(near) : value;
};

test.runIf(canRun).each(["x", "y"])("the scalers of %s", async (column) => {
  const theirs = said[column] as Record<string, never>;
  const standard = await scaled("Standard scaler", column, { center: true });
  const [{ mean, deviation }] = standard.learned as [{ mean: number; deviation: number }];
  close([mean, deviation], theirs.standard);
  close(
    standard.rows.map(({ o }) => o),
    theirs.scaled,
  );
  const [robust] = (await scaled("Robust scaler", column)).learned as [{ median: number; range: number }];
  close([robust.median, robust.range], theirs.robust);
  const [ends] = (await scaled("Min-max scaler", column)).learned as [{ minimum: number; maximum: number }];
  close([ends.minimum, ends.maximum], theirs.ends);
  const [most] = (await scaled("Max absolute scaler", column)).learned as [{ maximum: number }];
  close(most.maximum, theirs.most);
});

test.runIf(canRun).each([
  ["Mean", "mean"],
  ["Approximate Median", "median"],
])("the imputer's %s", async (strategy, name) => {
  const { learned, rows: filled } = await done("handle_missing", {
    operator: "Impute",
    impute_parameters: {
      column_type: "Numeric",
      numeric_parameters: { input_column: ["gaps", "n"], strategy },
    },
  });
  const kept = (learned as readonly { impute_value: number }[]).map(({ impute_value }) => impute_value);
  close(kept, said[name]);
  close(
    filled.map((row) => [row.gaps, row.n]),
    said[`${name} filled`],
  );
});

test.runIf(canRun)("labels, their order, and vectors with a 1", async () => {
  const ordinal = await done("encode_categorical", {
    operator: "Ordinal encode",
    ordinal_encode_parameters: { input_column: "word", output_column: "o", invalid_handling_strategy: "Keep" },
  });
  expect((ordinal.learned as readonly { labels: string[] }[])[0]!.labels).toEqual(said.labels);
  expect(ordinal.rows.map(({ o }) => o)).toEqual(said.places);
  const hot = await done("encode_categorical", {
    operator: "One-hot encode",
    one_hot_encode_parameters: {
      ...{ input_column: "word", output_column: "o", invalid_handling_strategy: "Keep" },
      ...{ drop_last: true, output_style: "Vector" },
    },
  });
  expect(hot.rows.map(({ o }) => o)).toEqual(said.hot);
});

test.runIf(canRun).each([
  ["standard", { tokenizer: "Standard" }],
  [
    "custom",
    { tokenizer: "Custom", tokenizer_custom_parameters: { gaps: true, minimum_token_length: 2, pattern: "\\W+" } },
  ],
])("the vocabulary of the %s tokenizer, and the weights of its words", async (name, tokenizer) => {
  const { learned } = await done("featurize_text", {
    operator: "Vectorize",
    vectorize_parameters: {
      ...{ input_column: "sentence", output_column: "v", ...tokenizer, vectorizer: "Count Vectorizer" },
      vectorizer_count_vectorizer_parameters: { minimum_document_frequency: 3, maximum_document_frequency: 0.5 },
      ...{ apply_idf: "Yes", apply_idf_yes_parameters: { minimum_document_frequency: 5 } },
    },
  });
  const { terms, weights } = learned as { terms: string[]; weights: number[] };
  const theirs = said[name] as Readonly<Record<string, number>>;
  expect([...terms].sort()).toEqual(Object.keys(theirs).sort());
  close(
    weights,
    terms.map((term) => theirs[term]),
  );
  // Spark says nothing of words that are as frequent.
  const uses = Map.groupBy((said[`${name} tokens`] as string[][]).flat(), (word) => word);
  const counts = (all: readonly string[]) => all.map((word) => uses.get(word)!.length);
  expect(counts(terms)).toEqual(counts(said[`${name} order`] as string[]));
});

test.runIf(canRun)("principal components, but for their signs", async () => {
  const { learned, rows: projected } = await done("pca", {
    ...{ input_columns: ["x", "y", "z"], number_of_components: 3, output_format: "Vector", output_column: "o" },
  });
  const ours = (learned as { weights: number[][] }).weights;
  const theirs = said.components as number[][];
  const signs = ours.map((one, at) => Math.sign(one[0]! * theirs[at]![0]!));
  close(
    ours.map((one, at) => one.map((weight) => weight * signs[at]!)),
    theirs,
  );
  close(
    projected.map(({ o }) => (o as number[]).map((one, at) => one * signs[at]!)),
    said.projected,
  );
});
