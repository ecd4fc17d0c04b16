import type { Member, ScalarShape, Shape, StructureShape } from "../schema.ts";

/** Returns the JSON text of a typed value; absent members are left out. */
type JsonWriter = (value: unknown) => string;

export type JsonWriters = (shape: Shape) => JsonWriter;

/** Whether `jsonName` traits are followed (restJson1) or not (awsJson). */
export type JsonNames = "jsonName" | "memberName";

export const jsonNameOf = (member: Member, names: JsonNames): string =>
  (names === "jsonName" ? (member.traits.jsonName as string | undefined) : undefined) ?? member.name;

export function createJsonWriters(names: JsonNames): JsonWriters {
  const structures = new Map<StructureShape, JsonWriter>();

  function writer(shape: Shape): JsonWriter {
    switch (shape.kind) {
      case "structure":
        return structureWriter(shape);
      case "list": {
        const write = writer(shape.element.shape);
        return (value) => {
          let text = "[";
          for (const element of value as unknown[]) {
            text += (text.length > 1 ? "," : "") + (element == null ? "null" : write(element));
          }
          return `${text}]`;
        };
      }
      case "map": {
        const write = writer(shape.value.shape);
        return (value) => {
          let text = "{";
          const map = value as Record<string, unknown>;
          for (const key of Object.keys(map)) {
            if (map[key] == null) continue;
            text += `${text.length > 1 ? "," : ""}${writeString(key)}:${write(map[key])}`;
          }
          return `${text}}`;
        };
      }
      default:
        return scalarWriter(shape);
    }
  }

  function structureWriter(shape: StructureShape): JsonWriter {
    const known = structures.get(shape);
    if (known) return known;
    const members: { name: string; first: string; next: string; write: JsonWriter }[] = [];
    const write: JsonWriter = (value) => {
      const structure = value as Record<string, unknown>;
      let text = "";
      for (let index = 0; index < members.length; index++) {
        const member = members[index]!;
        const given = structure[member.name];
        if (given === undefined || given === null) continue;
        text += (text === "" ? member.first : member.next) + member.write(given);
      }
      return text === "" ? "{}" : `${text}}`;
    };
    structures.set(shape, write);
    for (const member of shape.members) {
      const key = `${JSON.stringify(jsonNameOf(member, names))}:`;
      members.push({ name: member.name, first: `{${key}`, next: `,${key}`, write: writer(member.shape) });
    }
    return write;
  }

  return writer;
}

function scalarWriter(shape: ScalarShape): JsonWriter {
  switch (shape.kind) {
    case "string":
      return writeString;
    case "boolean":
      return (value) => (value ? "true" : "false");
    case "number":
      return (value) => (Number.isFinite(value) ? String(value) : `"${value}"`);
    case "timestamp": {
      if (shape.format === "date-time") return (value) => `"${(value as Date).toISOString()}"`;
      if (shape.format === "http-date") return (value) => `"${(value as Date).toUTCString()}"`;
      return (value) => String((value as Date).getTime() / 1000);
    }
    case "blob":
    case "streamingBlob":
      return (value) => `"${Buffer.from(value as Uint8Array).toString("base64")}"`;
    case "document":
      return JSON.stringify;
    default:
      return String;
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: exactly what JSON must escape
const mustEscape = /["\\\u0000-\u001f\ud800-\udfff]/;

function writeString(value: unknown): string {
  const text = value as string;
  return mustEscape.test(text) ? JSON.stringify(text) : `"${text}"`;
}
