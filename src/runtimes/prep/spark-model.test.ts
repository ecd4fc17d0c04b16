import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { duckdb } from "../../engines/duckdb/duckdb.ts";
import type { OpenEngine } from "../../engines/port.ts";
import { type ExampleEngine, openExampleEngine } from "../../prep/duckdb.fixture.ts";
import { operatorName } from "../../prep/flows/flow.ts";
import { readFlow } from "../../prep/flows/read-flow.ts";
import { learnStep } from "../../prep/learn-step.ts";
import { readStep } from "../../prep/read-step.ts";
import { table } from "../../prep/sql/relation.ts";
import { transforms } from "../../prep/transforms/transforms.gen.ts";
import { parquetReader } from "./parquet-rows.ts";
import { decodeTrained, type ReadParquet, readSparkModel } from "./spark-model.ts";

let root: string;
let engine: OpenEngine;
let readParquet: ReadParquet;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "models-"));
  const sizes = { memoryBytes: 256 * 2 ** 20, spillBytes: 2 ** 30, threads: 1, prelude: [] };
  engine = await duckdb.open({ tables: root, output: root, spill: root, ...sizes });
  readParquet = parquetReader(engine, root, "models", new AbortController().signal);
});
afterAll(() => {
  engine.close();
  rmSync(root, { recursive: true });
});

describe("a model of Spark ML", () => {
  it.each(["", "no model", "P)h>@6aWAK2moAuk"])("is not %j", async (text) => {
    expect(await readSparkModel(text, readParquet)).toBeUndefined();
    expect(await decodeTrained({ a_parameters: [{ scaler_model: text }] }, readParquet)).toEqual({
      a_parameters: [{ scaler_model: text }],
    });
  });
});

const shared = join(import.meta.dirname, "../../../../shared/data/flows");
describe.skipIf(!existsSync(shared))("what AWS trained the steps of flows to (../shared/data/flows)", () => {
  const flows = existsSync(shared) ? globSync("*{.flow,_flow_template}", { cwd: shared }).sort() : [];
  const nodesOf = (name: string) =>
    readFlow(readFileSync(join(shared, name), "utf8")).nodes.filter(({ trained }) => Object.keys(trained).length > 0);

  for (const name of flows.filter((one) => nodesOf(one).length > 0))
    it(name, async () => {
      for (const node of nodesOf(name)) {
        const trained = await decodeTrained(node.trained, readParquet);
        // Every model is decoded.
        expect(JSON.stringify(trained)).not.toContain('"P)h>@');
        const operator = operatorName(node.operator);
        const unit = transforms.find((one) => one.operator === operator);
        if (!unit) continue;
        const { transform, values } = readStep(operator, node.parameters, transforms);
        if (!transform.fit) continue;
        // The step takes it: nothing is asked of the data.
        const asked = learnStep(transform, table("t", []), values, () => Promise.reject(new Error("asked")), trained);
        await expect(asked).resolves.toBeDefined();
      }
    });

  let example: ExampleEngine;
  beforeAll(async () => {
    example = await openExampleEngine();
  });
  afterAll(() => example.close());

  /** Columns whose values are not those that AWS trained on: the files were made anew. */
  const otherRows = ["authorities_contacted", "customer_gender"];
  const text = { kind: "text" } as const;
  for (const data of ["claims", "customers"])
    for (const name of flows.filter((one) => one.includes(`--${data}`)))
      it(`${name} is what is learned from ${data}.csv`, async () => {
        const file = join(shared, `${data}.csv`);
        // Steps before the fits make letters small and take signs away.
        await example.connection.run(
          `CREATE OR REPLACE TABLE ${data} AS SELECT lower(regexp_replace(COLUMNS(*), '[-/]', '', 'g')) FROM read_csv('${file}', all_varchar = true)`,
        );
        const described = await example.connection.runAndReadAll(`DESCRIBE ${data}`);
        const columns = described.getRowsJson().map(([column]) => ({ name: String(column), type: text }));
        let compared = 0;
        for (const node of nodesOf(name)) {
          if (operatorName(node.operator) !== "encode_categorical") continue;
          const { transform, values } = readStep("encode_categorical", node.parameters, transforms);
          const column = String(values.input_column);
          const trained = await decodeTrained(node.trained, readParquet);
          const before = await learnStep(transform, table(data, columns), values, example.ask, trained);
          if (otherRows.includes(column)) continue;
          expect(await learnStep(transform, table(data, columns), values, example.ask)).toEqual(before);
          compared++;
        }
        expect(compared).toBeGreaterThan(0);
      });
});
