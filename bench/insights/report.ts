import { linkSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { analysisFlow, analysisNode, sourceName } from "../../src/cli/analysis/analysis-flow.ts";
import type { InsightsReport } from "../../src/prep/insights/insights-report.ts";
import { type ProcessFigures, runProcess } from "../recipe/run-process.ts";

const root = join(import.meta.dirname, "..", "..");

/**
 * Makes a report of a file of Parquet with the job's own program, over a folder as a job has it.
 *
 * @param parameters of the node: a target, how many rows models learn from
 */
export async function runReport(
  file: string,
  parameters: Readonly<Record<string, string | number | boolean>>,
  folder: string,
): Promise<ProcessFigures & { readonly report: InsightsReport }> {
  for (const name of ["config", "processing/flow", `processing/${sourceName}`])
    mkdirSync(join(folder, name), { recursive: true });
  linkSync(file, join(folder, "processing", sourceName, "rows.parquet"));
  const source = { uri: "s3://bucket/rows.parquet", format: "parquet", delimiter: "," } as const;
  const flow = analysisFlow(source, "data_insights_report", { full_data: true, ...parameters } as never);
  writeFileSync(join(folder, "processing/flow/report.flow"), flow);
  const place = (name: string) => ({ LocalPath: `/opt/ml/processing/${name}` });
  const job = {
    ProcessingInputs: [{ InputName: sourceName, S3Input: place(sourceName) }],
    ProcessingOutputConfig: { Outputs: [{ OutputName: `${analysisNode}.default`, S3Output: place("output") }] },
  };
  writeFileSync(join(folder, "config/processingjobconfig.json"), JSON.stringify(job));
  const environment = { SAGEBRUSH_ML_ROOT: folder, NODE_COMPILE_CACHE: join(root, ".cache", "compiled") };
  const program = join(root, "src/runtimes/prep/flow-job.ts");
  const figures = await runProcess(process.execPath, [program], environment);
  const made = join(folder, "processing/output", analysisNode, "default", "data_wrangler_visualization_job.json");
  return { ...figures, report: JSON.parse(readFileSync(made, "utf8")) as InsightsReport };
}
