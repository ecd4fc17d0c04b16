import { nearest } from "../../base/nearest.ts";
import type { Json } from "../define-transform.ts";
import { type JsonObject, objectOf } from "../json-object.ts";
import { StepFault } from "../step-fault.ts";
import { type Flow, FlowFault, type FlowNode, type FlowParameter, nodeWords } from "./flow.ts";
import { keyPatternMember } from "./flow-source.ts";
import { fillPath } from "./key-pattern.ts";

/**
 * Returns the flow with the values of its parameters in place of `{{name}}`. In the path of a source, patterns and times
 * become the pattern of the keys that are read.
 *
 * @param now when the job starts, in milliseconds since 1970; relative ranges of times end then
 * @throws FlowFault
 */
export function fillParameters(flow: Flow, overrides: Readonly<Record<string, string>>, now?: number): Flow {
  const values = new Map(flow.parameters.map(({ name, value }) => [name, value]));
  const problems: string[] = [];
  for (const [name, value] of Object.entries(overrides)) {
    const parameter = flow.parameters.find((one) => one.name === name);
    if (parameter === undefined) {
      const meant = nearest(name, [...values.keys()]);
      problems.push(`The flow has no parameter ${JSON.stringify(name)}${meant ? `; was ${meant} meant?` : "."}`);
    } else if (parameter.type === "Number" && !Number.isFinite(Number(value || "x")))
      problems.push(`The parameter ${name} is ${JSON.stringify(value)}; give a number.`);
    values.set(name, value);
  }
  const given = flow.parameters.map((one): FlowParameter => {
    const value = values.get(one.name);
    return value === undefined ? one : { ...one, value };
  });
  const nodes = flow.nodes.map((node) => ({
    ...node,
    parameters: fill(filledPath(node, given, now, problems), (name) => {
      const value = values.get(name);
      if (value === undefined && !values.has(name)) return undefined;
      if (value === undefined) problems.push(`The parameter ${name} has no value; give it one when the flow is run.`);
      return value ?? "";
    }) as JsonObject,
  }));
  if (problems.length > 0) throw new FlowFault(problems);
  return { ...flow, nodes };
}

/** The parameters of a node with the path of a source filled in. */
function filledPath(
  node: FlowNode,
  parameters: readonly FlowParameter[],
  now: number | undefined,
  problems: string[],
): JsonObject {
  const definition = objectOf(node.parameters.dataset_definition);
  const context = objectOf(definition.s3ExecutionContext);
  if (node.type !== "SOURCE" || typeof context.s3Uri !== "string" || parameters.length === 0) return node.parameters;
  try {
    const { pattern, uri } = fillPath(context.s3Uri, parameters, now);
    if (pattern === undefined) return node.parameters;
    const filled = { ...context, s3Uri: uri, [keyPatternMember]: pattern as unknown as JsonObject };
    return { ...node.parameters, dataset_definition: { ...definition, s3ExecutionContext: filled } };
  } catch (error) {
    if (!(error instanceof StepFault)) throw error;
    problems.push(`In ${nodeWords(node)}: ${error.message}`);
    return node.parameters;
  }
}

/** Texts of braces that name no parameter are left: user code has them. */
function fill(value: Json, lookUp: (name: string) => string | undefined): Json {
  if (typeof value === "string")
    return value.replaceAll(/\{\{\s*([A-Za-z_]\w*)\s*\}\}/g, (all, name: string) => lookUp(name) ?? all);
  if (Array.isArray(value)) return value.map((one) => fill(one, lookUp));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, fill(member, lookUp)]));
}
