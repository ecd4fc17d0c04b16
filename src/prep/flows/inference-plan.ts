import type { Column, TypeKind } from "../column-type.ts";
import type { Json } from "../define-transform.ts";
import { filtersBy, isRowWise } from "../sql/is-row-wise.ts";
import type { Relation } from "../sql/relation.ts";
import { StepFault } from "../step-fault.ts";
import type { ExportedFlow, ExportStep } from "./export/export-step.ts";
import { FlowFault, type FlowNode, nodeWords, operatorName } from "./flow.ts";

/** A flow as it treats the rows of requests: what `flow export --to transform` keeps, and `serve-flow.ts` does. */
export interface InferencePlan {
  readonly format: 1;
  /** What people call the flow, and the output whose rows are answered. */
  readonly flow: string;
  readonly output: string;
  /** The columns of a request's rows, in their order. */
  readonly columns: readonly Column[];
  /** Columns that the steps know and that requests do not have: they are null. */
  readonly absent: readonly Column[];
  readonly steps: readonly InferenceStep[];
  /** The columns of an answer's rows, in their order. */
  readonly answers: readonly string[];
}

export interface InferenceStep {
  readonly node: FlowNode;
  /** What the step learned before; null where it learns nothing. */
  readonly learned: Json;
  /** Of code of Python: columns of whole numbers that had a missing one, which pandas has as floats; and what it gave. */
  readonly code?: { readonly floats: readonly string[]; readonly gives: readonly Column[] };
}

export const inferencePlanFile = "inference.json";

/** What a step is, with what was learned of all rows. */
export interface LearnedFlow {
  readonly exported: ExportedFlow;
  readonly learned: ReadonlyMap<string, Json>;
  /** Of each step that is code: columns of whole numbers that had a missing one. */
  readonly floats: ReadonlyMap<string, readonly string[]>;
}

/** A step that chooses rows for training, and leaves each as it is: rows of requests go by. */
const trainingOnly = new Set(["sampling", "balance_data", "split", "manage_rows"]);
const sendable: readonly TypeKind[] = ["text", "long", "double", "boolean", "date", "timestamp"];

/**
 * Plans how a flow treats single rows. Steps that choose rows for training are left out, and those that drop rows by the
 * target. @throws FlowFault for steps that need other rows
 */
export function planInference(
  { exported, floats, learned }: LearnedFlow,
  target: string | undefined,
  without: readonly string[],
): { readonly plan: InferencePlan; readonly notes: readonly string[] } {
  const [output, ...more] = exported.outputs;
  if (output === undefined || more.length > 0)
    throw new FlowFault([
      `The flow has ${exported.outputs.length} outputs (${exported.outputs.map(({ name }) => name).join(", ")}); name one with --node.`,
    ]);
  const [source, ...steps] = exported.steps;
  const problems: string[] = [];
  const notes: string[] = [];
  if (source?.does.kind !== "source" || steps.some(({ does }) => does.kind === "source"))
    throw new FlowFault([
      "A transform beside a model has one source; this flow has several. Name a step before they meet with --node.",
    ]);
  const kept = steps.flatMap(({ does, node, title }): InferenceStep[] => {
    if (does.kind === "code") {
      notes.push(
        `In ${nodeWords(node)}: the code is run on the rows of each request; it must treat each row by itself.`,
      );
      const code = { floats: floats.get(node.id) ?? [], gives: does.columns };
      return [{ node: plainNode(node), learned: null, code }];
    }
    const [first] = does.kind === "relation" ? does.outputs : [];
    if (first === undefined) return [];
    const way = wayOf({ node, title, does }, first.rows, target);
    if (way.kind === "refused") problems.push(`In ${nodeWords(node)}: ${way.why}`);
    if (way.kind === "left out") notes.push(`In ${nodeWords(node)}: ${way.why}`);
    return way.kind === "done" ? [{ node: plainNode(node), learned: learned.get(node.id) ?? null }] : [];
  });
  const read = source.does.rows.columns;
  const own = new Set(source.does.columns.map(({ name }) => name));
  const isAbsent = ({ name }: Column) => name === target || !own.has(name);
  const columns = read.filter((one) => !isAbsent(one));
  for (const { name, type } of columns)
    if (!sendable.includes(type.kind))
      problems.push(
        `The column ${JSON.stringify(name)} of the source is a ${type.kind}, which a row of a request cannot have.`,
      );
  const given = output.rows.columns.map(({ name }) => name);
  for (const name of [...(target === undefined ? [] : [target]), ...without])
    if (!given.includes(name) && !read.some((one) => one.name === name))
      problems.push(`There is no column ${JSON.stringify(name)}. The columns of the output are: ${given.join(", ")}.`);
  const answers = given.filter((name) => name !== target && !without.includes(name));
  if (answers.length === 0) problems.push("No column is left to answer.");
  if (problems.length > 0) throw new FlowFault(problems);
  const plan: InferencePlan = {
    ...{ format: 1, flow: exported.name, output: output.name, columns, steps: kept, answers },
    absent: read.filter(isAbsent),
  };
  return { plan, notes };
}

/** What AWS left of trained models is decoded already. */
const plainNode = (node: FlowNode): FlowNode => ({ ...node, trained: {} });

function wayOf(
  { node }: ExportStep,
  rows: Relation,
  target: string | undefined,
): { readonly kind: "done" } | { readonly kind: "left out" | "refused"; readonly why: string } {
  if (!isRowWise(rows)) {
    if (trainingOnly.has(operatorName(node.operator)))
      return { kind: "left out", why: "it chooses or orders rows for training, and is left out." };
    const why =
      "it makes a row of other rows, which a request does not have. Export a step before it with --node, or leave it out of the flow.";
    return { kind: "refused", why };
  }
  if (target !== undefined && filtersBy(rows, target)) {
    const why = `it drops rows by ${JSON.stringify(target)}, which rows of requests do not have, and is left out.`;
    return { kind: "left out", why };
  }
  return { kind: "done" };
}

/** @throws StepFault for a file that is no plan */
export function readInferencePlan(text: string): InferencePlan {
  const plan = JSON.parse(text) as InferencePlan;
  if (plan.format === 1) return plan;
  throw new StepFault(
    `The file ${inferencePlanFile} has format ${JSON.stringify(plan.format)}; format 1 is read here. Export the flow again.`,
  );
}
