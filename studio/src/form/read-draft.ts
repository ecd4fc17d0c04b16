import type { FactFinder, ShapeFacts } from "../../../src/wire/constraints/shape-facts.ts";
import type { MapShape, ScalarShape, Shape, StructureShape } from "../../../src/wire/schema.ts";
import { jsonText } from "../values/json-text.ts";
import type { Problems } from "./form-state.ts";
import { noTime, readTime } from "./read-time.ts";

/** A row of a map as it is written: two rows may have one name until somebody changes it. */
export type MapRow = readonly [name: string, value: string];

/** What a draft says: an input as the operation takes it, and why the rest of it cannot be read, by the path of its field. */
export interface DraftRead {
  readonly input: object;
  readonly problems: Problems;
}

/**
 * Reads what a form holds. A draft is an input in which a number, a time or a document may still be the text that was
 * typed, a map its rows, and a list of texts its lines.
 */
export function readDraft(shape: StructureShape, facts: FactFinder, draft: object): DraftRead {
  const problems = new Map<string, string>();

  function read(value: unknown, shape: Shape, own: ShapeFacts, path: string): unknown {
    try {
      switch (shape.kind) {
        case "structure":
          return readStructure(value as Record<string, unknown>, shape, path);
        case "map":
          return readRows(value as object, shape, own);
        case "list": {
          const list = listOf(value);
          const element = facts.named(own.element);
          if (["structure", "list", "map"].includes(shape.element.shape.kind))
            return list.map((one, index) => read(one, shape.element.shape, element, `${path}.${index}`));
          const lines = list.filter((one) => one !== "" && one !== undefined);
          return lines.length === 0 ? undefined : lines.map((one) => readScalar(one, shape.element.shape, element));
        }
        default:
          return readScalar(value, shape, own);
      }
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      problems.set(path, error.message);
      return undefined;
    }
  }

  function readStructure(value: Record<string, unknown>, structure: StructureShape, path: string): object {
    const made: Record<string, unknown> = {};
    for (const { name, shape: inner } of structure.members) {
      if (value[name] === undefined) continue;
      const below = path === "" ? name : `${path}.${name}`;
      const found = read(value[name], inner, facts.ofMember(structure.name, name), below);
      if (found !== undefined) made[name] = found;
    }
    return made;
  }

  function readRows(value: object, { value: slot }: MapShape, own: ShapeFacts): object | undefined {
    const made = new Map<string, unknown>();
    for (const [name, text] of rowsOf(value)) {
      if (name === "" && text === "") continue;
      const problem = rowProblem(rowsOf(value), [name, text]);
      if (problem) throw new Unreadable(problem);
      const { kind } = slot.shape;
      const isNested = kind === "structure" || kind === "list" || kind === "map";
      made.set(name, isNested ? readJson(text, kind) : readScalar(text, slot.shape, facts.named(own.value)));
    }
    return made.size === 0 ? undefined : Object.fromEntries(made);
  }

  const input = readStructure(draft as Record<string, unknown>, shape, "");
  return { input, problems };
}

/** The rows of a map, in the order in which they were written. */
export const rowsOf = (value: object | undefined): readonly MapRow[] =>
  Array.isArray(value)
    ? value
    : Object.entries(value ?? {}).map(([name, one]) => [name, typeof one === "string" ? one : jsonText(one)]);

/** Whether a row of a map says itself what is wrong. */
export const hasRowProblem = (value: object | undefined): boolean => {
  const rows = rowsOf(value);
  return rows.some((row) => rowProblem(rows, row) !== undefined);
};

/** What is wrong with a row beside the others. */
export function rowProblem(rows: readonly MapRow[], [name, value]: MapRow): string | undefined {
  if (name === "") return value === "" ? undefined : "A value needs a name.";
  return rows.filter(([other]) => other === name).length > 1
    ? `Two rows are named "${name}": each name is given once.`
    : undefined;
}

/** The entries of a list; one that is still a text is the JSON that somebody is writing. */
function listOf(value: unknown): readonly unknown[] {
  if (typeof value !== "string") return value as readonly unknown[];
  throw new Unreadable("This is not written to its end, or has a mistake.");
}

class Unreadable extends Error {}

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function readScalar(value: unknown, shape: Shape, own: ShapeFacts): unknown {
  if (typeof value !== "string") return value;
  switch ((shape as ScalarShape).kind) {
    case "number":
      return readNumber(value.trim(), own.number === "integer" || own.number === "long");
    case "timestamp": {
      const time = readTime(value);
      if (!time) throw new Unreadable(noTime(value));
      return time;
    }
    case "document":
      // A text of its own is a document too: "string" is a type of Iceberg's.
      return /^\s*(["{[]|true|false|null|-?\d)/.test(value) ? readJson(value, "document") : value;
    default:
      return value;
  }
}

function readNumber(text: string, isWhole: boolean): number | bigint {
  const number = Number(text);
  if (!decimal.test(text) || !Number.isFinite(number)) throw new Unreadable("A number, such as 12, 0.5 or 1e-3.");
  if (!isWhole) return number;
  if (!Number.isInteger(number)) throw new Unreadable("A whole number, such as 12.");
  // Past 2^53 a number would be another one.
  return Number.isSafeInteger(number) ? number : wholeOf(text);
}

function wholeOf(text: string): bigint {
  if (!/^[+-]?\d+$/.test(text)) throw new Unreadable("A whole number, written with all of its digits.");
  return BigInt(text.replace(/^\+/, ""));
}

function readJson(text: string, kind: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Unreadable(kind === "list" ? 'A list as JSON, such as ["a", "b"].' : "A value as JSON.");
  }
  if (kind === "list" && !Array.isArray(value)) throw new Unreadable('A list as JSON, such as ["a", "b"].');
  return value;
}
