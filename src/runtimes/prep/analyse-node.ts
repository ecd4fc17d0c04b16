import type { Analysis } from "../../prep/define-analysis.ts";
import { sharedParams } from "../../prep/define-analysis.ts";
import { type AnalysisResult, doAnalysis, drawRows, writeResult } from "../../prep/do-analysis.ts";
import { findingsFile } from "../../prep/flows/analysis-flow.ts";
import { type FlowNode, nodeWords, operatorName } from "../../prep/flows/flow.ts";
import { flowAnalysis } from "../../prep/flows/flow-analysis.ts";
import type { InsightsReport } from "../../prep/insights/insights-report.ts";
import { makeReport } from "../../prep/insights/make-report.ts";
import { reportPage } from "../../prep/insights/page/report-page.ts";
import { reportRows } from "../../prep/insights/report-rows.ts";
import type { Relation } from "../../prep/sql/relation.ts";
import { StepFault } from "../../prep/step-fault.ts";
import type { FlowEngine } from "./flow-engine.ts";
import type { DrawPicture } from "./user-code.ts";

/** Files by their names. */
export type FindingFiles = ReadonlyMap<string, string>;

/** Does the analysis of a node over the rows of a relation, and returns what it found as files. */
export type AnalyseNode = (node: FlowNode, input: Relation, engine: FlowEngine) => Promise<FindingFiles>;

/**
 * An analysis that cannot be done is no reason to lose rows and other analyses: its file says the problem, and so does
 * `say`.
 */
export const createAnalyseNode =
  (analyses: readonly Analysis[], draw: DrawPicture, say: (line: string) => void): AnalyseNode =>
  async (node, input, engine) => {
    try {
      const asked = flowAnalysis(node, analyses);
      for (const note of asked.notes) say(`In ${nodeWords(node)}: ${note}`);
      switch (asked.kind) {
        case "analysis":
          return filesOf(await doAnalysis(asked.analysis, input, asked.values, engine));
        case "code":
          return filesOf(await drawCode(asked, input, engine, draw));
        case "report":
          return reportFiles(await makeReport(input, asked.options, engine, say));
      }
    } catch (error) {
      if (!(error instanceof StepFault)) throw error;
      say(`In ${nodeWords(node)}: ${error.message}`);
      const failed = { analysis: operatorName(node.operator), problem: error.message };
      return new Map([[findingsFile, `${JSON.stringify(failed, null, 1)}\n`]]);
    }
  };

const reportFiles = (report: InsightsReport): FindingFiles =>
  new Map([
    [findingsFile, `${JSON.stringify(report, null, 1)}\n`],
    ["report.html", reportPage(report)],
    ["report.csv", reportRows(report)],
  ]);

const filesOf = (result: AnalysisResult): FindingFiles => new Map([[findingsFile, writeResult(result)]]);

async function drawCode(
  { code, name }: { readonly code: string; readonly name?: string },
  input: Relation,
  engine: FlowEngine,
  draw: DrawPicture,
): Promise<AnalysisResult> {
  const { sample_size, seed } = sharedParams;
  const { relation, rows } = await drawRows(input, sample_size.default!, seed.default!, engine);
  return {
    analysis: "custom",
    title: "Custom visualization",
    ...(name !== undefined && { name }),
    parameters: { code },
    rows,
    data: null,
    notes: [],
    picture: await draw(code, relation, engine),
  };
}
