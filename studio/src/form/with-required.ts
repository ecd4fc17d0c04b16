import type { Shape, StructureShape } from "../../../src/wire/schema.ts";

/**
 * Returns an input in which every structure that is required is there, so that what it lacks is found at its own
 * members and not as one lack of the whole.
 */
export function withRequired(shape: StructureShape, value: object | undefined): object {
  const made: Record<string, unknown> = { ...value };
  for (const { name, shape: inner, required } of shape.members) {
    const given = made[name];
    if (given !== undefined || (required && inner.kind === "structure" && !inner.union))
      made[name] = completed(inner, given);
  }
  return made;
}

function completed(shape: Shape, value: unknown): unknown {
  if (shape.kind === "structure") return withRequired(shape, value as object | undefined);
  if (shape.kind === "list" && Array.isArray(value)) return value.map((one) => completed(shape.element.shape, one));
  return value;
}
