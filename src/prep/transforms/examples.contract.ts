import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ExampleTable, Transform, TransformExample } from "../define-transform.ts";
import type { ExampleEngine } from "../example-engine.fixture.ts";
import { exampleParameters } from "../example-parameters.fixture.ts";
import { learnStep } from "../learn-step.ts";
import { readStep } from "../read-step.ts";
import type { Dialect } from "../sql/dialect.ts";
import type { Relation } from "../sql/relation.ts";
import { transforms } from "./transforms.gen.ts";

/** The examples of every unit on an engine: each step is read as a flow has it. */
export function examplesContract(open: () => Promise<ExampleEngine>, dialect: Dialect["name"]): void {
  let engine: ExampleEngine;
  beforeAll(async () => {
    engine = await open();
  });
  afterAll(() => engine?.close());

  for (const transform of transforms)
    describe(titleOf(transform), () => {
      test("has an example", () => expect(transform.examples.length).toBeGreaterThan(0));
      for (const [index, example] of transform.examples.entries())
        test(example.summary ?? `example ${index + 1}`, async () => {
          if (dialect === "spark" && (transform.spark || example.onDuckdbAlone)) {
            const asked = outputsOf(transform, example, engine).then((made) =>
              Promise.all(Object.values(made).map((one) => engine.ask(one))),
            );
            return expect(asked).rejects.toThrow(/Spark|spark/);
          }
          const given = await outputsOf(transform, example, engine);
          const wanted =
            "outputs" in example.gives && !("type" in example.gives.outputs)
              ? example.gives.outputs
              : { default: example.gives as ExampleTable };
          expect(Object.keys(given)).toEqual(Object.keys(wanted));
          for (const [name, table] of Object.entries(wanted as Record<string, ExampleTable>)) {
            const relation = given[name]!;
            expect(relation.columns).toEqual(
              Object.entries(table).map(([column, { type }]) => ({ name: column, type })),
            );
            const rows = await engine.ask(relation);
            const values = rows.map((row) => Object.keys(table).map((column) => row[column]));
            const expected = rowsOf(table);
            if (example.anyOrder) expect(sorted(values)).toEqual(sorted(expected));
            else expect(values.map(near)).toEqual(expected.map(near));
          }
        });
    });
}

const titleOf = ({ title, variant = [] }: Transform): string => [title, ...variant.map(({ is }) => is)].join(" / ");

async function outputsOf(
  transform: Transform,
  example: TransformExample,
  engine: ExampleEngine,
): Promise<Readonly<Record<string, Relation>>> {
  const inputs: Relation[] = [];
  for (const [index, table] of example.inputs.entries()) inputs.push(await engine.tableOf(`input ${index}`, table));
  const step = readStep(transform.operator, exampleParameters(transform, example.with), transforms);
  expect(step.transform).toBe(transform);
  expect(step.notes).toEqual([]);
  const learned = await learnStep(transform, inputs[0]!, step.values, engine.ask);
  // What was learned is kept as JSON.
  const kept: unknown = JSON.parse(JSON.stringify(learned));
  const made = transform.relation({ input: inputs[0]!, inputs, values: step.values, learned: kept });
  return "outputs" in made ? made.outputs : { default: made };
}

const rowsOf = (table: ExampleTable): unknown[][] => {
  const columns = Object.values(table);
  return (columns[0]?.values ?? []).map((_, row) => columns.map(({ values }) => values[row]));
};

/** Doubles in the last of their digits may differ, and from 0 by as much. */
const near = (value: unknown): unknown => {
  if (typeof value === "number") return Math.abs(value) < 1e-14 ? 0 : Number(value.toPrecision(12));
  return Array.isArray(value) ? value.map(near) : value;
};

const sorted = (rows: readonly unknown[][]): string[] => rows.map((row) => JSON.stringify(near(row))).sort();
