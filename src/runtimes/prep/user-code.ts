import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FlowNode } from "../../prep/flows/flow.ts";
import { checkColumns, planned } from "../../prep/flows/source-relation.ts";
import { readUserCode } from "../../prep/flows/user-code.ts";
import type { Relation } from "../../prep/sql/relation.ts";
import { StepFault } from "../../prep/step-fault.ts";
import type { FlowEngine } from "./flow-engine.ts";
import { planType } from "./plan-type.ts";

/** Runs the code of a node on the rows of a relation, and returns the rows that it leaves. */
export type RunUserCode = (node: FlowNode, input: Relation, engine: FlowEngine) => Promise<Relation>;

const program = join(import.meta.dirname, "python", "run_user_code.py");

/**
 * Runs user code with a Python: its rows go there and come back as files of Parquet, in a folder below `root`, the one that
 * the engine reads and writes.
 */
export const createUserCode = (python: string, root: string, folder: string, signal: AbortSignal): RunUserCode => {
  let count = 0;
  return async (node, input, engine) => {
    const code = readUserCode(node);
    const name = `${folder}/code-${++count}`;
    const place = join(root, name);
    mkdirSync(place, { recursive: true });
    const written = input.columns.map((column) => ({ name: column.name }));
    await engine.engine.write(
      engine.statement(input),
      {
        format: "parquet",
        columns: written,
        compression: "none",
        partitionedBy: [],
        evenEmpty: true,
        oneFile: true,
        name: `${name}/input`,
      },
      signal,
    );
    const output = join(place, "output.parquet");
    writeFileSync(join(place, "code.json"), JSON.stringify({ ...code, input: join(place, "input_0.parquet"), output }));
    await runPython(python, [program, join(place, "code.json")], signal);
    const file = { path: `${name}/output.parquet`, uri: `the rows that the code left`, sizeBytes: 1 };
    const columns = await engine.engine.describe("parquet", [file]);
    checkColumns(
      columns.map((column) => column.name),
      "The table that the code left",
    );
    engine.add({ name, columns, partitionKeys: [], format: { kind: "parquet" }, files: [file] });
    return planned(
      name,
      columns.map((column) => ({ name: column.name, type: planType(column.type) })),
    );
  };
};

/** As much of what the code says at its end stands in the message. */
const mostWords = 2_000;

function runPython(python: string, words: readonly string[], signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(python, words, { stdio: ["ignore", "inherit", "pipe"], signal });
    let said = "";
    child.stderr.on("data", (bytes: Buffer) => {
      process.stderr.write(bytes);
      said = (said + bytes.toString()).slice(-mostWords);
    });
    child.once("error", (error) => {
      const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
      reject(missing ? new StepFault(`There is no Python at ${python}, which the code needs.`) : error);
    });
    child.once("close", (exit) => {
      if (exit === 0) resolve();
      else reject(new StepFault(`The code failed: ${said.trim() || `its Python ended with ${exit}`}`));
    });
  });
}
