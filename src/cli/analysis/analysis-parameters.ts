import { nearest } from "../../base/nearest.ts";
import type { Analysis } from "../../prep/define-analysis.ts";
import type { Json } from "../../prep/define-transform.ts";
import { reportNode } from "../../prep/insights/report-params.ts";
import type { JsonObject } from "../../prep/json-object.ts";
import { blockOf, readUnit } from "../../prep/read-step.ts";
import { StepFault } from "../../prep/step-fault.ts";
import { CommandError } from "../define-command.ts";

/** Reads "x_axis=age color_by=sex" as the parameters of an analysis's node. @throws CommandError */
export function analysisParameters(name: string, words: readonly string[], analyses: readonly Analysis[]): JsonObject {
  const units = analyses.filter(({ operator }) => operator === name);
  if (name === reportNode.operator)
    throw new CommandError("A Data Quality and Insights Report is made by: sagebrush report TABLE.", 2);
  if (units.length === 0) {
    const names = [...new Set(analyses.map(({ operator }) => operator))].sort();
    const meant = nearest(name, names);
    throw new CommandError(
      `There is no analysis "${name}"${meant ? `; was ${meant} meant?` : "."} The analyses are: ${names.join(", ")}.`,
      2,
    );
  }
  const given: Record<string, Json> = {};
  for (const word of words) {
    const at = word.indexOf("=");
    if (at < 1)
      throw new CommandError(`"${word}" is no parameter; give NAME=VALUE, such as ${exampleOf(units[0]!)}.`, 2);
    if (Object.hasOwn(given, word.slice(0, at)))
      throw new CommandError(`${word.slice(0, at)} is given twice; give it once.`, 2);
    given[word.slice(0, at)] = valueOfWord(word.slice(at + 1));
  }
  // The parameters of a variant are in its block.
  const unit = units.find(({ variant = [] }) => variant.every((choice) => given[choice.name] === choice.is));
  const chosen = new Set(unit?.variant?.map((choice) => choice.name));
  const own = Object.fromEntries(Object.entries(given).filter(([key]) => !chosen.has(key)));
  const known = new Set(
    units.flatMap(({ params, variant = [] }) => [...Object.keys(params), ...variant.map((one) => one.name)]),
  );
  const strange = Object.keys(given).find((key) => !known.has(key));
  if (strange !== undefined)
    throw new CommandError(`${name} has no parameter "${strange}"; its parameters are ${[...known].join(", ")}.`, 2);
  const parameters = (unit?.variant ?? []).reduceRight<JsonObject>(
    (inner, { block, is, name: choice }) => ({
      [choice]: is,
      [block ?? blockOf(is)]: inner,
    }),
    own,
  );
  // What is wrong with a value is said before anything is read.
  try {
    readUnit(name, parameters, units);
  } catch (error) {
    if (error instanceof StepFault) throw new CommandError(error.message, 2);
    throw error;
  }
  return parameters;
}

const exampleOf = ({ params }: Analysis): string =>
  `${Object.keys(params).find((name) => params[name]!.required) ?? "seed"}=VALUE`;

/** A list is written as JSON: ["a", "b"]. */
function valueOfWord(text: string): Json {
  if (!text.startsWith("[") && !text.startsWith("{")) return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
