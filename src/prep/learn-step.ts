import type { Json, Row, Transform } from "./define-transform.ts";
import { trainedOf } from "./read-step.ts";
import { aggregate, type Relation } from "./sql/relation.ts";

/** Answers a query; one over all rows of `input` may keep these before, where each reading of them is work. */
export type Ask = (query: Relation, input?: Relation) => Promise<readonly Row[]>;

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
  const queries = Object.entries(fit.asks(input, values));
  const answers: Record<string, readonly Row[]> = {};
  // What is asked of all rows of one relation is asked at once.
  const whole = Map.groupBy(queries, ([, query]) => (isWhole(query) ? query.input : query));
  for (const asked of whole.values()) {
    if (asked.length === 1) answers[asked[0]![0]] = await ask(asked[0]![1], input);
    else Object.assign(answers, await askAtOnce(asked as readonly [string, Whole][], input, ask));
  }
  return fit.learn(answers, values, input) as Json;
}

type Whole = Extract<Relation, { readonly kind: "aggregate" }>;

const isWhole = (query: Relation): query is Whole => query.kind === "aggregate" && query.keys.length === 0;

async function askAtOnce(
  asked: readonly (readonly [name: string, query: Whole])[],
  input: Relation,
  ask: Ask,
): Promise<Record<string, readonly Row[]>> {
  const values = asked.flatMap(([name, query]) =>
    query.values.map(({ name: member, value }) => ({ name: `${name}.${member}`, value })),
  );
  const [row] = await ask(aggregate(asked[0]![1].input, [], values), input);
  return Object.fromEntries(
    asked.map(([name, query]) => [
      name,
      [Object.fromEntries(query.values.map(({ name: member }) => [member, row![`${name}.${member}`]]))],
    ]),
  );
}
