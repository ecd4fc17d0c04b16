import type { Json, Row, Transform } from "./define-transform.ts";
import type { Relation } from "./sql/relation.ts";

/** Answers a query of a fit. */
export type Ask = (query: Relation) => Promise<readonly Row[]>;

/** Returns what a step learns from its input: null where it learns nothing. */
export async function learnStep(
  { fit }: Transform,
  input: Relation,
  values: Readonly<Record<string, unknown>>,
  ask: Ask,
): Promise<Json> {
  if (fit === undefined) return null;
  const answers: Record<string, readonly Row[]> = {};
  for (const [name, query] of Object.entries(fit.asks(input, values))) answers[name] = await ask(query);
  return fit.learn(answers, values) as Json;
}
