import type { FactFinder } from "../../../src/wire/constraints/shape-facts.ts";
import type { StructureShape } from "../../../src/wire/schema.ts";
import type { DraftRead } from "./read-draft.ts";

type Members = Readonly<Record<string, unknown>>;

/**
 * Completes the input of an operation that leaves as it is what its input does not have: what was there and is emptied
 * is said, by a member such as RemoveOutputLocation or as an empty text. What cannot be said is a problem.
 */
export function withCleared(shape: StructureShape, facts: FactFinder, begun: object, input: object): DraftRead {
  const problems = new Map<string, string>();

  function complete({ name: structure, members }: StructureShape, was: Members, is: Members, above: string): Members {
    const made: Record<string, unknown> = { ...is };
    for (const { name, shape: inner } of members) {
      if (was[name] === undefined) continue;
      const path = above === "" ? name : `${above}.${name}`;
      const remove = `Remove${name}`;
      const isRemovable = members.some((member) => member.name === remove);
      if (inner.kind === "structure" && !(isRemovable && is[name] === undefined)) {
        const below = complete(inner, was[name] as Members, (is[name] ?? {}) as Members, path);
        if (Object.keys(below).length > 0) made[name] = below;
      } else if (is[name] !== undefined) continue;
      else if (isRemovable) made[remove] = true;
      else if (inner.kind === "string" && (facts.ofMember(structure, name).minimum ?? 0) === 0) made[name] = "";
      else problems.set(path, "It can be changed, but not emptied.");
    }
    return made;
  }

  return { input: complete(shape, begun as Members, input as Members, ""), problems };
}
