import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What the AWS clients' schemas do not say of a shape, by the names of the service's model. */
export interface ShapeFacts {
  /** The schemas have one code for all kinds of number. */
  readonly number?: "integer" | "long" | "float" | "double";
  /** Least and greatest value of a number; least and greatest length of anything else. */
  readonly minimum?: number;
  readonly maximum?: number;
  /** As in the model; the whole value must match. */
  readonly pattern?: string;
  /** The values of an enum, in the model's order, joined by "|". */
  readonly values?: string;
  /** Names of the shapes inside a list or map, where they have facts. */
  readonly element?: string;
  readonly key?: string;
  readonly value?: string;
}

/** The names of the shapes of a structure's members, where they have facts. */
export type MemberFacts = Readonly<Record<string, string>>;

/** The facts of a service's whole model: for everything that the inputs of its operations can hold. */
export interface ModelFacts {
  readonly operations: readonly string[];
  readonly shapes: Readonly<Record<string, ShapeFacts>>;
  readonly structures: Readonly<Record<string, MemberFacts>>;
}

/** Finds facts by place; absent ones are empty. */
export interface FactFinder {
  ofMember(structure: string, member: string): ShapeFacts;
  named(shape: string | undefined): ShapeFacts;
}

const none: ShapeFacts = {};

/** For requests to a service that is not known. */
export const noFacts: FactFinder = { named: () => none, ofMember: () => none };

/**
 * Finds the facts of a service in its file. The file is read when an operation is compiled, and held weakly: whole
 * models would cost memory for operations that nobody calls.
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
  const named = (shape: string | undefined) => (shape === undefined ? none : (file().shape(shape) ?? none));
  return { named, ofMember: (structure, member) => named(file().structure(structure)?.[member]) };
}

/** A file of facts, split into its lines; a line is parsed when it is asked for. */
export interface FactFile {
  readonly operations: readonly string[];
  /** Names of the shapes that have facts. */
  readonly shapes: readonly string[];
  shape(name: string): ShapeFacts | undefined;
  structure(name: string): MemberFacts | undefined;
}

/** Lines are `operation NAME`, `shape NAME FACTS` and `structure NAME MEMBERS`, the last word in JSON. */
export function readFactFile(service: string): FactFile {
  const operations: string[] = [];
  const shapes = new Map<string, string>();
  const structures = new Map<string, string>();
  for (const line of readFileSync(join(import.meta.dirname, `${service}.facts`), "utf8").split("\n")) {
    if (line.startsWith("operation ")) operations.push(line.slice("operation ".length));
    else if (line.startsWith("shape ")) addLine(shapes, line, "shape ".length);
    else if (line.startsWith("structure ")) addLine(structures, line, "structure ".length);
  }
  return {
    operations,
    shapes: [...shapes.keys()],
    shape: parser<ShapeFacts>(shapes),
    structure: parser<MemberFacts>(structures),
  };
}

function addLine(lines: Map<string, string>, line: string, from: number): void {
  const end = line.indexOf(" ", from);
  lines.set(line.slice(from, end), line.slice(end + 1));
}

function parser<T>(lines: ReadonlyMap<string, string>): (name: string) => T | undefined {
  const parsed = new Map<string, T | undefined>();
  return (name) => {
    if (!parsed.has(name)) {
      const json = lines.get(name);
      parsed.set(name, json === undefined ? undefined : JSON.parse(json));
    }
    return parsed.get(name);
  };
}
