import type { Json } from "../define-transform.ts";

/** Returns a member of what a step was trained to. */
export const trainedMember = (trained: Json | undefined, name: string): Json | undefined =>
  typeof trained === "object" && trained !== null && !Array.isArray(trained)
    ? (trained as { readonly [member: string]: Json })[name]
    : undefined;

/**
 * Returns a list of a fitted model that a step was trained to: `scaler_model`, `std`. A model that is not decoded has none.
 */
function listOf(trained: Json, model: string, member: string): readonly Json[] | undefined {
  const list = trainedMember(trainedMember(trained, model), member);
  return Array.isArray(list) ? (list as readonly Json[]) : undefined;
}

/** The numbers of such a list. */
export function trainedNumbers(trained: Json, model: string, member: string): readonly number[] | undefined {
  const list = listOf(trained, model, member);
  return list?.every((one) => typeof one === "number") ? (list as readonly number[]) : undefined;
}

/** The texts of such a list. */
export function trainedTexts(trained: Json, model: string, member: string): readonly string[] | undefined {
  const list = listOf(trained, model, member);
  return list?.every((one) => typeof one === "string") ? (list as readonly string[]) : undefined;
}

/** The labels of the string indexer that a step was trained to, the most frequent first. */
export function trainedLabels(trained: Json): readonly string[] | undefined {
  const labels = listOf(trained, "string_indexer_model", "labels")?.[0];
  return Array.isArray(labels) && labels.every((one) => typeof one === "string")
    ? (labels as readonly string[])
    : undefined;
}

/** The text whose SHA-1 marks what was trained: the parameters that it was trained for, as Python's `json.dumps` sorts and writes them. */
export function markedText(parameters: Readonly<Record<string, Json>>): string {
  const members = Object.entries(parameters).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`).join(", ")}}`;
}
