import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { duckdb } from "../../engines/duckdb/duckdb.ts";
import { catalogue } from "../../prep/catalogue.ts";
import type { ExampleTable, Transform, TransformExample } from "../../prep/define-transform.ts";
import { openExampleEngine } from "../../prep/duckdb.fixture.ts";
import { exampleParameters } from "../../prep/example-parameters.fixture.ts";
import { type Flow, operatorName } from "../../prep/flows/flow.ts";
import { readFlow } from "../../prep/flows/read-flow.ts";
import { duckdb as dialect } from "../../prep/sql/dialects/duckdb.ts";
import { ownFunctions } from "../../prep/sql/own-functions.ts";
import { imageFunctions } from "./image-functions.ts";
import { type FlowRun, runFlow } from "./run-flow.ts";
import { writeOutput } from "./write-output.ts";

/** A flow of one step, over files with the rows of an example of its unit. */
export interface ExampleFlow {
  readonly title: string;
  readonly example: TransformExample;
  readonly flow: Flow;
  /** Gives what runs it, on an engine of its own. */
  with<T>(work: (run: ExampleRun) => Promise<T>): Promise<T>;
}

export type ExampleRun = Omit<FlowRun, "progress" | "write">;

/** Writes the rows of all examples of the catalogue to files. */
export async function exampleFlows(folder: string): Promise<readonly ExampleFlow[]> {
  const writer = await openExampleEngine();
  const open = () =>
    duckdb.open({
      ...{ tables: "", output: "", spill: join(folder, "spill"), memoryBytes: 2 ** 30, spillBytes: 2 ** 30 },
      ...{ threads: 1, prelude: [], functions: [...ownFunctions, ...imageFunctions] },
    });
  const flows: ExampleFlow[] = [];
  for (const transform of catalogue)
    for (const [index, example] of transform.examples.entries()) {
      const title = `${titleOf(transform)}: ${example.summary ?? `example ${index + 1}`}`;
      const files: string[] = [];
      for (const [at, table] of example.inputs.entries()) {
        const place = join(folder, `${flows.length}`);
        mkdirSync(place, { recursive: true });
        await writer.tableOf("rows", table);
        files.push(join(place, `${at}.parquet`));
        await writer.connection.run(`COPY "rows" TO '${files.at(-1)}' (FORMAT parquet)`);
      }
      const flow = readFlow(JSON.stringify({ nodes: nodesOf(transform, example, files) }));
      const step = flow.nodes.find(({ id }) => id === "step")!;
      flows.push({
        ...{ title, example, flow },
        async with(work) {
          const engine = await open();
          try {
            return await work({
              ...{ dialect, flow, transforms: catalogue, engine, refit: false, signal: new AbortController().signal },
              wanted: step.outputs.map(({ name }) => `step.${name}`),
              place: (node) => ({
                root: "/",
                path: files[Number(node.id.slice("source".length))]!,
                work: `${folder.slice(1)}/work`,
              }),
              analyse: () => Promise.reject(new Error("An example has no analysis.")),
              writeFindings: () => {},
              readParquet: async () => [],
              runUserCode: () => Promise.reject(new Error("An example has no code.")),
            });
          } finally {
            engine.close();
          }
        },
      });
    }
  writer.close();
  return flows;
}

/** The rows that a flow writes as CSV, by output. */
export function writtenRows(flow: ExampleFlow, folder: string): Promise<ReadonlyMap<string, string>> {
  const config = { format: "csv", delimiter: ",", compression: "none", partitions: 1 } as const;
  return flow.with(async (run) => {
    const texts = new Map<string, string>();
    await runFlow({
      ...run,
      progress: () => {},
      async write(output, relation, engine) {
        const place = join(folder, output);
        mkdirSync(place, { recursive: true });
        const whole = { ...config, partitionBy: [], hasHeader: true };
        await writeOutput(
          relation,
          whole,
          { root: "/", folder: place.slice(1), python: "python3" },
          engine,
          run.signal,
        );
        texts.set(output, readFileSync(join(place, "part-00000_0.csv"), "utf8"));
      },
    });
    return texts;
  });
}

const titleOf = ({ title, variant = [] }: Transform): string => [title, ...variant.map(({ is }) => is)].join(" / ");

function nodesOf(transform: Transform, example: TransformExample, files: readonly string[]): readonly object[] {
  const { operator } = transform;
  const parameters = exampleParameters(transform, example.with);
  const outputs =
    "outputs" in example.gives && !("type" in example.gives.outputs)
      ? Object.keys(example.gives.outputs as Record<string, ExampleTable>)
      : ["default"];
  const sources = files.map((file, at) => ({
    node_id: `source${at}`,
    type: "SOURCE",
    operator: "sagemaker.s3_source_0.1",
    parameters: {
      dataset_definition: {
        name: `rows${at}`,
        s3ExecutionContext: { s3Uri: `s3://bucket/${file}`, s3ContentType: "parquet" },
      },
    },
    inputs: [],
    outputs: [{ name: "default" }],
  }));
  const step = {
    node_id: "step",
    type: "TRANSFORM",
    operator: `sagemaker.spark.${operatorName(operator)}_0.1`,
    parameters,
    inputs: sources.map(({ node_id }) => ({ name: "df", node_id, output_name: "default" })),
    outputs: outputs.map((name) => ({ name })),
  };
  return [...sources, step];
}
