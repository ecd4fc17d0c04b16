import type { FactFinder, ShapeFacts } from "../constraints/shape-facts.ts";
import type { ListShape, MapShape, Shape, StructureShape } from "../schema.ts";
import { lazily } from "./lazily.ts";
import { textReader } from "./text-values.ts";
import { pathName, WrongType, within } from "./wrong-type.ts";
import { elementNameOf, xmlNameOf } from "./xml-names.ts";

/** Makes a reader of forms: "RoleName=r&Tags.member.1.Key=k" becomes a typed structure. Unknown fields are dropped. */
export function formReader(shape: StructureShape, facts: FactFinder): (form: string) => Record<string, unknown> {
  const read = structureReader(shape, facts);
  return (form) => read(readForm(form)) as Record<string, unknown>;
}

/** A node of a form as a tree: the field "Tags.member.1.Key" is four steps deep. */
interface Field {
  value: string | undefined;
  readonly inside: Map<string, Field>;
}

const newField = (): Field => ({ value: undefined, inside: new Map() });
/** The deepest nesting read: no input nests deeper, so a longer name is an unknown field. */
const mostSteps = 32;

function readForm(form: string): Field {
  const root = newField();
  for (const [name, value] of new URLSearchParams(form)) {
    const steps = name.split(".", mostSteps + 1);
    if (steps.length > mostSteps) continue;
    let field = root;
    for (const step of steps) {
      let next = field.inside.get(step);
      if (!next) {
        next = newField();
        field.inside.set(step, next);
      }
      field = next;
    }
    field.value = value;
  }
  return root;
}

type FieldReader = (field: Field) => unknown;

function fieldReader(shape: Shape, own: ShapeFacts, facts: FactFinder): FieldReader {
  switch (shape.kind) {
    case "structure":
      return structureReader(shape, facts);
    case "list":
      return listReader(shape, own, facts);
    case "map":
      return mapReader(shape, own, facts);
    default: {
      const read = textReader(shape, own, "date-time");
      return (field) => {
        if (field.value === undefined) throw new WrongType("Fields found where a value is expected");
        return read(field.value);
      };
    }
  }
}

function structureReader(shape: StructureShape, facts: FactFinder): FieldReader {
  const members = lazily(() =>
    shape.members.map((member) => ({
      name: member.name,
      wireName: xmlNameOf(member),
      droppable: !member.required && (member.shape.kind === "list" || member.shape.kind === "map"),
      read: fieldReader(member.shape, facts.ofMember(shape.name, member.name), facts),
    })),
  );
  return (field) => {
    const structure: Record<string, unknown> = {};
    for (const { name, wireName, droppable, read } of members()) {
      const given = field.inside.get(wireName);
      if (!given || (droppable && given.inside.size === 0)) continue;
      try {
        structure[name] = read(given);
      } catch (error) {
        throw within(pathName(name), error);
      }
    }
    return structure;
  };
}

/** Reads "Name.member.1" or, flattened, "Name.1"; elements are in ascending order, gaps closed. */
function listReader(shape: ListShape, own: ShapeFacts, facts: FactFinder): FieldReader {
  const read = fieldReader(shape.element.shape, facts.named(own.element), facts);
  const inner = elementNameOf(shape.element, "member");
  return (field) =>
    numbered(field.inside.get(inner) ?? field).map((element, index) => {
      try {
        return read(element);
      } catch (error) {
        throw within(`${index + 1}.member`, error);
      }
    });
}

/** Reads "Name.entry.1.key" and "Name.entry.1.value", or the same without "entry". */
function mapReader(shape: MapShape, own: ShapeFacts, facts: FactFinder): FieldReader {
  const read = fieldReader(shape.value.shape, facts.named(own.value), facts);
  const keyName = elementNameOf(shape.key, "key");
  const valueName = elementNameOf(shape.value, "value");
  return (field) => {
    const entries: [string, unknown][] = [];
    for (const entry of numbered(field.inside.get("entry") ?? field)) {
      const key = entry.inside.get(keyName)?.value;
      const value = entry.inside.get(valueName);
      if (key !== undefined && value) entries.push([key, read(value)]);
    }
    return Object.fromEntries(entries);
  };
}

const numbered = (field: Field): Field[] =>
  [...field.inside]
    .filter(([step]) => /^\d{1,9}$/.test(step))
    .sort(([one], [other]) => Number(one) - Number(other))
    .map(([, inside]) => inside);
