import { linkSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { analysisFlow, analysisNode, findingsFile, sourceName } from "../../src/prep/flows/analysis-flow.ts";
import type { InsightsReport } from "../../src/prep/insights/insights-report.ts";
import type { JsonObject } from "../../src/prep/json-object.ts";
import { type ProcessFigures, runProcess } from "../recipe/run-process.ts";

const root = join(import.meta.dirname, "..", "..");

/**
 * Makes a report of a file of Parquet with the job's own program, over a folder as a job has it.
 *
 * @param parameters of the node: a target, how many rows models learn from
 */
export async function runReport(
  file: string,
  parameters: JsonObject,
  folder: string,
): Promise<ProcessFigures & { readonly report: InsightsReport }> {
  for (const name of ["config", "processing/flow", `processing/${sourceName}`])
    mkdirSync(join(folder, name), { recursive: true });
  linkSync(file, join(folder, "processing", sourceName, "rows.parquet"));
  const source = { kind: "file", uri: "s3://bucket/rows.parquet", format: "parquet", delimiter: "," } as const;
  const flow = analysisFlow(source, "data_insights_report", { full_data: true, infer_types: true, ...parameters });
  writeFileSync(join(folder, "processing/flow/report.flow"), flow);
  const place = (name: string) => ({ LocalPath: `/opt/ml/processing/${name}` });
  const job = {
    ProcessingJobName: "look",
    ProcessingInputs: [{ InputName: sourceName, S3Input: place(sourceName) }],
    ProcessingOutputConfig: { Outputs: [{ OutputName: `${analysisNode}.default`, S3Output: place("output") }] },
  };
  writeFileSync(join(folder, "config/processingjobconfig.json"), JSON.stringify(job));
  // What is asked of ten million rows, as an executor says it to a job.
  const environment = {
    SAGEBRUSH_MEMORY_BYTES: `${4 * 2 ** 30}`,
    SAGEBRUSH_ML_ROOT: folder,
    NODE_COMPILE_CACHE: join(root, ".cache", "compiled"),
  };
  const program = join(root, "src/runtimes/prep/flow-job.ts");
  const figures = await runProcess(process.execPath, [program], environment);
  const made = join(folder, "processing/output", job.ProcessingJobName, analysisNode, "default", findingsFile);
  return { ...figures, report: JSON.parse(readFileSync(made, "utf8")) as InsightsReport };
}
