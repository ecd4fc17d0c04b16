import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { scriptEnvironmentsFolder } from "../../../tools/python-environments.ts";
import { duckdb } from "../../engines/duckdb/duckdb.ts";
import { analysisCatalogue, catalogue } from "../../prep/catalogue.ts";
import { type ExampleEngine, openExampleEngine } from "../../prep/duckdb.fixture.ts";
import { findingsFile } from "../../prep/flows/analysis-flow.ts";
import { type Flow, FlowFault, type FlowNode, operatorName } from "../../prep/flows/flow.ts";
import { flowSource } from "../../prep/flows/flow-source.ts";
import { readFlow } from "../../prep/flows/read-flow.ts";
import { duckdb as dialect } from "../../prep/sql/dialects/duckdb.ts";
import { ownFunctions } from "../../prep/sql/own-functions.ts";
import { createAnalyseNode } from "./analyse-node.ts";
import { madeSource } from "./made-source.fixture.ts";
import { runFlow } from "./run-flow.ts";
import { createDrawing, createUserCode } from "./user-code.ts";

/** The flows that others wrote, and what cannot be had of them: the reason that the guide gives. */
const shared = join(import.meta.dirname, "../../../../shared/data/flows");
const python = globSync("*data-wrangler-????????????/bin/python", { cwd: scriptEnvironmentsFolder })[0];
const needsSpark = /The code is PySpark, and this Python has no pyspark/;

interface Case {
  readonly title: string;
  readonly flow: Flow;
  readonly node: FlowNode;
}
const files = existsSync(shared) ? globSync("*{.flow,template}", { cwd: shared }).sort() : [];
const cases: readonly Case[] = files.flatMap((file) => {
  const flow = readFlow(readFileSync(join(shared, file), "utf8"));
  const looks = flow.nodes.filter(({ type }) => type === "VISUALIZATION");
  return looks.map((node) => ({
    title: `${file.slice(0, 10)} ${operatorName(node.operator)} ${node.id.slice(0, 8)}`,
    flow,
    node,
  }));
});

let folder: string;
let writer: ExampleEngine;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "public-analyses-"));
  writer = await openExampleEngine();
});
afterAll(() => {
  writer.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What the node finds in made data, or why it cannot be done. */
async function findings({ flow, node }: Case): Promise<Record<string, unknown>> {
  const root = mkdtempSync(join(folder, "flow-"));
  for (const source of flow.nodes.filter(({ type }) => type === "SOURCE")) {
    await writer.tableOf("rows", madeSource(flow, source));
    const place = join(root, source.id);
    mkdirSync(place);
    const read = flowSource(source);
    const format = read.kind === "files" && read.format.kind === "csv" ? "csv" : "parquet";
    await writer.connection.run(`COPY "rows" TO '${place}/rows.${format}' (FORMAT ${format})`);
  }
  const { signal } = new AbortController();
  const limits = { memoryBytes: 2 ** 30, spillBytes: 2 ** 30, threads: 1, prelude: [], functions: [...ownFunctions] };
  const engine = await duckdb.open({ tables: root, output: root, spill: join(root, "spill"), ...limits });
  let found: string | undefined;
  try {
    await runFlow({
      ...{ flow, transforms: catalogue, engine, dialect, signal, refit: true, wanted: [`${node.id}.default`] },
      place: ({ id }) => ({ root, path: join(root, id), work: "work" }),
      readParquet: async () => [],
      runUserCode: createUserCode(join(scriptEnvironmentsFolder, python!), root, "work", signal),
      analyse: createAnalyseNode(analysisCatalogue, createDrawing("python3", root, "work", signal), () => {}),
      progress: () => {},
      write: () => Promise.reject(new Error("No rows are wanted.")),
      writeFindings(_output, written) {
        found = written.get(findingsFile);
      },
    });
  } catch (error) {
    if (!(error instanceof FlowFault)) throw error;
    return { problem: error.message };
  } finally {
    engine.close();
  }
  return JSON.parse(found!);
}

test.skipIf(!existsSync(shared) || python === undefined).each(cases)("$title", async (one) => {
  const found = await findings(one);
  const behind = (node: FlowNode): boolean =>
    one.flow.nodes.some(
      (other) =>
        node.inputs.some((edge) => edge.node === other.id) &&
        (/pyspark/i.test(JSON.stringify([other.operator, other.parameters.operator ?? ""])) || behind(other)),
    );
  if (behind(one.node)) {
    expect(found.problem).toMatch(needsSpark);
    return;
  }
  expect(found.problem).toBeUndefined();
  if (found.format === "data-insights-report") {
    expect(found).toMatchObject({ target: { problem: "regression" }, model: { kind: "XGBoost" } });
    return;
  }
  expect(found).toMatchObject({ rows: { method: "all" }, picture: { $schema: expect.stringContaining("vega-lite") } });
  expect(JSON.stringify(found.data).length).toBeGreaterThan(50);
});

test.skipIf(!existsSync(shared))("there are nodes of all kinds that others used", () => {
  expect(new Set(cases.map(({ node }) => operatorName(node.operator)))).toEqual(
    new Set(["histogram", "bias_report", "quick_model", "data_insights_report", "describe"]),
  );
});
