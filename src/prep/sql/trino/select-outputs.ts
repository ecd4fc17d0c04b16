import { hasAggregates } from "./has-aggregates.ts";
import type { Expression, Relation, Select } from "./syntax.ts";

/** Which column of FROM an output of SELECT is, where a test of the one can be made on the other. */
export function outputsOf(select: Select): (name: string) => readonly string[] | undefined {
  const grouped = select.groupBy !== undefined || hasAggregates([select.items, select.having]);
  if (hasWindows(select.items)) return () => undefined;
  const keys = new Set<string>();
  for (const { kind, sets } of select.groupBy?.elements ?? []) {
    if (kind !== "simple") return () => undefined;
    for (const node of sets.flat()) {
      const item = node.kind === "number" ? select.items[Number(node.text) - 1] : undefined;
      const key = item?.kind === "item" ? item.value : node;
      if (key.kind === "name") keys.add(JSON.stringify(key.parts));
    }
  }
  const stars = select.items.filter((item) => item.kind === "all");
  return (name) => {
    const items = select.items.filter((item) => item.kind === "item" && nameOf(item)?.toLowerCase() === name);
    let parts: readonly string[] | undefined;
    if (stars.length === 0 && items.length === 1) {
      const [item] = items;
      parts = item?.kind === "item" && item.value.kind === "name" ? item.value.parts : undefined;
    } else if (stars.length === 1 && items.length === 0) {
      const [{ aliases, base }] = stars as [(typeof stars)[number]];
      if (aliases === undefined && (base === undefined || base.kind === "name"))
        parts = [...(base?.kind === "name" ? base.parts : []), name];
    }
    return parts !== undefined && grouped && !keys.has(JSON.stringify(parts)) ? undefined : parts;
  };
}

function nameOf({ alias, value }: { readonly alias?: string; readonly value: Expression }): string | undefined {
  if (alias !== undefined) return alias;
  if (value.kind === "field") return value.name;
  return value.kind === "name" ? value.parts.at(-1) : undefined;
}

function hasWindows(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(hasWindows);
  if (typeof node !== "object" || node === null || "with" in node) return false;
  return ("over" in node && node.over !== undefined) || Object.values(node).some(hasWindows);
}

/** The columns that USING makes one of: which side one is hangs on the join. */
export function usingNames(node: Relation): ReadonlySet<string> {
  if (node.kind !== "join") return new Set();
  return new Set([...(node.using ?? []), ...usingNames(node.left), ...usingNames(node.right)]);
}
