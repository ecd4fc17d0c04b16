import type { FactFinder, ShapeFacts } from "../constraints/shape-facts.ts";
import type { ScalarShape, Shape, StructureShape } from "../schema.ts";
import { CborDocument } from "./cbor-document.ts";
import { major } from "./cbor-items.ts";

/** Adds a typed value to a document; absent members are left out. */
type CborWriter = (value: unknown, document: CborDocument) => void;

interface CborWriters {
  value(shape: Shape, facts: ShapeFacts): CborWriter;
  /** Writes the members of a structure into a map that is open. */
  members(shape: StructureShape): CborWriter;
}

export function createCborWriters(facts: FactFinder): CborWriters {
  const structures = new Map<StructureShape, CborWriter>();

  function value(shape: Shape, own: ShapeFacts): CborWriter {
    switch (shape.kind) {
      case "structure": {
        const write = members(shape);
        return (given, document) => {
          document.openMap();
          write(given, document);
          document.close();
        };
      }
      case "list": {
        const write = value(shape.element.shape, facts.named(own.element));
        return (given, document) => {
          const list = given as unknown[];
          document.head(major.list, list.length);
          for (const element of list) {
            if (element == null) document.null();
            else write(element, document);
          }
        };
      }
      case "map": {
        const write = value(shape.value.shape, facts.named(own.value));
        return (given, document) => {
          document.openMap();
          const map = given as Record<string, unknown>;
          for (const key of Object.keys(map)) {
            if (map[key] == null) continue;
            document.text(key);
            write(map[key], document);
          }
          document.close();
        };
      }
      default:
        return scalarWriter(shape, own);
    }
  }

  function members(shape: StructureShape): CborWriter {
    const known = structures.get(shape);
    if (known) return known;
    const writers: { name: string; key: Uint8Array; write: CborWriter }[] = [];
    const write: CborWriter = (given, document) => {
      const structure = given as Record<string, unknown>;
      for (const member of writers) {
        const inside = structure[member.name];
        if (inside == null) continue;
        document.bytes(member.key);
        member.write(inside, document);
      }
    };
    structures.set(shape, write);
    for (const { name, shape: inside } of shape.members) {
      const key = new CborDocument();
      key.text(name);
      writers.push({ name, key: key.finish(), write: value(inside, facts.ofMember(shape.name, name)) });
    }
    return write;
  }

  return { value, members };
}

function scalarWriter(shape: ScalarShape, { number }: ShapeFacts): CborWriter {
  switch (shape.kind) {
    case "string":
      return (value, document) => document.text(value as string);
    case "boolean":
      return (value, document) => document.boolean(value as boolean);
    case "number":
      return numberWriter(number);
    case "timestamp":
      return (value, document) => document.timestamp(value as Date);
    case "blob":
    case "streamingBlob":
      return (value, document) => {
        const bytes = value as Uint8Array;
        document.head(major.bytes, bytes.byteLength);
        document.bytes(bytes);
      };
    default:
      // Documents are not part of the protocol, and no service has numbers of any size.
      return () => {
        throw new TypeError(`rpcV2Cbor has no ${shape.kind}`);
      };
  }
}

/** Integers and floats are of different types in CBOR, and some clients read only the one that the model has. */
function numberWriter(kind: ShapeFacts["number"]): CborWriter {
  if (kind === "float") return (value, document) => document.single(value as number);
  if (kind === "integer" || kind === "long") return (value, document) => document.integer(value as number);
  return (value, document) => document.double(value as number);
}
