import type { Json, Row, Transform } from "./define-transform.ts";
import { trainedOf } from "./read-step.ts";
import type { Relation } from "./sql/relation.ts";

/** Answers a query of a fit. */
export type Ask = (query: Relation) => Promise<readonly Row[]>;

/**
 * Returns what a step learns from its input: null where it learns nothing. Where the flow says what the step was trained
 * to (`trained_parameters`, their models decoded), that is kept and nothing is asked.
 */
export async function learnStep(
  transform: Transform,
  input: Relation,
  values: Readonly<Record<string, unknown>>,
  ask: Ask,
  trained?: Json,
): Promise<Json> {
  const { fit } = transform;
  if (fit === undefined) return null;
  const known = trainedOf(transform, trained);
  const read = known === undefined ? undefined : fit.read?.(known, values);
  if (read !== undefined) return read as Json;
  const answers: Record<string, readonly Row[]> = {};
  for (const [name, query] of Object.entries(fit.asks(input, values))) answers[name] = await ask(query);
  return fit.learn(answers, values, input) as Json;
}
