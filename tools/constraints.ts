/**
 * Takes the constraint facts of every wire service from botocore's service models and writes them to
 * src/wire/constraints/<service>.facts. Run by hand when the client packages are renewed or a service is added:
 *
 *   node tools/constraints.ts [/path/to/site-packages/botocore]
 */
import { execFileSync } from "node:child_process";
import { globSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { MemberFacts, ModelFacts, ShapeFacts } from "../src/wire/constraints/shape-facts.ts";
import { readServiceModel } from "../src/wire/schema.ts";
import { type WireService, wireServices } from "../src/wire/wire-services.ts";

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
interface ShapeReference {
  readonly shape: string;
}
export interface Model {
  readonly metadata: { readonly protocols: readonly string[] };
  readonly operations: Readonly<
    Record<
      string,
      {
        readonly input?: ShapeReference;
        readonly output?: ShapeReference;
        readonly errors?: readonly ShapeReference[];
      }
    >
  >;
  readonly shapes: Readonly<Record<string, ModelShape>>;
}

/**
 * Enums that grow with AWS, or that a service takes other values for: ReceiveMessage knows attributes of messages by
 * SQS's names of a queue's. Their values are checked where they are used.
 */
const openEnums = new Set(["BucketLocationConstraint", "QueueAttributeName", "MessageSystemAttributeName"]);

const numbers = ["integer", "long", "float", "double"] as const;

/**
 * The facts of everything that the inputs of a model's operations can hold. With CBOR, which writes integers and floats
 * differently, those of outputs and errors too.
 */
export function extractFacts(model: Model): ModelFacts {
  const { protocols } = model.metadata;
  const answers = protocols.includes("smithy-rpc-v2-cbor");
  const reached = new Set<string>();
  for (const { input, output, errors = [] } of Object.values(model.operations)) {
    for (const part of [input, ...(answers ? [output, ...errors] : [])]) if (part) reach(model, part.shape, reached);
  }
  const shapes: Record<string, ShapeFacts> = {};
  const structures: Record<string, MemberFacts> = {};
  for (const name of [...reached].sort()) {
    if (hasFacts(model, name)) shapes[name] = factsOf(model, name);
    const named = Object.entries(model.shapes[name]!.members ?? {}).filter(([, { shape }]) => hasFacts(model, shape));
    if (named.length > 0) structures[name] = Object.fromEntries(named.map(([member, { shape }]) => [member, shape]));
  }
  return { protocols: [...protocols].sort(), operations: Object.keys(model.operations).sort(), shapes, structures };
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

/** One line for each operation, protocol, shape and structure, so that a new version of the model is a readable difference. */
export function factLines(title: string, facts: ModelFacts): string {
  const lines = (kind: string, record: Readonly<Record<string, unknown>>) =>
    Object.entries(record).map(([name, value]) => `${kind} ${name} ${JSON.stringify(value)}`);
  return [
    `# ${title}. Made by tools/constraints.ts. Do not edit.`,
    ...facts.operations.map((operation) => `operation ${operation}`),
    ...facts.protocols.map((protocol) => `protocol ${protocol}`),
    ...lines("shape", facts.shapes),
    ...lines("structure", facts.structures),
    "",
  ].join("\n");
}

function readModel(botocore: string, service: string): Model {
  const versions = readdirSync(join(botocore, "data", service)).sort();
  const file = join(botocore, "data", service, versions.at(-1)!, "service-2.json.gz");
  return JSON.parse(gunzipSync(readFileSync(file)).toString("utf8"));
}

/** Operations of the AWS client that botocore's model lacks: a newer botocore is needed for them. */
async function missingOperations(service: WireService, { operations }: ModelFacts): Promise<string[]> {
  const client = readServiceModel(await service.load());
  return [...client.operations.keys()].filter((name) => !operations.includes(name)).sort();
}

if (import.meta.main) {
  const root = join(import.meta.dirname, "..");
  const [botocore = globSync(join(root, ".venv-v3/lib/python*/site-packages/botocore"))[0]] = process.argv.slice(2);
  if (botocore === undefined) {
    console.error("There is no .venv-v3. Usage: node tools/constraints.ts /path/to/site-packages/botocore");
    process.exit(2);
  }
  const [, version] = /^__version__ = '(.+)'$/m.exec(readFileSync(join(botocore, "__init__.py"), "utf8"))!;
  for (const service of wireServices) {
    const facts = extractFacts(readModel(botocore, service.id));
    const title = `Constraint facts of ${service.id}, from the model in botocore ${version} (Apache-2.0)`;
    writeFileSync(join(root, `src/wire/constraints/${service.id}.facts`), factLines(title, facts));
    const missing = await missingOperations(service, facts);
    if (missing.length > 0) console.log(`${service.id}: botocore ${version} does not know ${missing.join(", ")}`);
  }
  execFileSync("git", ["--no-pager", "diff", "--stat", "--", "src/wire/constraints"], { cwd: root, stdio: "inherit" });
}
