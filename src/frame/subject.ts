import type { ResourceKey } from "../stores/resources/port.ts";
import type { Subject } from "./define-kind.ts";
import type { KindNames } from "./kind-naming.ts";

type Names = Pick<KindNames, "sets" | "arn" | "variables">;

/** Returns the name in an input: the value of the last variable that it has, because that one names the thing itself. */
export function nameIn({ sets }: Pick<Names, "sets">, named: string | object): string | undefined {
  if (typeof named === "string") return named;
  const given = named as Readonly<Record<string, unknown>>;
  const variable = sets.flat().findLast((name) => given[name] !== undefined);
  return variable === undefined ? undefined : String(given[variable]);
}

/** Returns what a refusal may mention of a document that an input names, by itself or as the parent of another. */
export const subjectOf = (names: Names, key: ResourceKey, named: string | object, status?: string): Subject => ({
  arn: names.arn(key),
  name: nameIn(names, named) ?? Object.values(names.variables(key)).at(-1) ?? key.name,
  status,
});
