import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { EngineTable } from "../../engines/port.ts";
import type { Picture } from "../../prep/define-analysis.ts";
import type { FlowNode } from "../../prep/flows/flow.ts";
import { checkColumns, planned } from "../../prep/flows/source-relation.ts";
import { readUserCode } from "../../prep/flows/user-code.ts";
import type { Relation } from "../../prep/sql/relation.ts";
import { StepFault } from "../../prep/step-fault.ts";
import { type CodeWorker, startCodeWorker } from "./code-worker.ts";
import { exactColumns } from "./exact-columns.ts";
import type { FlowEngine } from "./flow-engine.ts";

/** Runs the code of a node on the rows of a relation, and returns the rows that it leaves. */
export type RunUserCode = (node: FlowNode, input: Relation, engine: FlowEngine) => Promise<Relation>;

/** Runs code that draws the rows of a relation, and returns its chart as a specification of Vega-Lite. */
export type DrawPicture = (code: string, input: Relation, engine: FlowEngine) => Promise<Picture>;

const program = join(import.meta.dirname, "python", "run_user_code.py");

/** Runs user code with a Python that is started for each step. */
export const createUserCode = (
  python: string,
  root: string,
  folder: string,
  signal: AbortSignal,
  mostBytes?: number,
): RunUserCode => codeOver((file) => runPython(python, [program, file], signal), root, folder, signal, mostBytes);

/** Runs user code with one Python, which stays until the signal aborts. */
export function createStayingCode(python: string, root: string, folder: string, signal: AbortSignal): RunUserCode {
  let worker: CodeWorker | undefined;
  const run = async (file: string) => {
    worker ??= startCodeWorker(python, program, signal);
    try {
      await worker.run(file);
    } catch (error) {
      if (!(error instanceof StepFault)) worker = undefined;
      throw error;
    }
  };
  return codeOver(run, root, folder, signal);
}

/**
 * The rows of a step go to Python and come back as files of Parquet, in a folder below `root`, the one that the engine
 * reads and writes. `run` is given the file that says what is to be done. Of more than `mostBytes` it refuses.
 */
function codeOver(
  run: (file: string) => Promise<void>,
  root: string,
  folder: string,
  signal: AbortSignal,
  mostBytes = Number.POSITIVE_INFINITY,
): RunUserCode {
  let count = 0;
  return async (node, input, engine) => {
    const code = readUserCode(node);
    const name = `${folder}/code-${++count}`;
    const place = join(root, name);
    await writeInput(input, engine, root, name, signal);
    const { size } = statSync(join(place, "input_0.parquet"));
    if (size > mostBytes)
      throw new StepFault(
        `The rows are ${Math.ceil(size / 2 ** 20)} MiB of Parquet, and code takes at most ${mostBytes / 2 ** 20} MiB from Spark. Leave out columns or rows before the step, write it as a formula or as SQL, or set SAGEBRUSH_SPARK_CODE_MIB higher.`,
      );
    await run(codeFile(place, { ...code, output: join(place, "output.parquet") }));
    const file = { path: `${name}/output.parquet`, uri: `the rows that the code left`, sizeBytes: 1 };
    const columns = await engine.engine.describe("parquet", [file]);
    checkColumns(
      columns.map((column) => column.name),
      "The table that the code left",
    );
    const table: EngineTable = { name, columns, partitionKeys: [], format: { kind: "parquet" }, files: [file] };
    engine.add(table);
    return planned(name, await exactColumns(table, { engine: engine.engine, dialect: engine.dialect, signal }));
  };
}

/** The same for code that draws. */
export const createDrawing = (python: string, root: string, folder: string, signal: AbortSignal): DrawPicture => {
  let count = 0;
  return async (code, input, engine) => {
    const name = `${folder}/picture-${++count}`;
    const place = join(root, name);
    await writeInput(input, engine, root, name, signal);
    const output = join(place, "chart.json");
    await runPython(python, [program, codeFile(place, { mode: "altair", code, output })], signal);
    return JSON.parse(readFileSync(output, "utf8")) as Picture;
  };
};

/** Writes the rows to FOLDER/input_0.parquet. */
async function writeInput(input: Relation, engine: FlowEngine, root: string, folder: string, signal: AbortSignal) {
  mkdirSync(join(root, folder), { recursive: true });
  await engine.engine.write(
    engine.statement(input),
    {
      format: "parquet",
      columns: input.columns.map((column) => ({ name: column.name })),
      compression: "none",
      partitionedBy: [],
      evenEmpty: true,
      oneFile: true,
      name: `${folder}/input`,
    },
    signal,
  );
}

/** Writes what the program is to do to a file. */
function codeFile(place: string, step: object): string {
  const file = join(place, "code.json");
  writeFileSync(file, JSON.stringify({ ...step, input: join(place, "input_0.parquet") }));
  return file;
}

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
