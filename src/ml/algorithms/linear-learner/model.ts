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

interface Symbol_ {
  readonly nodes: readonly {
    readonly op: string;
    readonly name: string;
    readonly inputs: readonly (readonly number[])[];
  }[];
  readonly heads: readonly (readonly number[])[];
}

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
    const more = json(members, "additional-params.json") as { threshold?: number; predictor_type?: string };
    const network = json(members, "mx-mod-symbol.json") as Symbol_;
    const arrays = readMxnetArrays(member(members, "mx-mod-0000.params"));
    return modelOf(network, (name) => arrays.get(`arg:${name}`), more);
  } catch (error) {
    if (
      error instanceof ZipError ||
      error instanceof MxnetError ||
      error instanceof SyntaxError ||
      error instanceof TypeError
    )
      throw new ModelError(`The model file is no model of AWS's linear-learner, or damaged: ${error.message}`);
    throw error;
  }
}

function member(members: ReadonlyMap<string, Uint8Array>, name: string): Uint8Array {
  const found = members.get(name);
  if (!found) throw new ZipError(`it has no member ${name}, only ${[...members.keys()].join(", ") || "none"}`);
  return found;
}

const json = (members: ReadonlyMap<string, Uint8Array>, name: string): unknown =>
  JSON.parse(new TextDecoder().decode(member(members, name)));

type ArrayOf = (name: string) => { readonly shape: readonly number[]; readonly values: Float64Array } | undefined;

function modelOf(
  { nodes, heads }: Symbol_,
  arrayOf: ArrayOf,
  { threshold = 0.5, predictor_type: predictor }: { threshold?: number; predictor_type?: string },
): LinearModel {
  if (predictor !== "binary_classifier" && predictor !== "multiclass_classifier" && predictor !== "regressor")
    throw new ModelError(`The model's predictor_type is ${predictor}, which linear-learner does not have.`);
  let at = heads[0]![0]!;
  let link: Link = "same";
  const node = (index: number) => nodes[index]!;
  const inputs = (index: number) => node(index).inputs.map(([input]) => input!);
  const known = links[node(at).op];
  if (known) {
    link = known;
    at = inputs(at)[0]!;
  }
  let bias: Float64Array | undefined;
  if (sums.has(node(at).op)) {
    const [left, right] = inputs(at) as [number, number];
    bias = parameter(node(right).name, arrayOf).values;
    at = left;
  }
  const { op, name } = node(at);
  if (op !== "dot" && op !== "FullyConnected")
    throw new ModelError(`The model's network has the operation ${op} (${name}), which no linear model has.`);
  const [, weight, offset] = inputs(at);
  const { shape, values } = parameter(node(weight!).name, arrayOf);
  if (offset !== undefined) bias = parameter(node(offset).name, arrayOf).values;
  const [rows = 1, other = 1] = shape;
  // A dot product has a column for each output, a layer a row.
  const [columns, outputs] = op === "dot" ? [rows, other] : [other, rows];
  const weights =
    op === "dot"
      ? values
      : Float64Array.from(values, (_, index) => values[(index % outputs) * columns + Math.floor(index / outputs)]!);
  bias ??= new Float64Array(outputs);
  if (bias.length !== outputs || weights.length !== columns * outputs)
    throw new ModelError("The model file is damaged: its weights and its bias do not fit together.");
  return { predictor, columns, outputs, weights, bias, link, threshold };
}

function parameter(name: string, arrayOf: ArrayOf) {
  const array = arrayOf(name);
  if (!array) throw new ModelError(`The model file is damaged: it has no parameter ${name}.`);
  return array;
}
