import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { nearest } from "../../base/nearest.ts";
import { type Flow, FlowFault, type FlowNode, nodeWords } from "../../prep/flows/flow.ts";
import { analysisOutputs, flowOutputs } from "../../prep/flows/flow-job-request.ts";
import { flowSource } from "../../prep/flows/flow-source.ts";
import { StepFault } from "../../prep/step-fault.ts";
import { CommandError } from "../define-command.ts";

/** "a=1,b=2" */
export function pairsOf(option: string, text = ""): Readonly<Record<string, string>> {
  const parts = text === "" ? [] : text.split(",");
  return Object.fromEntries(
    parts.map((part) => {
      const at = part.indexOf("=");
      if (at < 1)
        throw new CommandError(`--${option} is "${text}"; give NAME=VALUE, several with commas between them.`, 2);
      return [part.slice(0, at), part.slice(at + 1)];
    }),
  );
}

export const listOf = (text = ""): readonly string[] => (text === "" ? [] : text.split(","));

export const isInS3 = (place: string): boolean => place.startsWith("s3://");

/** The outputs that a run writes, or that of the node that is named by its id, the beginning of it, or its name. @throws CommandError */
export function wantedOutputs(flow: Flow, named: string | undefined): readonly string[] {
  if (named === undefined) {
    const outputs = flowOutputs(flow);
    if (outputs.length > 0) return outputs;
    throw new CommandError("The flow has no step whose rows could be written. Name a node with --node.");
  }
  const found = outputNamed(flow, named);
  if (found !== undefined) return [found];
  const names = flow.nodes.flatMap((node) => [node.id, ...(node.name === undefined ? [] : [node.name])]);
  const meant = nearest(named, names);
  throw new CommandError(
    `The flow has no node "${named}"${meant === undefined ? "." : `; was ${meant} meant?`} Its nodes are shown by: sagebrush flow explain FILE`,
    2,
  );
}

/** The same without those of analyses, which have no rows. @throws CommandError */
export function wantedRows(flow: Flow, named: string | undefined): readonly string[] {
  const analyses = analysisOutputs(flow);
  const outputs = wantedOutputs(flow, named).filter((one) => !analyses.includes(one));
  if (outputs.length > 0) return outputs;
  throw new CommandError("An analysis gives no rows. Name a step with --node.", 2);
}

function outputNamed({ nodes }: Flow, named: string): string | undefined {
  const isIt = (node: FlowNode, words: string) => node.id === words || node.name === words;
  const whole = nodes.find((node) => isIt(node, named));
  if (whole) return `${whole.id}.${whole.outputs[0]?.name ?? "default"}`;
  const at = named.lastIndexOf(".");
  const [before, output] = [named.slice(0, at), named.slice(at + 1)];
  const split = at > 0 ? nodes.find((node) => isIt(node, before)) : undefined;
  if (split) return `${split.id}.${output}`;
  const begun = nodes.filter(({ id }) => id.startsWith(named));
  return begun.length === 1 ? `${begun[0]!.id}.${begun[0]!.outputs[0]?.name ?? "default"}` : undefined;
}

/**
 * The file of each source that the outputs need, on this machine: the one that is given, else one of the source's name
 * beside the flow. @throws CommandError
 */
export function sourcesHere(
  flow: Flow,
  wanted: readonly string[],
  file: string,
  given: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const needed = neededSources(flow, wanted);
  const names = flow.nodes.filter(({ type }) => type === "SOURCE").map(nameOf);
  for (const name of Object.keys(given))
    if (!names.includes(name))
      throw new CommandError(`The flow has no source "${name}". Its sources are: ${names.join(", ")}.`, 2);
  return Object.fromEntries(
    needed.map((name) => {
      const path = given[name] ?? join(dirname(file), basename(name));
      if (isInS3(path) || !existsSync(path))
        throw new CommandError(
          `The rows of the source "${name}" are needed on this machine${isInS3(path) ? `, not in ${path}` : `; there is no ${path}`}. Give --source ${name}=FILE.`,
        );
      return [name, path];
    }),
  );
}

function neededSources({ nodes }: Flow, wanted: readonly string[]): readonly string[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const needed = new Set<string>();
  const wait = wanted.map((output) => output.slice(0, output.lastIndexOf(".")));
  for (let id = wait.pop(); id !== undefined; id = wait.pop()) {
    if (needed.has(id)) continue;
    needed.add(id);
    wait.push(...byId.get(id)!.inputs.map(({ node }) => node));
  }
  return nodes.filter(({ id, type }) => type === "SOURCE" && needed.has(id)).map(nameOf);
}

function nameOf(node: FlowNode): string {
  try {
    return flowSource(node).name;
  } catch (fault) {
    if (!(fault instanceof StepFault)) throw fault;
    throw new FlowFault([`In ${nodeWords(node)}: ${fault.message}`]);
  }
}
