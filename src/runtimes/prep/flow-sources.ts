import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { PlannedObjects } from "../../images/objects-plan.ts";
import type { SourceQuery } from "../../images/query-plan.ts";
import { fillParameters } from "../../prep/flows/fill-parameters.ts";
import { FlowFault, nodeWords } from "../../prep/flows/flow.ts";
import { readFlowArguments } from "../../prep/flows/flow-arguments.ts";
import { flowSource, type S3Source } from "../../prep/flows/flow-source.ts";
import { readFlow } from "../../prep/flows/read-flow.ts";
import { StepFault } from "../../prep/step-fault.ts";
import { sourceQuery } from "./source-query.ts";

/** Where the job's program finds what its stage has brought of the flow's own sources, by their nodes. JSON. */
export const flowSourcesFile = "config/flow-sources.json";

export interface BroughtSource {
  /** Below /opt/ml. */
  readonly folder: string;
  /** The key in S3 of what the folder has the objects below; absent where it is not one prefix. */
  readonly key?: string;
}

/** A source of a flow for which the job has no input. */
export interface UnbroughtSource extends BroughtSource {
  readonly node: string;
  readonly title: string;
  /** What is read in S3, or is asked. */
  readonly wanted: { readonly objects: readonly PlannedObjects[] } | { readonly query: SourceQuery };
}

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
 * Returns the sources of a job's flow for which the job has no input: whoever stages the job brings them. What is wrong with
 * the flow itself is said by the program that runs it.
 *
 * @throws StepFault that names the node
 */
export function unbroughtSources(
  root: string,
  words: readonly string[],
  inputs: readonly string[],
): readonly UnbroughtSource[] {
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
      if (given.has(inputName(source.name))) return [];
      const place = { node: node.id, title: nodeWords(node), folder: `processing/sources/${index + 1}` };
      return [
        { ...place, ...(source.kind === "files" ? filesOf(source) : { wanted: { query: sourceQuery(source) } }) },
      ];
    } catch (error) {
      if (error instanceof StepFault) throw new StepFault(`In ${nodeWords(node)}: ${error.message}`);
      throw error;
    }
  });
}

/** @throws StepFault for what is no place in S3 */
function filesOf({ isManifest, uri, uris }: S3Source): Pick<UnbroughtSource, "key" | "wanted"> {
  if (uris) return { wanted: { objects: uris.map((one) => ({ type: "S3Prefix", ...placeOf(one) })) } };
  const place = placeOf(uri);
  if (isManifest) return { wanted: { objects: [{ type: "ManifestFile", ...place }] } };
  return { key: place.key.replace(/[^/]*$/, ""), wanted: { objects: [{ type: "S3Prefix", ...place }] } };
}

function placeOf(uri: string): { readonly bucket: string; readonly key: string } {
  const [, bucket, key = ""] = /^s3:\/\/([^/]+)(?:\/(.*))?$/s.exec(uri) ?? [];
  if (bucket !== undefined) return { bucket, key };
  throw new StepFault(
    `The source reads ${JSON.stringify(uri)}, and the job has no input of its name; give it one, or a place in S3, s3://BUCKET/KEY.`,
  );
}
