import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { analyses } from "../analyses/analyses.gen.ts";
import type { FlowNode } from "./flow.ts";
import { flowAnalysis } from "./flow-analysis.ts";
import { readFlow } from "./read-flow.ts";

const node = (operator: string, parameters: FlowNode["parameters"]): FlowNode => ({
  id: "look",
  type: "VISUALIZATION",
  operator: `sagemaker.visualizations.${operator}_0.1`,
  parameters,
  trained: {},
  inputs: [],
  outputs: [],
});

test("a report's parameters are read from their blocks", () => {
  const parameters = {
    report_content: "Summary",
    insights_report_parameters: { target_column: "total", problem_type: "Regression" },
    full_data: "true",
    output_config: { output_path: "s3://bucket/place", output_content_type: "JSON" },
  };
  expect(flowAnalysis(node("data_insights_report", parameters), analyses)).toMatchObject({
    kind: "report",
    options: { target: "total", problem: "regression", entire: true },
    notes: [],
  });
});

test("code that draws is found in its block", () => {
  const code = "chart = alt.Chart(df)";
  expect(flowAnalysis(node("custom", { custom_parameters: { code } }), analyses)).toMatchObject({ kind: "code", code });
  expect(() => flowAnalysis(node("custom", {}), analyses)).toThrow(/has no "code"/);
});

const shared = join(import.meta.dirname, "../../../../shared/data/flows");

test("every analysis of flows that others wrote is read", (context) => {
  if (!existsSync(shared)) context.skip("../shared/data/flows is not there");
  const seen = new Set<string>();
  for (const file of globSync("*{.flow,template}", { cwd: shared })) {
    for (const one of readFlow(readFileSync(join(shared, file), "utf8")).nodes) {
      if (one.type !== "VISUALIZATION") continue;
      flowAnalysis(one, analyses);
      seen.add(one.operator);
    }
  }
  expect(seen.size).toBeGreaterThan(4);
});
