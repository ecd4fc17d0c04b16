import { join } from "node:path";
import type { Kind } from "../../src/frame/define-kind.ts";
import type { Generator } from "./generators.ts";
import { banner, type Found, findUnits, loader } from "./units.ts";

type Unit = Kind & { readonly unit: "kind" | "resource" | "job" };

/** The kinds of the frame and of the services, each once: a resource of a kind that has a file of its own is that kind. */
export async function findKinds(root: string): Promise<FoundKind[]> {
  const own = await findUnits<Unit>(join(root, "src", "frame"), "kind");
  const offered = await findUnits<Unit>(join(root, "src", "services"), "kind", "resource", "job");
  const all = [...own.map((one) => ({ ...one, file: `../frame/${one.file}` })), ...offered];
  const kinds = [...new Map(all.toReversed().map((one) => [one.unit.definition, one])).values()].toReversed();
  return kinds.map((one) => {
    const ofKind = all.filter(({ unit }) => unit.definition === one.unit.definition);
    return { ...one, listedBy: ofKind.find(({ unit }) => unit.listedBy !== undefined)?.unit.listedBy };
  });
}

/** A kind, and the operation that lists its documents, which a resource of the kind declares or the kind itself. */
type FoundKind = Found<Unit> & { readonly listedBy: string | undefined };

/**
 * src/services/kinds.gen.ts: what is known of each kind before its file is imported. A kind given twice is an error, and
 * so is a name in Search.
 */
export const generateKinds: Generator = async (root) => {
  let text = `${banner}import type { KindEntry } from "../frame/kinds.ts";

export const kinds: readonly KindEntry[] = [
`;
  const owners = new Map<string, string>();
  const searched = new Map<string, string>();
  const found = await findKinds(root);
  for (const one of found) {
    const { name, definition } = one.unit;
    const other = owners.get(name);
    if (other !== undefined) throw new Error(`The kind ${name} is defined in ${other} and in ${one.file}.`);
    owners.set(name, one.file);
    const {
      service,
      kind,
      arn,
      key,
      scope,
      exactCase,
      title,
      parent,
      tags,
      search,
      running,
      guards,
      ownPolicy,
      large,
    } = definition;
    if (search && searched.has(search))
      throw new Error(`Search would find ${searched.get(search)} and ${name} under the name ${search}.`);
    if (search) searched.set(search, name);
    const facts = {
      service,
      kind,
      arn,
      key,
      scope,
      exactCase,
      title,
      parent,
      tags,
      search,
      listedBy: one.listedBy,
      running,
      guards,
      ownPolicy,
      large: large && true,
    };
    const lines = Object.entries(facts)
      .filter(([, value]) => value !== undefined)
      .map(([member, value]) => `    ${member}: ${JSON.stringify(value)},\n`);
    text += `  {\n${lines.join("")}    shape: ${JSON.stringify(one.unit.shape)},\n    load: ${loader(one)},\n  },\n`;
  }
  checkParents(found.map(({ unit }) => unit));
  return new Map([["src/services/kinds.gen.ts", `${text}];\n`]]);
};

/** Refuses parents that no kind is, and children that a deletion would take while they have children of their own. */
function checkParents(units: readonly Unit[]): void {
  const names = new Set(units.map(({ name }) => name));
  for (const { name, definition } of units) {
    const { parent } = definition;
    if (parent && !names.has(parent.kind))
      throw new Error(`The parent of ${name} is ${parent.kind}, which is no kind.`);
    const child = units.find((one) => one.definition.parent?.kind === name);
    if (child && parent?.deletion === "takes children")
      throw new Error(
        `The deletion of a ${parent.kind} takes ${name}, and would leave its ${child.name} without parent.`,
      );
  }
}
