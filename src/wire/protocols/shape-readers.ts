import type { FactFinder, ShapeFacts } from "../constraints/shape-facts.ts";
import type { Member, ScalarShape, Shape, StructureShape } from "../schema.ts";
import { pathName } from "./wrong-type.ts";

/** A member as its structure reads it. */
export interface MemberReader<Reader> {
  readonly name: string;
  /** Its name in the path of a refusal. */
  readonly path: string;
  /** An optional list or map, which is dropped when it is empty. */
  readonly droppable: boolean;
  readonly read: Reader;
}

/** How a protocol reads each form of a value. */
export interface ReaderForms<Reader> {
  structure(members: ReadonlyMap<string, MemberReader<Reader>>): Reader;
  list(element: Reader): Reader;
  map(value: Reader): Reader;
  scalar(shape: ScalarShape, facts: ShapeFacts): Reader;
}

export type ShapeReaders<Reader> = (shape: Shape, facts: ShapeFacts) => Reader;

/** Makes the readers of shapes, each structure's once. `nameOf` returns the name of a member in the protocol. */
export function createShapeReaders<Reader>(
  facts: FactFinder,
  forms: ReaderForms<Reader>,
  nameOf: (member: Member) => string = ({ name }) => name,
): ShapeReaders<Reader> {
  const structures = new Map<StructureShape, Reader>();

  function structureReader(shape: StructureShape): Reader {
    const known = structures.get(shape);
    if (known) return known;
    const members = new Map<string, MemberReader<Reader>>();
    const read = forms.structure(members);
    // Before its members are known, because a structure may contain itself.
    structures.set(shape, read);
    for (const member of shape.members) {
      const { name } = member;
      const droppable = !member.required && (member.shape.kind === "list" || member.shape.kind === "map");
      const memberReader = reader(member.shape, facts.ofMember(shape.name, name));
      members.set(nameOf(member), { name, path: pathName(name), droppable, read: memberReader });
    }
    return read;
  }

  function reader(shape: Shape, own: ShapeFacts): Reader {
    switch (shape.kind) {
      case "structure":
        return structureReader(shape);
      case "list":
        return forms.list(reader(shape.element.shape, facts.named(own.element)));
      case "map":
        return forms.map(reader(shape.value.shape, facts.named(own.value)));
      default:
        return forms.scalar(shape, own);
    }
  }

  return reader;
}
