import type { FactFinder, ShapeFacts } from "../constraints/shape-facts.ts";
import type { ListShape, MapShape, ScalarShape, Slot, StructureShape } from "../schema.ts";
import { lazily } from "./lazily.ts";
import { textReader } from "./text-values.ts";
import { pathName, within } from "./wrong-type.ts";
import type { XmlElement } from "./xml-document.ts";
import { elementNameOf, xmlNameOf } from "./xml-names.ts";

/** Reads a value from its elements: one element, or one per entry of a flattened list or map. */
export type XmlReader = (elements: readonly XmlElement[]) => unknown;

export function xmlReader(slot: Slot, own: ShapeFacts, facts: FactFinder): XmlReader {
  const { shape } = slot;
  switch (shape.kind) {
    case "structure": {
      const read = lazily(() => structureReader(shape, facts));
      return (elements) => read()(elements);
    }
    case "list":
      return listReader(shape, slot.traits.xmlFlattened !== undefined, own, facts);
    case "map":
      return mapReader(shape, slot.traits.xmlFlattened !== undefined, own, facts);
    default:
      return scalarReader(shape, own);
  }
}

function scalarReader(shape: ScalarShape, own: ShapeFacts): XmlReader {
  const read = textReader(shape, own, "date-time");
  return (elements) => read(elements[0]!.text);
}

function structureReader(shape: StructureShape, facts: FactFinder): XmlReader {
  const members = shape.members.map((member) => ({
    member,
    wireName: xmlNameOf(member),
    read: xmlReader(member, facts.ofMember(shape.name, member.name), facts),
  }));
  return ([element]) => {
    const structure: Record<string, unknown> = {};
    const byName = Map.groupBy(element!.children, (child) => child.name);
    for (const { member, wireName, read } of members) {
      const attribute = member.traits.xmlAttribute === undefined ? undefined : element!.attributes.get(wireName);
      const elements = attribute === undefined ? byName.get(wireName) : [{ ...element!, text: attribute }];
      if (!elements) continue;
      try {
        structure[member.name] = read(elements);
      } catch (error) {
        throw within(pathName(member.name), error);
      }
    }
    return structure;
  };
}

function listReader(shape: ListShape, flattened: boolean, own: ShapeFacts, facts: FactFinder): XmlReader {
  const read = xmlReader(shape.element, facts.named(own.element), facts);
  return (elements) =>
    (flattened ? elements : elements[0]!.children).map((element, index) => {
      try {
        return read([element]);
      } catch (error) {
        throw within(`${index + 1}.member`, error);
      }
    });
}

function mapReader(shape: MapShape, flattened: boolean, own: ShapeFacts, facts: FactFinder): XmlReader {
  const read = xmlReader(shape.value, facts.named(own.value), facts);
  const keyName = elementNameOf(shape.key, "key");
  const valueName = elementNameOf(shape.value, "value");
  return (elements) => {
    const entries: [string, unknown][] = [];
    for (const entry of flattened ? elements : elements[0]!.children) {
      const key = entry.children.find((child) => child.name === keyName);
      const value = entry.children.find((child) => child.name === valueName);
      if (key && value) entries.push([key.text, read([value])]);
    }
    return Object.fromEntries(entries);
  };
}
