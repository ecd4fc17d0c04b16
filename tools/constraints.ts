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
  readonly metadata: { readonly apiVersion: string };
  readonly operations: Readonly<Record<string, { readonly input?: { readonly shape: string } }>>;
  readonly shapes: Readonly<Record<string, ModelShape>>;
}

const numbers = ["integer", "long", "float", "double"] as const;

/** The facts of everything that the inputs of these operations can hold. */
export function extractFacts(model: Model, operations: readonly string[]): ConstraintFacts {
  const shapes: Record<string, ShapeFacts> = {};
  const members: Record<string, Record<string, string>> = {};
  const visited = new Set<string>();

  /** Gives the name under which the shape's facts stand, if it has any. */
  function visit(name: string): string | undefined {
    const shape = model.shapes[name]!;
    if (!visited.has(name)) {
      visited.add(name);
      if (shape.members) visitMembers(name, shape.members);
      const facts = factsOf(shape);
      if (Object.keys(facts).length > 0) shapes[name] = facts;
    }
    return shapes[name] ? name : undefined;
  }

  function visitMembers(structure: string, of: NonNullable<ModelShape["members"]>): void {
    const named = Object.entries(of).map(([member, { shape }]) => [member, visit(shape)] as const);
    const withFacts = named.filter((entry): entry is [string, string] => entry[1] !== undefined);
    if (withFacts.length > 0) members[structure] = Object.fromEntries(withFacts);
  }

  function factsOf(shape: ModelShape): ShapeFacts {
    const number = numbers.find((name) => name === shape.type);
    const facts: ShapeFacts = {
      number,
      minimum: shape.min,
      maximum: shape.max,
      pattern: shape.pattern,
      values: shape.enum?.join("|"),
      element: shape.member && visit(shape.member.shape),
      key: shape.key && visit(shape.key.shape),
      value: shape.value && visit(shape.value.shape),
    };
    return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
  }

  for (const operation of operations) {
    const found = model.operations[operation];
    if (!found)
      throw new Error(`botocore's model has no operation ${operation}; its version is ${model.metadata.apiVersion}`);
    if (found.input) visit(found.input.shape);
  }
  return { operations: [...operations].sort(), shapes: sorted(shapes), members: sorted(members) };
}

const sorted = <T>(record: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(record).sort(([one], [other]) => (one < other ? -1 : 1)));

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
  return [...new Set([...(services[service]?.operations ?? []), ...more])];
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
