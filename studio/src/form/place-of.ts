import type { FactFinder, ShapeFacts } from "../../../src/wire/constraints/shape-facts.ts";
import type { Member, Shape, Slot, StructureShape } from "../../../src/wire/schema.ts";

/** What the schema says of the place of a field. */
export interface Place {
  readonly slot: Slot;
  readonly required: boolean;
  readonly facts: ShapeFacts;
}

export const fieldPath = (field: string | { readonly member: string }): string =>
  typeof field === "string" ? field : field.member;

/** Finds the place of a path in a structure. */
export function placeOf(structure: StructureShape, path: string, facts: FactFinder): Place | undefined {
  let shape: Shape = structure;
  let place: Place | undefined;
  let required = true;
  for (const step of path.split(".")) {
    if (shape.kind === "list") {
      place = { slot: shape.element, required: true, facts: facts.named(place?.facts.element) };
    } else if (shape.kind === "structure") {
      const member: Member | undefined = shape.members.find(({ name }) => name === step);
      if (!member) return undefined;
      required &&= member.required;
      place = { slot: member, required, facts: facts.ofMember(shape.name, step) };
    } else return undefined;
    shape = place.slot.shape;
  }
  return place;
}

export const isScalar = ({ kind }: Shape) => kind !== "structure" && kind !== "list" && kind !== "map";
