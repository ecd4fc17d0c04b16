import type { StructureShape } from "../../../src/wire/schema.ts";

/**
 * Returns an input in which every structure that is required is there, so that what it lacks is found at its own
 * members and not as one lack of the whole.
 */
export function withRequired(shape: StructureShape, value: object | undefined): object {
  const made: Record<string, unknown> = { ...value };
  for (const { name, shape: inner, required } of shape.members) {
    if (inner.kind !== "structure" || inner.union) continue;
    if (made[name] !== undefined || required) made[name] = withRequired(inner, made[name] as object | undefined);
  }
  return made;
}
