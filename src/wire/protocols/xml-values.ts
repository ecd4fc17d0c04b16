import type { FactFinder, ShapeFacts } from "../constraints/facts.ts";
import type { ListShape, MapShape, Member, ScalarShape, Slot, StructureShape } from "../schema.ts";
import { textReader, textWriter } from "./text-values.ts";
import { pathName, throwFrom } from "./wrong-type.ts";
import { escapeXml, type XmlElement } from "./xml-document.ts";

/** Writes a value as elements of the name it was compiled for (several for a flattened list, none for an empty one). */
export type XmlWriter = (value: unknown) => string;
/** Reads a value from the elements that stand for it: one, or each entry of a flattened list or map. */
export type XmlReader = (elements: readonly XmlElement[]) => unknown;

/** The name of a member in XML and in forms. */
export const xmlNameOf = (member: Member): string => (member.traits.xmlName as string | undefined) ?? member.name;
const elementName = (slot: Slot, otherwise: string) => (slot.traits.xmlName as string | undefined) ?? otherwise;

/** `<name>` with its content; `declarations` (" xmlns=...") go into the opening tag. */
export function xmlWriter(name: string, slot: Slot, declarations = namespaceOf(slot)): XmlWriter {
  const { shape } = slot;
  const flattened = slot.traits.xmlFlattened !== undefined;
  switch (shape.kind) {
    case "structure": {
      const attributes = lazily(() => attributesWriter(shape));
      const content = lazily(() => contentWriter(shape));
      return (value) => `<${name}${declarations}${attributes()(value)}>${content()(value)}</${name}>`;
    }
    case "list": {
      const write = xmlWriter(flattened ? name : elementName(shape.element, "member"), shape.element);
      return (value) => enclosed((value as unknown[]).map(write).join(""));
    }
    case "map": {
      const key = xmlWriter(elementName(shape.key, "key"), shape.key);
      const entryValue = xmlWriter(elementName(shape.value, "value"), shape.value);
      const entry = flattened ? name : "entry";
      return (value) =>
        enclosed(
          Object.entries(value as object)
            .map(([k, v]) => `<${entry}>${key(k)}${entryValue(v)}</${entry}>`)
            .join(""),
        );
    }
    default: {
      const write = textWriter(shape, "date-time");
      return (value) => `<${name}${declarations}>${escapeXml(write(value))}</${name}>`;
    }
  }
  function enclosed(content: string): string {
    return flattened ? content : `<${name}${declarations}>${content}</${name}>`;
  }
}

/** The members of a structure, without a tag around them. */
export function contentWriter(shape: StructureShape): XmlWriter {
  const members = shape.members
    .filter((member) => member.traits.xmlAttribute === undefined)
    .map((member) => ({ name: member.name, write: lazily(() => xmlWriter(xmlNameOf(member), member)) }));
  return (value) => {
    let text = "";
    for (const { name, write } of members) {
      const given = (value as Record<string, unknown>)[name];
      if (given !== undefined && given !== null) text += write()(given);
    }
    return text;
  };
}

function attributesWriter(shape: StructureShape): XmlWriter {
  const members = shape.members.filter((member) => member.traits.xmlAttribute !== undefined);
  return (value) =>
    members
      .map((member) => ({ name: xmlNameOf(member), given: (value as Record<string, unknown>)[member.name] }))
      .map(({ name, given }) => (given == null ? "" : ` ${name}="${escapeXml(String(given))}"`))
      .join("");
}

function namespaceOf(slot: Slot): string {
  if (!slot.traits.xmlNamespace) return "";
  const [prefix, address] = slot.traits.xmlNamespace as [string, string];
  return ` xmlns${prefix ? `:${prefix}` : ""}="${address}"`;
}

/** Structures may hold themselves, so what is inside is compiled when it is first met. */
function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

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
        throwFrom(pathName(member.name), error);
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
        throw throwFrom(`${index + 1}.member`, error);
      }
    });
}

function mapReader(shape: MapShape, flattened: boolean, own: ShapeFacts, facts: FactFinder): XmlReader {
  const read = xmlReader(shape.value, facts.named(own.value), facts);
  const keyName = elementName(shape.key, "key");
  const valueName = elementName(shape.value, "value");
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
