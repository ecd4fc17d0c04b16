/**
 * Takes the constraint facts of the operations we serve (src/services/services.gen.ts) from botocore's service models
 * and writes them to src/wire/constraints/<service>.gen.ts. Run by hand when operations are added or the client packages
 * are renewed; operations that are only about to be served may be named:
 *
 *   node tools/constraints.ts /path/to/site-packages/botocore/data [s3:PutObject ...]
 */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { services } from "../src/services/services.gen.ts";
import type { ConstraintFacts, ShapeFacts } from "../src/wire/constraints/facts.ts";
import { type WireServiceId, wireServices } from "../src/wire/wire-services.ts";

interface ModelShape {
  readonly type: string;
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly members?: Readonly<Record<string, { readonly shape: string }>>;
  readonly member?: { readonly shape: string };
  readonly key?: { readonly shape: string };
  readonly value?: { readonly shape: string };
}
interface Model {
  readonly operations: Readonly<Record<string, { readonly input?: { readonly shape: string } }>>;
  readonly shapes: Readonly<Record<string, ModelShape>>;
}

/** Enums that grow with AWS: what they are to hold is checked where it is used. */
const openEnums = new Set(["BucketLocationConstraint"]);

const numbers = ["integer", "long", "float", "double"] as const;

/** The facts of everything that the inputs of these operations can hold. */
export function extractFacts(model: Model, operations: readonly string[]): ConstraintFacts {
  const reached = new Set<string>();
  for (const operation of operations) {
    const found = model.operations[operation];
    if (!found) throw new Error(`botocore's model has no operation ${operation}`);
    if (found.input) reach(model, found.input.shape, reached);
  }
  const shapes: Record<string, ShapeFacts> = {};
  const members: Record<string, Record<string, string>> = {};
  for (const name of [...reached].sort()) {
    if (hasFacts(model, name)) shapes[name] = factsOf(model, name);
    const named = Object.entries(model.shapes[name]!.members ?? {}).filter(([, { shape }]) => hasFacts(model, shape));
    if (named.length > 0) members[name] = Object.fromEntries(named.map(([member, { shape }]) => [member, shape]));
  }
  return { operations: [...operations].sort(), shapes, members };
}

function reach(model: Model, name: string, reached: Set<string>): void {
  if (reached.has(name)) return;
  reached.add(name);
  const { members, member, key, value } = model.shapes[name]!;
  for (const inside of [...Object.values(members ?? {}), member, key, value]) {
    if (inside) reach(model, inside.shape, reached);
  }
}

/** A structure has none: its members have. */
function factsOf(model: Model, name: string): ShapeFacts {
  const shape = model.shapes[name]!;
  const insideName = (inside: { readonly shape: string } | undefined) =>
    inside && hasFacts(model, inside.shape) ? inside.shape : undefined;
  const facts: ShapeFacts = {
    number: numbers.find((number) => number === shape.type),
    minimum: shape.min,
    maximum: shape.max,
    pattern: shape.pattern,
    values: openEnums.has(name) ? undefined : shape.enum?.join("|"),
    element: insideName(shape.member),
    key: insideName(shape.key),
    value: insideName(shape.value),
  };
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}

const hasFacts = (model: Model, name: string): boolean => Object.keys(factsOf(model, name)).length > 0;

function readModel(dataFolder: string, service: WireServiceId): Model {
  const versions = readdirSync(join(dataFolder, service)).sort();
  const file = join(dataFolder, service, versions.at(-1)!, "service-2.json.gz");
  return JSON.parse(gunzipSync(readFileSync(file)).toString("utf8"));
}

/** One line for each shape and structure, so that a new version of the model is a readable difference. */
function source(service: WireServiceId, facts: ConstraintFacts): string {
  const lines = (record: Readonly<Record<string, unknown>>) =>
    Object.entries(record).map(([name, value]) => `    ${JSON.stringify(name)}: ${JSON.stringify(value)},`);
  return [
    `// Made by tools/constraints.ts from botocore's model of ${service} (Apache-2.0). Do not edit.`,
    'import type { ConstraintFacts } from "./facts.ts";',
    "",
    "export const facts: ConstraintFacts = {",
    "  operations: [",
    ...facts.operations.map((operation) => `    ${JSON.stringify(operation)},`),
    "  ],",
    "  shapes: {",
    ...lines(facts.shapes),
    "  },",
    "  members: {",
    ...lines(facts.members),
    "  },",
    "};",
    "",
  ].join("\n");
}

/** What is served, and the operations named as "service:Operation". */
function operationsOf(service: WireServiceId, named: readonly string[]): string[] {
  const more = named.filter((name) => name.startsWith(`${service}:`)).map((name) => name.slice(service.length + 1));
  return [...new Set([...Object.keys(services[service] ?? {}), ...more])];
}

if (import.meta.main) {
  const [dataFolder, ...named] = process.argv.slice(2);
  if (!dataFolder) {
    console.error("Usage: node tools/constraints.ts /path/to/site-packages/botocore/data [s3:PutObject ...]");
    process.exit(2);
  }
  for (const { id } of wireServices) {
    const facts = extractFacts(readModel(dataFolder, id), operationsOf(id, named));
    writeFileSync(join(import.meta.dirname, `../src/wire/constraints/${id}.gen.ts`), source(id, facts));
  }
  execFileSync("git", ["--no-pager", "diff", "--stat", "--", "src/wire/constraints"], { stdio: "inherit" });
}
