import { linkSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lastNode, recipeFlow } from "./flow.ts";

const root = join(import.meta.dirname, "..", "..");

/** A program, and where its output is once it has run. */
export interface PreparedJob {
  readonly program: string;
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** The files of the output. */
  readonly output: string;
}

/** Makes a folder as a job of Data Wrangler has it, whose flow is the recipe over a file. */
export function prepareFlowJob(kind: "csv" | "parquet", input: string, folder: string): PreparedJob {
  for (const name of ["config", "processing/flow", "processing/rows"])
    mkdirSync(join(folder, name), { recursive: true });
  linkSync(input, join(folder, "processing/rows", `rows.${kind}`));
  writeFileSync(join(folder, "processing/flow/recipe.flow"), JSON.stringify(recipeFlow(kind)));
  const output = `${lastNode}.default`;
  const place = (name: string) => ({ LocalPath: `/opt/ml/processing/${name}` });
  const job = {
    ProcessingInputs: [{ InputName: "rows", S3Input: place("rows") }],
    ProcessingOutputConfig: { Outputs: [{ OutputName: output, S3Output: place("output") }] },
  };
  writeFileSync(join(folder, "config/processingjobconfig.json"), JSON.stringify(job));
  const config = JSON.stringify({ [output]: { content_type: kind === "csv" ? "CSV" : "PARQUET" } });
  return {
    program: process.execPath,
    words: [join(root, "src/runtimes/prep/flow-job.ts"), "--output-config", config],
    environment: { SAGEBRUSH_ML_ROOT: folder, NODE_COMPILE_CACHE: join(root, ".cache", "compiled") },
    output: join(folder, "processing/output", output.replaceAll(".", "/"), `*.${kind}`),
  };
}
