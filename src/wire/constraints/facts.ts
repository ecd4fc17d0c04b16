import { readFileSync } from "node:fs";
import { join } from "node:path";
import { maximumCorrections } from "./corrections.ts";
import type { FactFinder, MemberFacts, ShapeFacts } from "./shape-facts.ts";

const none: ShapeFacts = {};

/**
 * Finds the facts of a service in its file. The file is read when an operation is compiled, and held weakly, because
 * whole models would cost memory for operations that nobody calls.
 */
export function createFactFinder(service: string): FactFinder {
  let held: WeakRef<FactFile> | undefined;
  const file = () => {
    let read = held?.deref();
    if (read === undefined) {
      read = readFactFile(service);
      held = new WeakRef(read);
    }
    return read;
  };
  const named = (shape: string | undefined): ShapeFacts => {
    if (shape === undefined) return none;
    const facts = file().shape(shape) ?? none;
    const maximum = maximumCorrections.get(`${service}.${shape}`);
    return maximum === undefined ? facts : { ...facts, maximum };
  };
  return { named, ofMember: (structure, member) => named(file().structure(structure)?.[member]) };
}

/** A file of facts. Only the lines that are asked for are decoded. */
export interface FactFile {
  protocols(): string[];
  operations(): string[];
  /** Returns the names of the shapes that have facts. */
  shapes(): string[];
  shape(name: string): ShapeFacts | undefined;
  structure(name: string): MemberFacts | undefined;
}

/**
 * Reads a file of sorted lines, `operation NAME`, `protocol NAME`, `shape NAME FACTS` and `structure NAME MEMBERS`; facts and members
 * are JSON.
 */
export function readFactFile(service: string): FactFile {
  const bytes = readFileSync(join(import.meta.dirname, `${service}.facts`));
  const structures = new Map<string, MemberFacts | undefined>();
  const names = (kind: string) => {
    const lines = bytes.toString("latin1").split("\n");
    return lines.filter((line) => line.startsWith(kind)).map((line) => line.split(" ", 2)[1]!);
  };
  return {
    protocols: () => names("protocol "),
    operations: () => names("operation "),
    shapes: () => names("shape "),
    shape: (name) => readLine(bytes, `shape ${name} `),
    structure(name) {
      if (!structures.has(name)) structures.set(name, readLine(bytes, `structure ${name} `));
      return structures.get(name);
    },
  };
}

const newline = 10;

/** Returns what follows `key` in the line that begins with it, found by bisection; undefined when there is none. */
function readLine<T>(bytes: Buffer, key: string): T | undefined {
  const wanted = Buffer.from(key, "latin1");
  let from = 0;
  let to = bytes.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    const start = middle === 0 ? 0 : bytes.lastIndexOf(newline, middle - 1) + 1;
    const end = bytes.indexOf(newline, middle);
    const order = bytes.compare(wanted, 0, wanted.length, start, Math.min(start + wanted.length, end));
    if (order === 0) return JSON.parse(bytes.toString("latin1", start + wanted.length, end));
    if (order < 0) from = end + 1;
    else to = start;
  }
  return undefined;
}
