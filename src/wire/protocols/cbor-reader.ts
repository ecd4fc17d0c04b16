import type { FactFinder, ShapeFacts } from "../constraints/shape-facts.ts";
import type { ScalarShape } from "../schema.ts";
import { type CborItems, major, simple } from "./cbor-items.ts";
import { isModelNumber, numberTitle } from "./model-numbers.ts";
import { createShapeReaders, type MemberReader, type ShapeReaders } from "./shape-readers.ts";
import { WrongType, within } from "./wrong-type.ts";

/**
 * Makes a typed value of the item whose head was read last. Types are checked; unknown members, nulls and empty
 * optional lists and maps are dropped.
 */
export type CborReader = (items: CborItems) => unknown;

export const createCborReaders = (facts: FactFinder): ShapeReaders<CborReader> =>
  createShapeReaders(facts, { structure: structureReader, list: listReader, map: mapReader, scalar: scalarReader });

function structureReader(members: ReadonlyMap<string, MemberReader<CborReader>>): CborReader {
  return (items) => {
    if (items.major !== major.map) throw unexpected(items, "a structure");
    const { count } = items;
    const result: Record<string, unknown> = {};
    let path = "";
    try {
      for (let index = 0; items.hasMore(index, count); index++) {
        const member = members.get(items.memberName());
        items.head();
        if (member === undefined) items.skip();
        else if (!items.isNull()) {
          path = member.path;
          const value = member.read(items);
          if (!member.droppable || !isEmpty(value)) result[member.name] = value;
        }
      }
    } catch (error) {
      throw within(path, error);
    }
    return result;
  };
}

function listReader(read: CborReader): CborReader {
  return (items) => {
    if (items.major !== major.list) throw unexpected(items, "a list");
    const { count } = items;
    const list: unknown[] = [];
    try {
      while (items.hasMore(list.length, count)) {
        items.head();
        list.push(items.isNull() ? null : read(items));
      }
    } catch (error) {
      throw within(`${list.length + 1}.member`, error);
    }
    return list;
  };
}

function mapReader(read: CborReader): CborReader {
  return (items) => {
    if (items.major !== major.map) throw unexpected(items, "a map");
    const { count } = items;
    const entries: [string, unknown][] = [];
    let key = "";
    try {
      while (items.hasMore(entries.length, count)) {
        key = items.key();
        items.head();
        entries.push([key, items.isNull() ? null : read(items)]);
      }
    } catch (error) {
      throw within(`${key}.member`, error);
    }
    // Makes even `__proto__` an own property.
    return Object.fromEntries(entries);
  };
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  for (const _ in value as object) return false;
  return true;
}

function scalarReader(shape: ScalarShape, facts: ShapeFacts): CborReader {
  switch (shape.kind) {
    case "string":
      return (items) => {
        if (items.major !== major.text) throw unexpected(items, "a String");
        return items.text();
      };
    case "boolean":
      return (items) => {
        if (!isBoolean(items)) throw unexpected(items, "a Boolean");
        return items.minor === simple.true;
      };
    case "number": {
      const title = numberTitle(facts);
      return (items) => {
        const number = readNumber(items);
        if (number === undefined) throw unexpected(items, title);
        if (!isModelNumber(number, facts)) throw new WrongType(`'${number}' can not be converted to ${title}`);
        return number;
      };
    }
    case "timestamp":
      return readTimestamp;
    case "blob":
    case "streamingBlob":
      return (items) => {
        if (items.major !== major.bytes) throw unexpected(items, "a Blob");
        return items.byteString();
      };
    default:
      // Documents are not part of the protocol, and no service has numbers of any size.
      return (items) => {
        throw unexpected(items, `a ${shape.kind}`);
      };
  }
}

/** Returns an integer or a float of any width; undefined for anything else. */
function readNumber(items: CborItems): number | undefined {
  if (items.major === major.natural) return items.count;
  if (items.major === major.negative) return -1 - items.count;
  return isFloat(items) ? items.float() : undefined;
}

/** Reads seconds since 1970, which are tagged with 1; some clients leave the tag out. */
function readTimestamp(items: CborItems): Date {
  const isTagged = items.major === major.tag && items.count === 1;
  if (isTagged) items.head();
  const seconds = readNumber(items);
  if (seconds === undefined) throw unexpected(items, "a Timestamp");
  const date = new Date(Math.round(seconds * 1000));
  if (Number.isNaN(date.getTime())) throw new WrongType(`'${seconds}' can not be converted to a Timestamp`);
  return date;
}

const isFloat = ({ major: kind, minor }: CborItems): boolean =>
  kind === major.simple && minor >= simple.half && minor <= simple.double;
const isBoolean = ({ major: kind, minor }: CborItems): boolean =>
  kind === major.simple && (minor === simple.true || minor === simple.false);

/** Makes AWS's error for a value of the wrong kind. */
function unexpected(items: CborItems, wanted: string): WrongType {
  if (items.major === major.list) return new WrongType("Start of list found where not expected");
  if (items.major === major.map) return new WrongType("Start of structure or map found where not expected");
  return new WrongType(`${tokenOf(items)}_VALUE can not be converted to ${wanted}`);
}

function tokenOf(items: CborItems): string {
  if (items.isNull()) return "NULL";
  if (isBoolean(items)) return items.minor === simple.true ? "TRUE" : "FALSE";
  if (isFloat(items)) return "NUMBER";
  return ["NUMBER", "NUMBER", "BLOB", "STRING", "LIST", "MAP", "TAG", "SIMPLE"][items.major]!;
}
