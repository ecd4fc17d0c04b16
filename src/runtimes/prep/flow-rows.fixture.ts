import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { duckdb } from "../../engines/duckdb/duckdb.ts";
import { catalogue } from "../../prep/catalogue.ts";
import { fillParameters } from "../../prep/flows/fill-parameters.ts";
import type { FlowNode } from "../../prep/flows/flow.ts";
import { readFlow } from "../../prep/flows/read-flow.ts";
import { duckdb as dialect } from "../../prep/sql/dialects/duckdb.ts";
import type { SourcePlace } from "./read-source.ts";
import { runFlow } from "./run-flow.ts";

/** A node of a flow's file. */
export const flowNode = (id: string, type: string, operator: string, parameters: object, ...inputs: string[]) => ({
  node_id: id,
  type,
  operator: `sagemaker.${operator}_0.1`,
  parameters,
  inputs: inputs.map((node) => ({ name: "df", node_id: node, output_name: "default" })),
  outputs: [{ name: "default" }],
});

/** A source of files, which a run finds in the folder of its id. */
export const filesSource = (id: string, context: object, more: object = {}) => ({
  ...flowNode(id, "SOURCE", "s3_source", {
    dataset_definition: { name: id, s3ExecutionContext: { s3Uri: `s3://b/${id}/`, s3ContentType: "csv", ...context } },
  }),
  ...more,
});

export interface RowsOptions {
  readonly parameters?: readonly object[];
  readonly overrides?: Readonly<Record<string, string>>;
  readonly now?: number;
  /** Of each source, the key of its folder. */
  readonly key?: string;
}

/** Runs the last node of a flow over files, by their paths below the folders of the sources; gives its columns and rows. */
export async function rowsOfFlow(
  nodes: readonly object[],
  files: Readonly<Record<string, string | Uint8Array>>,
  options: RowsOptions = {},
): Promise<{ readonly columns: readonly string[]; readonly rows: readonly unknown[][] }> {
  const root = mkdtempSync(join(tmpdir(), "flow-rows-"));
  for (const [path, body] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), body);
  }
  mkdirSync(join(root, "spill"), { recursive: true });
  const limits = { memoryBytes: 512 * 1024 ** 2, spillBytes: 1024 ** 3, threads: 2 };
  const engine = await duckdb.open({ tables: root, output: root, spill: join(root, "spill"), ...limits, prelude: [] });
  try {
    const read = readFlow(JSON.stringify({ metadata: { version: 1 }, nodes, parameters: options.parameters ?? [] }));
    const flow = fillParameters(read, options.overrides ?? {}, options.now);
    const last = flow.nodes.at(-1)!.id;
    let result: { columns: readonly string[]; rows: readonly unknown[][] } | undefined;
    const place = ({ id }: FlowNode): SourcePlace => ({
      ...{ root, path: join(root, id), work: `.work/${id}` },
      ...(options.key !== undefined && { key: options.key }),
    });
    await runFlow({
      ...{ flow, transforms: catalogue, engine, dialect, place, wanted: [`${last}.default`], refit: false },
      signal: new AbortController().signal,
      readParquet: () => Promise.reject(new Error("No flow of these tests has models of AWS's.")),
      runUserCode: () => Promise.reject(new Error("No flow of these tests has code.")),
      analyse: () => Promise.reject(new Error("No flow of these tests has an analysis.")),
      writeFindings: () => {},
      progress: () => {},
      async write(_output, relation, flowEngine) {
        const rows = await flowEngine.ask(relation, relation);
        const columns = relation.columns.map(({ name }) => name);
        result = { columns, rows: rows.map((row) => columns.map((name) => row[name])) };
      },
    });
    return result!;
  } finally {
    engine.close();
    rmSync(root, { recursive: true, force: true });
  }
}
