import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync } from "oxc-parser";

/** What the source refuses as not built. */
export interface Refusal {
  /** Below src: "services/sagemaker/inference/model.ts". */
  readonly file: string;
  /** As in the message; what depends on the request stands between underscores: "StorageClass _StorageClass_". */
  readonly what: string;
  /** Members that are refused alike; `what` is then the path before them, and may be empty. */
  readonly members?: readonly string[];
  readonly instead: string;
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly [member: string]: unknown;
}

/** What `notBuilt` says where it is not told what to do instead. */
const standard = "leave it out";
/** How a refusal is made, and which of its arguments are what is refused and what to do instead. */
const makers: Readonly<Record<string, readonly [what: number, instead: number]>> = {
  notBuilt: [1, 2],
  notBuiltFault: [1, 3],
};

/**
 * Reads every refusal of what is not built from the code that makes it, so that no list of them can be wrong: calls of
 * `notBuilt` and `refuseMembers`, and declared pairs of `what` and `instead`.
 * @throws Error that names a call whose words cannot be read, because the guide would lack them
 */
export function readRefusals(source: string): Refusal[] {
  const files = globSync("**/*.ts", { cwd: source }).filter((file) => !/\.(test|fixture|gen|d)\.ts$/.test(file));
  return files.toSorted().flatMap((file) => refusalsIn(file, readFileSync(join(source, file), "utf8")));
}

/** Exported for its test. */
export function refusalsIn(file: string, text: string): Refusal[] {
  if (!/\bnotBuilt|refuseMembers|\bwhat:/.test(text)) return [];
  const { program } = parseSync(file, text);
  const nodes = [...walk(program as unknown as Node)];
  const constants = constantsOf(nodes);
  const found: Refusal[] = [];
  const words = (node: Node | undefined) => node && wordsOf(node, constants);
  const add = (what: string, instead = standard, members?: readonly string[]) =>
    found.push({ file, what, instead, ...(members && { members }) });
  for (const node of nodes) {
    if (node.type === "ObjectExpression") {
      const [what, instead, kind] = ["what", "instead", "kind"].map((name) => words(memberOf(node, name)));
      if (what !== undefined && instead !== undefined && (kind ?? "not-built") === "not-built") add(what, instead);
    }
    if (node.type !== "CallExpression") continue;
    const name = calleeOf(node);
    const given = node.arguments as Node[];
    const places = Object.hasOwn(makers, name) ? makers[name] : undefined;
    if (places) {
      // Where the context is bound already, the words come first.
      const shift = words(given[0]) === undefined ? 0 : places[0];
      const what = words(given[places[0] - shift]);
      if (what !== undefined) add(what, words(given[places[1] - shift]));
      else if (!isPassedOn(given[places[0]])) throw unreadable(file, text, node);
    } else if (/^refuse/.test(name) && given.length >= 3) {
      const members = listOf(given.at(-1)!, constants);
      const path = words(given.at(-2));
      if (members && path !== undefined) add(path, standard, members);
      else if (name === "refuseMembers" && !isPassedOn(given.at(-1))) throw unreadable(file, text, node);
    }
  }
  return found;
}

/** What a refusal is given by whoever declares or asks for it, and has its words there. */
const isPassedOn = (node: Node | undefined): boolean =>
  node === undefined ||
  (node.type === "Identifier" && /^(what|member|members|title|unsigned)$/.test(String(node.name))) ||
  (node.type === "MemberExpression" && (node.property as Node).name === "what") ||
  (node.type === "BinaryExpression" && (node.right as Node).name === "member");

function unreadable(file: string, text: string, node: Node): Error {
  const line = text.slice(0, node.start).split("\n").length;
  return new Error(`src/${file}:${line} refuses something in words that the guide cannot read; write them out there.`);
}

function* walk(node: Node): Generator<Node> {
  yield node;
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value])
      if (typeof child === "object" && child !== null && typeof child.type === "string") yield* walk(child);
  }
}

type Constants = ReadonlyMap<string, readonly Node[]>;

/** What the constants of a file are given, by name. */
function constantsOf(nodes: readonly Node[]): Constants {
  const constants = new Map<string, Node[]>();
  for (const { type, id, init } of nodes as (Node & { id: Node; init: Node | null })[]) {
    if (type !== "VariableDeclarator" || id.type !== "Identifier" || !init) continue;
    const name = String(id.name);
    constants.set(name, [...(constants.get(name) ?? []), init]);
  }
  return constants;
}

/** Of several constants with one name, the last one before its use is meant. */
function constantOf(node: Node, constants: Constants): Node | undefined {
  const named = constants.get(String(node.name)) ?? [];
  return named.findLast(({ start }) => start < node.start) ?? named[0];
}

const wrappers = ["ParenthesizedExpression", "TSAsExpression", "TSSatisfiesExpression"];
const bare = (node: Node): Node => (wrappers.includes(node.type) ? bare(node.expression as Node) : node);

function calleeOf({ callee }: Node): string {
  const { type, name, property } = callee as Node;
  return String(type === "MemberExpression" ? (property as Node).name : (name ?? ""));
}

const memberOf = (object: Node, name: string): Node | undefined =>
  (object.properties as Node[]).find((member) => (member.key as Node | undefined)?.name === name)?.value as
    | Node
    | undefined;

/** A text, a template, or the constant of one; undefined for anything else. */
function wordsOf(given: Node, constants: Constants): string | undefined {
  const node = bare(given);
  if (node.type === "Literal" && typeof node.value === "string") return node.value;
  if (node.type === "Identifier") {
    const constant = constantOf(node, constants);
    return constant && wordsOf(constant, constants);
  }
  if (node.type === "CallExpression") return joined(node, constants);
  if (node.type !== "TemplateLiteral") return undefined;
  const parts = node.expressions as Node[];
  return (node.quasis as Node[])
    .map((quasi, index) => {
      const part = parts[index];
      const { cooked } = quasi.value as { cooked: string };
      return cooked + (part ? (wordsOf(part, constants) ?? `_${nameOf(part)}_`) : "");
    })
    .join("");
}

/** The words of `LIST.join(...)` and `Object.keys(TABLE).join(...)`. */
function joined(node: Node, constants: Constants): string | undefined {
  const { object, property } = node.callee as Node & { object?: Node; property?: Node };
  if (!object || property?.name !== "join") return undefined;
  const table = object.type === "CallExpression" ? constantOf((object.arguments as Node[])[0]!, constants) : undefined;
  const keys = table?.type === "ObjectExpression" ? (table.properties as Node[]) : [];
  const list = keys.length > 0 ? keys.map(({ key }) => String((key as Node).name)) : listOf(object, constants);
  return list?.join(", ");
}

/** The name of what a template shows: of `source.S3DataType` the last, of anything longer its first name. */
function nameOf(node: Node): string {
  if (node.type === "MemberExpression" && (node.property as Node).name !== "length")
    return nameOf(node.property as Node);
  if (node.type === "Identifier") return String(node.name);
  const inner = [...walk(node)].find(({ type }) => type === "Identifier");
  return inner ? String(inner.name) : "value";
}

/** A list of texts, with the lists that are spread into it. */
function listOf(given: Node, constants: Constants): string[] | undefined {
  const node = bare(given);
  if (node.type === "Identifier") {
    const constant = constantOf(node, constants);
    return constant && listOf(constant, constants);
  }
  if (node.type !== "ArrayExpression") return undefined;
  const elements = (node.elements as Node[]).map((element) =>
    element.type === "SpreadElement" ? listOf(element.argument as Node, constants) : wordsOf(element, constants),
  );
  return elements.every((element) => element !== undefined) ? (elements.flat() as string[]) : undefined;
}
