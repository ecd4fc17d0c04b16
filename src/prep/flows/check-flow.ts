import type { Analysis } from "../define-analysis.ts";
import type { Transform } from "../define-transform.ts";
import { readStep } from "../read-step.ts";
import { StepFault } from "../step-fault.ts";
import { type Flow, type FlowNode, operatorName } from "./flow.ts";
import { type FlowAnalysis, flowAnalysis } from "./flow-analysis.ts";
import { flowSource } from "./flow-source.ts";
import { destinationConfig, readOutputConfig } from "./output-config.ts";
import { isUserCode, readUserCode } from "./user-code.ts";

/** A node of a flow as it would be done. */
export interface CheckedNode {
  readonly node: FlowNode;
  /** What is done: "reads csv from s3://bucket/key", "Left pad, in SQL". */
  readonly how: string;
  /** Why it cannot be done. */
  readonly problem?: string;
  /** What it says that means nothing. */
  readonly notes: readonly string[];
}

/** Looks at all nodes of a flow without any data: what each does, and what is wrong with its parameters. */
export const checkFlow = (
  { nodes }: Flow,
  transforms: readonly Transform[],
  analyses: readonly Analysis[],
): readonly CheckedNode[] =>
  nodes.map((node) => {
    try {
      return { node, notes: [], ...look(node, transforms, analyses) };
    } catch (error) {
      if (!(error instanceof StepFault)) throw error;
      return { node, how: "", notes: [], problem: error.message };
    }
  });

function look(
  node: FlowNode,
  transforms: readonly Transform[],
  analyses: readonly Analysis[],
): { how: string; notes?: readonly string[] } {
  switch (node.type) {
    case "SOURCE": {
      const source = flowSource(node);
      if (source.kind === "files") return { how: `reads ${source.format.kind} from ${source.uri}` };
      return { how: `reads the rows of a query of ${source.kind}, ${JSON.stringify(source.name)}` };
    }
    case "DESTINATION": {
      const config = destinationConfig(node)!;
      const { compression, format } = readOutputConfig(config);
      const place = config.output_path === undefined ? "" : ` to ${config.output_path}`;
      return { how: `writes ${format}${compression === "none" ? "" : ` with ${compression}`}${place}` };
    }
    case "DATASET":
      return { how: "names the rows before it" };
    case "VISUALIZATION": {
      const read = flowAnalysis(node, analyses);
      return { how: `looks at the rows before it: ${analysisWords(read)}`, notes: read.notes };
    }
    case "TRANSFORM":
      break;
  }
  if (isUserCode(node)) return { how: `runs code of Python, with ${modes[readUserCode(node).mode]}` };
  const { notes, transform } = readStep(operatorName(node.operator), node.parameters, transforms);
  return { how: `${transform.title}${transform.fit ? ", learned from the rows before it" : ""}`, notes };
}

function analysisWords(read: FlowAnalysis): string {
  if (read.kind === "report") return "Data Quality and Insights Report";
  return read.kind === "code" ? "code of Python that draws" : read.analysis.title;
}

const modes = { pandas: "pandas", pyspark: "PySpark", udf: "a function of its own" } as const;
