import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Json } from "../../prep/define-transform.ts";
import { type FlowNode, operatorName } from "../../prep/flows/flow.ts";
import { checkColumns, planned } from "../../prep/flows/source-relation.ts";
import type { Relation } from "../../prep/sql/relation.ts";
import { StepFault } from "../../prep/step-fault.ts";
import type { FlowEngine } from "./flow-engine.ts";
import { planType } from "./plan-type.ts";

type Parameters = Readonly<Record<string, Json>>;

/** Code of Python that a user wrote, and how it is to be run. */
interface UserCode {
  readonly mode: "pandas" | "pyspark" | "udf";
  readonly code: string;
  readonly udf?: {
    readonly input: string;
    readonly output: string;
    readonly returns: string;
    readonly values: "pandas" | "python";
  };
}

/** Runs the code of a node on the rows of a relation, and returns the rows that it leaves. */
export type RunUserCode = (node: FlowNode, input: Relation, engine: FlowEngine) => Promise<Relation>;

/** Whether a step is Python of a user's. */
export const isUserCode = (operator: string, parameters: Parameters): boolean =>
  operator === "custom_pandas" ||
  operator === "custom_pyspark" ||
  (operator === "custom_code" && String(parameters.operator ?? "").startsWith("Python"));

const objectOf = (value: Json | undefined): Parameters =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Parameters) : {};

/** @throws StepFault */
function userCode(node: FlowNode): UserCode {
  const { parameters } = node;
  const operator = operatorName(node.operator);
  const textOf = (block: Parameters, name: string): string => {
    const value = block[name];
    if (typeof value === "string" && value.trim() !== "") return value;
    throw new StepFault(`The step has no ${JSON.stringify(name)}; write the code that it is to run.`);
  };
  if (operator === "custom_pandas") return { mode: "pandas", code: textOf(parameters, "code") };
  if (operator === "custom_pyspark") return { mode: "pyspark", code: textOf(parameters, "code") };
  const variant = String(parameters.operator);
  switch (variant.toLowerCase()) {
    case "python (pandas)":
      return { mode: "pandas", code: textOf(objectOf(parameters.pandas_parameters), "code") };
    case "python (pyspark)":
      return { mode: "pyspark", code: textOf(objectOf(parameters.pyspark_parameters), "code") };
    case "python (user-defined function)": {
      const block = objectOf(parameters.udf_parameters);
      const isPandas = String(block.udf_mode ?? "Pandas").toLowerCase() === "pandas";
      return {
        mode: "udf",
        code: textOf(block, isPandas ? "pandas_code" : "python_code" in block ? "python_code" : "code"),
        udf: {
          input: textOf(block, "input_col"),
          output: textOf(block, "output_col"),
          returns: String(block.return_type ?? "string"),
          values: isPandas ? "pandas" : "python",
        },
      };
    }
    default:
      throw new StepFault(
        `The code is of ${JSON.stringify(variant)}; it is run as Python (Pandas), Python (PySpark) or Python (User-Defined Function).`,
      );
  }
}

const program = join(import.meta.dirname, "python", "run_user_code.py");

/**
 * Runs user code with a Python: its rows go there and come back as files of Parquet, in a folder below `root`, the one that
 * the engine reads and writes.
 */
export const createUserCode = (python: string, root: string, folder: string, signal: AbortSignal): RunUserCode => {
  let count = 0;
  return async (node, input, engine) => {
    const code = userCode(node);
    const name = `${folder}/code-${++count}`;
    const place = join(root, name);
    mkdirSync(place, { recursive: true });
    const written = input.columns.map((column) => ({ name: column.name }));
    await engine.engine.write(
      engine.statement(input),
      { format: "parquet", columns: written, compression: "none", partitionedBy: [], name: `${name}/input` },
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
