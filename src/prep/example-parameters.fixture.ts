import type { Json, Transform } from "./define-transform.ts";
import { blockOf } from "./read-step.ts";

/** Returns the parameters of an example as the step of a flow has them: those of a variant are in its block. */
export function exampleParameters(
  { variant = [] }: Transform,
  values: Readonly<Record<string, Json>>,
): Readonly<Record<string, Json>> {
  let inner = values;
  for (const { name, is, block, beside } of variant.toReversed())
    inner = beside ? { ...inner, [name]: is } : { [name]: is, [block ?? blockOf(is)]: inner };
  return inner;
}
