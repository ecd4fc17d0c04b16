import { nearest } from "../../base/nearest.ts";
import type { Json } from "../define-transform.ts";
import type { JsonObject } from "../json-object.ts";
import { type Flow, FlowFault } from "./flow.ts";

/** Returns the flow with the values of its parameters in place of `{{name}}`. @throws FlowFault */
export function fillParameters(flow: Flow, overrides: Readonly<Record<string, string>>): Flow {
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
  const nodes = flow.nodes.map((node) => ({
    ...node,
    parameters: fill(node.parameters, (name) => {
      const value = values.get(name);
      if (value === undefined && !values.has(name)) return undefined;
      if (value === undefined) problems.push(`The parameter ${name} has no value; give it one when the flow is run.`);
      return value ?? "";
    }) as JsonObject,
  }));
  if (problems.length > 0) throw new FlowFault(problems);
  return { ...flow, nodes };
}

/** Texts of braces that name no parameter are left: user code has them. */
function fill(value: Json, lookUp: (name: string) => string | undefined): Json {
  if (typeof value === "string")
    return value.replaceAll(/\{\{\s*([A-Za-z_]\w*)\s*\}\}/g, (all, name: string) => lookUp(name) ?? all);
  if (Array.isArray(value)) return value.map((one) => fill(one, lookUp));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, fill(member, lookUp)]));
}
