import { nearest } from "../../base/nearest.ts";
import { isObject, type JsonObject, objectOf } from "../json-object.ts";
import { type Flow, FlowFault, type FlowNode, type FlowParameter, type NodeType, type Sampling } from "./flow.ts";
import { rangeText } from "./key-pattern.ts";
import { plainOf, readLossless } from "./lossless-json.ts";
import { orderNodes } from "./order-nodes.ts";

const nodeTypes = ["SOURCE", "TRANSFORM", "VISUALIZATION", "DESTINATION", "DATASET"] as const;
const parameterTypes = ["String", "Number", "Pattern", "Datetime"] as const;

/**
 * Reads a flow. A template of Python's `string.Template` (`${bucket}`, every real `$` doubled) is read as the flow that it
 * stands for, its places left as they are. @throws FlowFault with all that is wrong
 */
export function readFlow(text: string): Flow {
  const file = parse(text);
  const problems: string[] = [];
  if (!isObject(file) || !Array.isArray(file.nodes))
    throw new FlowFault([
      'The file is no flow: it has no list "nodes". A flow is exported by Data Wrangler as a .flow file.',
    ]);
  const version = isObject(file.metadata) ? file.metadata.version : undefined;
  if (version !== undefined && version !== 1)
    problems.push(
      `The flow has version ${JSON.stringify(version)}; version 1 is read here. Export it again with version 1.`,
    );
  const nodes = file.nodes.map((node, index) => readNode(plainOf(node), index, problems));
  const ids = new Map<string, FlowNode>();
  for (const node of nodes) {
    if (ids.has(node.id)) problems.push(`Two nodes have the node_id ${JSON.stringify(node.id)}; give each its own.`);
    ids.set(node.id, node);
  }
  for (const node of nodes) checkInputs(node, ids, problems);
  const parameters = readParameters(plainOf(file.parameters), problems);
  if (problems.length > 0) throw new FlowFault(problems);
  return { file, nodes: orderNodes(nodes), parameters };
}

function parse(text: string): Record<string, unknown> {
  const body = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  // A template doubles every dollar sign that begins no placeholder; a model in base 85 may have two by chance.
  const isTemplate = body.includes("$") && !body.replaceAll(/\$\$|\$\{[A-Za-z_]\w*\}/g, "").includes("$");
  try {
    return readLossless(isTemplate ? body.replaceAll("$$", "$") : body) as Record<string, unknown>;
  } catch (error) {
    throw new FlowFault([`The file is no JSON: ${(error as Error).message}.`]);
  }
}

function readNode(node: unknown, index: number, problems: string[]): FlowNode {
  const given = objectOf(node);
  const text = (name: string): string => {
    const value = given[name];
    if (typeof value === "string" && value !== "") return value;
    problems.push(`Node ${index + 1} of the flow has no text ${JSON.stringify(name)}.`);
    return "";
  };
  const id = text("node_id");
  const type = text("type");
  if (type !== "" && !nodeTypes.includes(type as NodeType))
    problems.push(`The node ${id} has the type ${JSON.stringify(type)}; the types are ${nodeTypes.join(", ")}.`);
  const list = (name: string): readonly JsonObject[] => {
    const value = given[name];
    return Array.isArray(value) ? value.map(objectOf) : [];
  };
  return {
    id,
    type: type as NodeType,
    operator: text("operator"),
    ...(typeof given.name === "string" && given.name !== "" && { name: given.name }),
    parameters: objectOf(given.parameters),
    trained: objectOf(given.trained_parameters),
    inputs: list("inputs").map((input) => ({
      node: String(input.node_id ?? ""),
      output: String(input.output_name ?? "default"),
    })),
    outputs: list("outputs").map((output) => {
      const sampling = readSampling(output.sampling, id, problems);
      return { name: String(output.name ?? "default"), ...(sampling && { sampling }) };
    }),
  };
}

function checkInputs({ id, inputs, type }: FlowNode, nodes: ReadonlyMap<string, FlowNode>, problems: string[]): void {
  if (type === "SOURCE" && inputs.length > 0)
    problems.push(`The node ${id} is a source and reads another node; a source reads none.`);
  if (type !== "SOURCE" && inputs.length === 0)
    problems.push(`The node ${id} has no input; name the node that it reads in its "inputs".`);
  for (const input of inputs) {
    const from = nodes.get(input.node);
    if (from === undefined) {
      const meant = nearest(input.node, [...nodes.keys()]);
      problems.push(
        `The node ${id} reads the node ${JSON.stringify(input.node)}, which the flow does not have${meant ? `; was ${meant} meant?` : "."}`,
      );
    } else if (!from.outputs.some(({ name }) => name === input.output) && input.output !== "default")
      problems.push(
        `The node ${id} reads the output ${JSON.stringify(input.output)} of the node ${input.node}; its outputs are ${from.outputs.map(({ name }) => name).join(", ")}.`,
      );
  }
}

/** As flows spell it. By AWS's own names a count is a random sample, and a limit has the first rows. */
function readSampling(given: unknown, id: string, problems: string[]): Sampling | undefined {
  if (!isObject(given)) return undefined;
  const method = given.sampling_method;
  const rows = Number(given.limit_rows ?? given.sample_size);
  const seed = Number(given.seed ?? 0);
  const hasRows = Number.isSafeInteger(rows) && rows > 0;
  if (method === undefined || method === null || method === "none") return undefined;
  if (method === "sample_by_limit" && hasRows) return { method: "limit", rows };
  if (method === "sample_by_count" && hasRows) return { method: "random", rows, seed };
  const column = given.stratify_column ?? given.stratified_column;
  if (/^sample_by_strat/.test(String(method)) && hasRows && typeof column === "string" && column !== "")
    return { method: "stratified", rows, seed, column };
  const ratio = Number(given.sample_ratio);
  if (method === "sample_by_ratio" && ratio > 0 && ratio <= 1)
    return ratio === 1 ? undefined : { method: "ratio", ratio, seed };
  problems.push(
    `The sampling of the node ${id} is ${JSON.stringify(given)}; give sample_by_limit with limit_rows, sample_by_count with sample_size, sample_by_ratio with sample_ratio above 0 and up to 1, or sample_by_stratification with sample_size and stratify_column.`,
  );
  return undefined;
}

function readParameters(given: unknown, problems: string[]): readonly FlowParameter[] {
  if (!Array.isArray(given)) return [];
  return given.map(objectOf).map((one): FlowParameter => {
    const name = String(one.name ?? "");
    const type = parameterTypes.find((known) => known.toLowerCase() === String(one.type ?? "String").toLowerCase());
    if (name === "" || type === undefined)
      problems.push(
        `A parameter of the flow is ${JSON.stringify(one)}; give a name and one of the types ${parameterTypes.join(", ")}.`,
      );
    const value = rangeText(one.value ?? one.default_value ?? one.default);
    const format = one.format ?? one.date_format ?? one.datetime_format;
    return {
      name,
      type: type ?? "String",
      ...(value !== undefined && { value }),
      ...(typeof format === "string" && { format }),
    };
  });
}
