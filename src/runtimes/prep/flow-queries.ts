import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { PlannedQuery } from "../../images/query-plan.ts";
import { fillParameters } from "../../prep/flows/fill-parameters.ts";
import { FlowFault, nodeWords } from "../../prep/flows/flow.ts";
import { readFlowArguments } from "../../prep/flows/flow-arguments.ts";
import { flowSource } from "../../prep/flows/flow-source.ts";
import { readFlow } from "../../prep/flows/read-flow.ts";
import { StepFault } from "../../prep/step-fault.ts";
import { sourceQuery } from "./source-query.ts";

/** Where the job's program finds the folders of sources that are queries, by their names. JSON. */
export const flowSourcesFile = "config/flow-sources.json";

const flowFolders = ["processing/flow", "processing/input/flow"];

/** The one file with a job's flow. @throws FlowFault */
export function flowFile(root: string): string {
  const files = flowFolders.flatMap((folder) => {
    try {
      return readdirSync(join(root, folder)).map((name) => join(root, folder, name));
    } catch {
      return [];
    }
  });
  if (files.length === 1) return files[0]!;
  throw new FlowFault([
    `There ${files.length === 0 ? "is no flow" : `are ${files.length} files`} in /opt/ml/processing/flow. Give the job one input "flow" with the .flow file and that LocalPath.`,
  ]);
}

/** A name as that of an input, which has no spaces. */
export const inputName = (source: string): string => source.replaceAll(" ", "_");

/**
 * Returns the queries of a job's flow for which the job has no input: whoever stages the job asks them. What is wrong with
 * the flow itself is said by the program that runs it.
 *
 * @throws StepFault that names the node
 */
export function flowQueries(
  root: string,
  words: readonly string[],
  inputs: readonly string[],
): readonly (PlannedQuery & { readonly title: string })[] {
  let nodes: ReturnType<typeof readFlow>["nodes"];
  try {
    const { overrides } = readFlowArguments(words);
    nodes = fillParameters(readFlow(readFileSync(flowFile(root), "utf8")), overrides, Date.now()).nodes;
  } catch (error) {
    if (error instanceof FlowFault) return [];
    throw error;
  }
  const given = new Set(inputs.map(inputName));
  return nodes.flatMap((node, index) => {
    if (node.type !== "SOURCE") return [];
    try {
      const source = flowSource(node);
      if (source.kind === "files" || given.has(inputName(source.name))) return [];
      const folder = `processing/sources/${index + 1}`;
      return [{ name: source.name, folder, query: sourceQuery(source), title: nodeWords(node) }];
    } catch (error) {
      if (error instanceof StepFault) throw new StepFault(`In ${nodeWords(node)}: ${error.message}`);
      throw error;
    }
  });
}
