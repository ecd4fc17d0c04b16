import { JsonError, parseJson } from "../../data/json.ts";
import { listOf, MemberError, numbersOf, objectOf, textOf } from "../../data/members.ts";
import { MxnetError, readMxnetArrays } from "../../data/mxnet-arrays.ts";
import { readZip, ZipError } from "../../data/zip.ts";
import { ModelError } from "../../define-algorithm.ts";

/** A linear model: scores of a row x are `link(x . weights + bias)`, one a class for several classes. */
export interface LinearModel {
  readonly predictor: "binary_classifier" | "multiclass_classifier" | "regressor";
  readonly columns: number;
  readonly outputs: number;
  /** Weight of column c for output o at `c * outputs + o`. */
  readonly weights: Float64Array;
  readonly bias: Float64Array;
  readonly link: Link;
  /** A score above it is class 1. */
  readonly threshold: number;
}

type Link = "same" | "sigmoid" | "softmax";

/** What the last operation of the network makes of the sums. */
const links: Readonly<Record<string, Link>> = {
  LogisticRegressionOutput: "sigmoid",
  LinearRegressionOutput: "same",
  MAERegressionOutput: "same",
  SVMOutput: "same",
  SoftmaxOutput: "softmax",
  Softmax: "softmax",
  sigmoid: "sigmoid",
  softmax: "softmax",
};
const sums = new Set(["broadcast_add", "broadcast_plus", "elemwise_add", "_Plus", "_plus"]);

/** Reads `model_algo-1` of AWS's linear-learner: a ZIP of the network, its parameters, and what was learned of the threshold. */
export function readLinearModel(bytes: Uint8Array): LinearModel {
  try {
    const members = readZip(bytes);
    const more = objectOf(json(members, "additional-params.json"), "additional-params.json");
    const network = objectOf(json(members, "mx-mod-symbol.json"), "mx-mod-symbol.json");
    const arrays = readMxnetArrays(member(members, "mx-mod-0000.params"));
    return modelOf(network, (name) => arrays.get(`arg:${name}`), more);
  } catch (error) {
    if (error instanceof ModelError) throw error;
    const what = "The model file is no model of AWS's linear-learner, or damaged";
    const known = readErrors.some((one) => error instanceof one);
    // What the language says of its own is for the log alone.
    throw new ModelError(known ? `${what}: ${(error as Error).message}` : `${what}.`, { cause: error });
  }
}

const readErrors = [ZipError, MxnetError, JsonError, MemberError];

function member(members: ReadonlyMap<string, Uint8Array>, name: string): Uint8Array {
  const found = members.get(name);
  if (!found) throw new ZipError(`it has no member ${name}, only ${[...members.keys()].join(", ") || "none"}`);
  return found;
}

function json(members: ReadonlyMap<string, Uint8Array>, name: string): unknown {
  try {
    return parseJson(member(members, name));
  } catch (error) {
    if (error instanceof JsonError) throw new JsonError(`${name}: ${error.message}`);
    throw error;
  }
}

type ArrayOf = (name: string) => { readonly shape: readonly number[]; readonly values: Float64Array } | undefined;
type Members = Readonly<Record<string, unknown>>;

function modelOf(network: Members, arrayOf: ArrayOf, more: Members): LinearModel {
  const { threshold = 0.5, predictor_type: predictor } = more;
  if (predictor !== "binary_classifier" && predictor !== "multiclass_classifier" && predictor !== "regressor")
    throw new ModelError(`The model's predictor_type is ${named(predictor)}, which linear-learner does not have.`);
  if (typeof threshold !== "number") throw new MemberError("its threshold is no number");
  const { nodeAt, head } = graphOf(network);
  let at = nodeAt(head);
  let link: Link = "same";
  const known = Object.hasOwn(links, at.op) ? links[at.op] : undefined;
  if (known) {
    link = known;
    at = at.input(0);
  }
  let bias: Float64Array | undefined;
  if (sums.has(at.op)) {
    bias = parameter(at.input(1).name, arrayOf).values;
    at = at.input(0);
  }
  const { op, name } = at;
  if (op !== "dot" && op !== "FullyConnected")
    throw new ModelError(`The model's network has the operation ${op} (${name}), which no linear model has.`);
  const { shape, values } = parameter(at.input(1).name, arrayOf);
  if (at.count > 2) bias = parameter(at.input(2).name, arrayOf).values;
  const [rows = 1, other = 1] = shape;
  // A dot product has a column for each output, a layer a row.
  const [columns, outputs] = op === "dot" ? [rows, other] : [other, rows];
  const weights =
    op === "dot"
      ? values
      : Float64Array.from(values, (_, index) => values[(index % outputs) * columns + Math.floor(index / outputs)]!);
  bias ??= new Float64Array(Math.min(outputs, values.length));
  if (outputs < 1 || columns < 1 || bias.length !== outputs || weights.length !== columns * outputs)
    throw new ModelError("The model file is damaged: its weights and its bias do not fit together.");
  return { predictor, columns, outputs, weights, bias, link, threshold };
}

function parameter(name: string, arrayOf: ArrayOf) {
  const array = arrayOf(name);
  if (!array) throw new ModelError(`The model file is damaged: it has no parameter ${name}.`);
  return array;
}

interface Node {
  readonly op: string;
  readonly name: string;
  /** How many inputs it has. */
  readonly count: number;
  input(index: number): Node;
}

/** Reads the nodes of a network and their inputs, which are named by their places in the list. */
function graphOf(network: Members) {
  const nodes = listOf(network.nodes, "nodes");
  const heads = listOf(network.heads, "heads");
  const first = (value: unknown, where: string): number => numbersOf(value, where)[0] ?? -1;
  function nodeAt(index: number): Node {
    const where = `nodes[${index}]`;
    const node = objectOf(nodes[index], where);
    const inputs = listOf(node.inputs, `${where}.inputs`);
    return {
      op: textOf(node.op, `${where}.op`),
      name: textOf(node.name, `${where}.name`),
      count: inputs.length,
      input: (one) => nodeAt(first(inputs[one], `${where}.inputs[${one}]`)),
    };
  }
  return { nodeAt, head: first(heads[0], "heads[0]") };
}

const named = (value: unknown): string =>
  typeof value === "string" ? value : value === undefined ? "missing" : "no text";
