import type { FactFinder, ShapeFacts } from "../constraints/facts.ts";
import type { ListShape, MapShape, Member, ScalarShape, Shape, StructureShape } from "../schema.ts";
import {
  isWholeNumber,
  numberTitle,
  pathName,
  readBase64,
  readTimestamp,
  specialNumbers,
  throwFrom,
  WrongType,
} from "./text-values.ts";

/**
 * JSON documents <-> typed values, by closures compiled once per shape. Reading takes what JSON.parse gave (and reuses
 * its lists and maps), checks types, and leaves unknown members, nulls and empty optional lists and maps out.
 */
export type JsonReader = (value: unknown) => unknown;
/** The JSON text of a value. */
export type JsonWriter = (value: unknown) => string;

export interface JsonCompiler {
  reader(shape: Shape, facts: ShapeFacts): JsonReader;
  writer(shape: Shape): JsonWriter;
}

/** @param names whether `jsonName` traits are followed (restJson1) or not (awsJson) */
export function createJsonCompiler(facts: FactFinder, names: "jsonName" | "memberName"): JsonCompiler {
  const readers = new Map<Shape, JsonReader>();
  const writers = new Map<Shape, JsonWriter>();
  const wireName = (member: Member) =>
    names === "jsonName" ? ((member.traits.jsonName as string | undefined) ?? member.name) : member.name;

  function reader(shape: Shape, own: ShapeFacts): JsonReader {
    switch (shape.kind) {
      case "structure":
        return structureReader(shape);
      case "list":
        return listReader(shape, own);
      case "map":
        return mapReader(shape, own);
      default:
        return scalarReader(shape, own);
    }
  }

  function structureReader(shape: StructureShape): JsonReader {
    const known = readers.get(shape);
    if (known) return known;
    const members = new Map<string, { name: string; path: string; droppable: boolean; read: JsonReader }>();
    const read: JsonReader = (value) => {
      if (typeof value !== "object" || value === null || Array.isArray(value)) throw unexpected(value, "a structure");
      const result: Record<string, unknown> = {};
      let path = "";
      try {
        for (const key in value) {
          const member = members.get(key);
          const given = (value as Record<string, unknown>)[key];
          if (member === undefined || given === null) continue;
          path = member.path;
          if (member.droppable && isEmpty(given)) continue;
          result[member.name] = member.read(given);
        }
      } catch (error) {
        throwFrom(path, error);
      }
      return result;
    };
    readers.set(shape, read);
    for (const member of shape.members) {
      const droppable = !member.required && (member.shape.kind === "list" || member.shape.kind === "map");
      const memberReader = reader(member.shape, facts.ofMember(shape.name, member.name));
      members.set(wireName(member), { name: member.name, path: pathName(member.name), droppable, read: memberReader });
    }
    return read;
  }

  function listReader(shape: ListShape, own: ShapeFacts): JsonReader {
    const read = reader(shape.element.shape, facts.named(own.element));
    return (value) => {
      if (!Array.isArray(value)) throw unexpected(value, "a list");
      let index = 0;
      try {
        for (; index < value.length; index++) if (value[index] !== null) value[index] = read(value[index]);
      } catch (error) {
        throwFrom(`${index + 1}.member`, error);
      }
      return value;
    };
  }

  function mapReader(shape: MapShape, own: ShapeFacts): JsonReader {
    const read = reader(shape.value.shape, facts.named(own.value));
    return (value) => {
      if (typeof value !== "object" || value === null || Array.isArray(value)) throw unexpected(value, "a map");
      const map = value as Record<string, unknown>;
      let key = "";
      try {
        // Written back in place: the keys, `__proto__` among them, are own properties already.
        for (key of Object.keys(map)) if (map[key] !== null) map[key] = read(map[key]);
      } catch (error) {
        throwFrom(`${key}.member`, error);
      }
      return map;
    };
  }

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
    const known = writers.get(shape);
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
    writers.set(shape, write);
    for (const member of shape.members) {
      const key = `${JSON.stringify(wireName(member))}:`;
      members.push({ name: member.name, first: `{${key}`, next: `,${key}`, write: writer(member.shape) });
    }
    return write;
  }

  return { reader, writer };
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (typeof value !== "object") return false;
  for (const _ in value) return false;
  return true;
}

/** AWS's texts for a JSON value of the wrong kind. */
function unexpected(value: unknown, wanted: string): WrongType {
  if (Array.isArray(value)) return new WrongType("Start of list found where not expected");
  if (typeof value === "object" && value !== null) {
    return new WrongType("Start of structure or map found where not expected");
  }
  const token =
    value === null ? "NULL_VALUE" : `${value === true || value === false ? value : typeof value}`.toUpperCase();
  return new WrongType(`${token}${value === null ? "" : "_VALUE"} can not be converted to ${wanted}`);
}

function scalarReader(shape: ScalarShape, facts: ShapeFacts): JsonReader {
  switch (shape.kind) {
    case "string":
      return (value) => {
        if (typeof value !== "string") throw unexpected(value, "a String");
        return value;
      };
    case "boolean":
      return (value) => {
        if (typeof value !== "boolean") throw unexpected(value, "a Boolean");
        return value;
      };
    case "number":
      return numberReader(facts);
    case "timestamp":
      return (value) => {
        if (typeof value === "number") return readTimestamp(String(value), "epoch-seconds");
        if (typeof value === "string") return readTimestamp(value, shape.format!);
        throw unexpected(value, "a Timestamp");
      };
    case "blob":
    case "streamingBlob":
      return (value) => {
        if (typeof value !== "string") throw unexpected(value, "a Blob");
        return readBase64(value);
      };
    case "bigInteger":
    case "bigDecimal":
      return (value) => {
        if (typeof value !== "number" && typeof value !== "string") throw unexpected(value, "a BigDecimal");
        return value;
      };
    default:
      return (value) => value;
  }
}

function numberReader(facts: ShapeFacts): JsonReader {
  const title = numberTitle(facts);
  const whole = isWholeNumber(facts);
  return (value) => {
    if (typeof value === "number") {
      if (whole && !Number.isInteger(value)) throw new WrongType(`'${value}' can not be converted to ${title}`);
      return value;
    }
    const special = whole || typeof value !== "string" ? undefined : specialNumbers.get(value);
    if (special === undefined) throw unexpected(value, title);
    return special;
  };
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
