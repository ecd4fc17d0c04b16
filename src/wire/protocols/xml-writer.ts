import type { Slot, StructureShape } from "../schema.ts";
import { lazily } from "./lazily.ts";
import { textWriter } from "./text-values.ts";
import { escapeXml } from "./xml-document.ts";
import { elementNameOf, xmlNameOf } from "./xml-names.ts";

/** Writes a value as elements of the name it was compiled for: several for a flattened list, none for an empty one. */
export type XmlWriter = (value: unknown) => string;
/** Writes `<name>` with its content; `declarations` (" xmlns=...") go into the opening tag. */
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
      const write = xmlWriter(flattened ? name : elementNameOf(shape.element, "member"), shape.element);
      return (value) => enclosed((value as unknown[]).map(write).join(""));
    }
    case "map": {
      const key = xmlWriter(elementNameOf(shape.key, "key"), shape.key);
      const entryValue = xmlWriter(elementNameOf(shape.value, "value"), shape.value);
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

/** Writes the members of a structure, without a tag around them. */
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
