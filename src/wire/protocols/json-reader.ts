import type { FactFinder, ShapeFacts } from "../constraints/shape-facts.ts";
import type { ScalarShape } from "../schema.ts";
import { type JsonNames, jsonNameOf } from "./json-writer.ts";
import { isModelNumber, numberTitle, specialNumbers } from "./model-numbers.ts";
import { createShapeReaders, type MemberReader, type ShapeReaders } from "./shape-readers.ts";
import { readBase64, readTimestamp } from "./text-values.ts";
import { WrongType, within } from "./wrong-type.ts";

/**
 * Makes a typed value from the result of JSON.parse, whose lists and maps are reused. Types are checked; unknown
 * members, nulls and empty optional lists and maps are dropped.
 */
export type JsonReader = (value: unknown) => unknown;

export const createJsonReaders = (facts: FactFinder, names: JsonNames): ShapeReaders<JsonReader> =>
  createShapeReaders(
    facts,
    { structure: structureReader, list: listReader, map: mapReader, scalar: scalarReader },
    (member) => jsonNameOf(member, names),
  );

function structureReader(members: ReadonlyMap<string, MemberReader<JsonReader>>): JsonReader {
  return (value) => {
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
      throw within(path, error);
    }
    return result;
  };
}

function listReader(read: JsonReader): JsonReader {
  return (value) => {
    if (!Array.isArray(value)) throw unexpected(value, "a list");
    let index = 0;
    try {
      for (; index < value.length; index++) if (value[index] !== null) value[index] = read(value[index]);
    } catch (error) {
      throw within(`${index + 1}.member`, error);
    }
    return value;
  };
}

function mapReader(read: JsonReader): JsonReader {
  return (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw unexpected(value, "a map");
    const map = value as Record<string, unknown>;
    let key = "";
    try {
      // Writing back in place is safe: every key, even `__proto__`, is an own property already.
      for (key of Object.keys(map)) if (map[key] !== null) map[key] = read(map[key]);
    } catch (error) {
      throw within(`${key}.member`, error);
    }
    return map;
  };
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (typeof value !== "object") return false;
  for (const _ in value) return false;
  return true;
}

/** Makes AWS's error for a JSON value of the wrong kind. */
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
  return (value) => {
    const number = typeof value === "string" ? specialNumbers.get(value) : value;
    if (typeof number !== "number") throw unexpected(value, title);
    if (!isModelNumber(number, facts)) throw new WrongType(`'${value}' can not be converted to ${title}`);
    return number;
  };
}
