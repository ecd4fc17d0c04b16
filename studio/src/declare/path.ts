import type { Item } from "./item.ts";

/** A member, or a member inside one: "ResourceConfig.InstanceType". The shared suite holds the whole against the schema. */
export type Path<T> = (keyof T & string) | `${keyof T & string}.${string}`;

/** Returns what is at a path; an index is a step too: "ProductionVariants.0.ModelName". */
export function valueAt(value: unknown, path: string): unknown {
  let found: unknown = value;
  for (const step of path.split(".")) {
    if (typeof found !== "object" || found === null) return undefined;
    found = (found as Item)[step];
  }
  return found;
}

/** Returns a copy with another value at a path. What becomes empty by it goes, so that an unused structure is absent. */
export function withValueAt(value: unknown, path: readonly string[], inner: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return isEmpty(inner) ? undefined : inner;
  const made = withValueAt((value as Item | undefined)?.[step], rest, inner);
  if (Array.isArray(value) || (value === undefined && /^\d+$/.test(step))) {
    const list = [...((value as unknown[] | undefined) ?? [])];
    // An entry of a list stays when it is emptied, as its place is shown.
    list[Number(step)] = made ?? {};
    return list;
  }
  const { [step]: _, ...others } = (value ?? {}) as Item;
  const whole = made === undefined ? others : { ...(value as Item), [step]: made };
  return Object.keys(whole).length === 0 ? undefined : whole;
}

const isEmpty = (value: unknown) => value === undefined || value === "";
