/**
 * Reads the static schemas that the `@aws-sdk/client-*` packages export: arrays whose first entry is the kind, as
 * `@smithy/types` declares them. The packages do not promise their form; `schema.test.ts` fails when it changes.
 */

/** Bindings and other traits; the keys are Smithy's names ("httpHeader", "xmlFlattened"). */
export type Traits = Readonly<Record<string, unknown>>;

type ScalarKind =
  | "string"
  | "boolean"
  | "number"
  | "bigInteger"
  | "bigDecimal"
  | "document"
  | "blob"
  | "streamingBlob"
  | "timestamp";
/** How a timestamp is written; "default" depends on the protocol and the place. */
export type TimestampFormat = "default" | "date-time" | "http-date" | "epoch-seconds";

export interface ScalarShape {
  readonly kind: ScalarKind;
  readonly format?: TimestampFormat;
}
export interface ListShape {
  readonly kind: "list";
  readonly element: Slot;
}
export interface MapShape {
  readonly kind: "map";
  readonly key: Slot;
  readonly value: Slot;
}
export interface StructureShape {
  readonly kind: "structure";
  readonly name: string;
  readonly union: boolean;
  readonly traits: Traits;
  readonly members: readonly Member[];
}
export type Shape = ScalarShape | ListShape | MapShape | StructureShape;

/** A place that holds a value: a member, a list's element, a map's key or value. */
export interface Slot {
  /** Read lazily, because a structure may contain itself. */
  readonly shape: Shape;
  /** The traits of the place and of its shape; where both have a trait, the place's applies. */
  readonly traits: Traits;
}
export interface Member extends Slot {
  readonly name: string;
  readonly required: boolean;
}

export interface OperationModel {
  readonly name: string;
  readonly traits: Traits;
  readonly input: StructureShape;
  readonly output: StructureShape;
}
export interface ErrorModel {
  readonly shape: StructureShape;
  /** The namespace of the shape's absolute name: "com.amazonaws.cloudwatch". */
  readonly namespace: string;
  /**
   * The error's code in the awsQuery protocol and in `x-amzn-query-error`: "NoSuchEntity" for NoSuchEntityException.
   */
  readonly queryCode: string;
  /** HTTP status; absent when the model has none. */
  readonly status: number | undefined;
}
export interface ServiceModel {
  /** The namespace of the service's operations. */
  readonly namespace: string;
  readonly operations: ReadonlyMap<string, OperationModel>;
  /** The errors by shape name and by query code. */
  readonly errors: ReadonlyMap<string, ErrorModel>;
}

type RawSchema = readonly unknown[];
type RawReference = number | string | RawSchema | (() => RawReference);

const listMark = 64;
const mapMark = 128;
const scalars = new Map<number, ScalarShape>([
  [0, { kind: "string" }],
  [1, { kind: "number" }],
  [2, { kind: "boolean" }],
  [4, { kind: "timestamp", format: "default" }],
  [5, { kind: "timestamp", format: "date-time" }],
  [6, { kind: "timestamp", format: "http-date" }],
  [7, { kind: "timestamp", format: "epoch-seconds" }],
  [15, { kind: "document" }],
  [17, { kind: "bigInteger" }],
  [19, { kind: "bigDecimal" }],
  [21, { kind: "blob" }],
  [42, { kind: "streamingBlob" }],
]);
/** The traits that schemas write as bits of a number, in the order of the bits. */
const traitBits = [
  "httpLabel",
  "idempotent",
  "idempotencyToken",
  "sensitive",
  "httpPayload",
  "httpResponseCode",
  "httpQueryParams",
];
const noTraits: Traits = {};
const unit: StructureShape = { kind: "structure", name: "Unit", union: false, traits: noTraits, members: [] };

/** Reads the operations and errors of a client package: `readServiceModel(await import("@aws-sdk/client-sts"))`. */
export function readServiceModel(client: Readonly<Record<string, unknown>>): ServiceModel {
  const operations = new Map<string, OperationModel>();
  const errors: ErrorModel[] = [];
  let namespace = "";
  for (const exported of Object.values(client)) {
    if (!Array.isArray(exported)) continue;
    if (exported[0] === 9) {
      operations.set(exported[2] as string, readOperation(exported));
      namespace = exported[1] as string;
    } else if (exported[0] === -3) {
      const shape = readShape(exported) as StructureShape;
      const [queryCode, queryStatus] = (shape.traits.awsQueryError ?? [shape.name]) as [string, number?];
      const status = queryStatus ?? (shape.traits.httpError as number | undefined);
      errors.push({ shape, namespace: exported[1] as string, queryCode, status });
    }
  }
  // One error's name may be another's query code. Names are set last, so they win.
  const byCode = errors.map((error) => [error.queryCode, error] as const);
  const byName = errors.map((error) => [error.shape.name, error] as const);
  return { namespace, operations, errors: new Map([...byCode, ...byName]) };
}

/** Input and output are read when first needed: a server uses few of a client's hundreds of operations. */
function readOperation(raw: RawSchema): OperationModel {
  const [, , name, traits, input, output] = raw as [9, string, string, unknown, RawReference, RawReference];
  return {
    name,
    traits: readTraits(traits),
    get input() {
      return structureOf(input);
    },
    get output() {
      return structureOf(output);
    },
  };
}

/** Reads one structure that a client package exports: `readStructure(client.SearchRecord$)`. */
export const readStructure = (exported: unknown): StructureShape => structureOf(exported as RawSchema);

function structureOf(reference: RawReference): StructureShape {
  const shape = readShape(reference);
  if (shape.kind !== "structure") throw new TypeError(`an operation's input or output is a ${shape.kind}`);
  return shape;
}

const shapesRead = new WeakMap<RawSchema, Shape>();

function readShape(reference: RawReference): Shape {
  if (typeof reference === "function") return readShape(reference());
  if (reference === "unit") return unit;
  if (typeof reference === "number") {
    if (reference >= mapMark) {
      return { kind: "map", key: slot(0), value: slot(reference - mapMark) };
    }
    if (reference >= listMark) return { kind: "list", element: slot(reference - listMark) };
    const scalar = scalars.get(reference);
    if (!scalar) throw new TypeError(`unknown simple schema ${reference}`);
    return scalar;
  }
  const raw = reference as RawSchema;
  const known = shapesRead.get(raw);
  if (known) return known;
  const shape = readArray(raw);
  shapesRead.set(raw, shape);
  return shape;
}

function readArray(raw: RawSchema): Shape {
  const [kind, , name, traits] = raw as [number, string, string, unknown];
  switch (kind) {
    case 0:
      return readShape(raw[4] as RawReference);
    case 1:
      return { kind: "list", element: slot(raw[4] as RawReference) };
    case 2:
      return { kind: "map", key: slot(raw[4] as RawReference), value: slot(raw[5] as RawReference) };
    case 3:
    case 4:
    case -3: {
      const references = raw[5] as RawReference[];
      const requiredCount = (raw[6] as number | undefined) ?? 0;
      const members = (raw[4] as string[]).map((memberName, index) =>
        Object.assign(slot(references[index]!), { name: memberName, required: index < requiredCount }),
      );
      return { kind: "structure", name, union: kind === 4, traits: readTraits(traits), members };
    }
    default:
      throw new TypeError(`unknown schema kind ${kind} of ${name}`);
  }
}

/** Reads a reference: the schema itself, or `[schema, traits]`. */
function slot(raw: RawReference): Slot {
  const annotated = Array.isArray(raw) && typeof raw[1] !== "string";
  const [reference, own] = annotated ? (raw as unknown as [RawReference, unknown]) : [raw, 0];
  let shape: Shape | undefined;
  let traits: Traits | undefined;
  const made: Slot = {
    get shape() {
      shape ??= readShape(reference);
      return shape;
    },
    get traits() {
      traits ??= { ...targetTraits(reference), ...readTraits(own) };
      return traits;
    },
  };
  return made;
}

/** Returns the traits of a list, map or named scalar. A structure's traits do not apply to the place that holds it. */
function targetTraits(reference: RawReference): Traits {
  const target = typeof reference === "function" ? reference() : reference;
  if (typeof target === "function") return targetTraits(target);
  if (!Array.isArray(target) || target[0] === 3 || target[0] === 4 || target[0] === -3) return noTraits;
  return readTraits(target[3]);
}

function readTraits(raw: unknown): Traits {
  if (typeof raw === "object" && raw !== null) return raw as Traits;
  const bits = Number(raw ?? 0);
  if (bits === 0) return noTraits;
  return Object.fromEntries(traitBits.filter((_, bit) => (bits >> bit) & 1).map((name) => [name, 1]));
}
