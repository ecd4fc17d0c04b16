import type { Json } from "../define-transform.ts";
import type { Flow } from "./flow.ts";
import { writeLossless } from "./lossless-json.ts";

/** The member of a node's trained parameters in which a state of ours is. What others left there is kept beside it. */
export const ownState = "sagebrush";

/** Writes a flow as Data Wrangler has it. */
export const writeFlow = ({ file }: Flow): string => `${writeLossless(file, 2)}\n`;

/** Returns the flow with what its steps have learned, by node. */
export function withLearned(flow: Flow, learned: ReadonlyMap<string, Json>): Flow {
  const nodes = (flow.file.nodes as Readonly<Record<string, unknown>>[]).map((node) => {
    const state = learned.get(String(node.node_id));
    if (state === undefined || state === null) return node;
    const parameters = flow.nodes.find(({ id }) => id === node.node_id)!.parameters;
    const before = (node.trained_parameters ?? {}) as object;
    return { ...node, trained_parameters: { ...before, [ownState]: { parameters, learned: state } } };
  });
  return { ...flow, file: { ...flow.file, nodes } };
}
