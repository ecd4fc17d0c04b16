/** What a part does, once it is open: a store, an executor, the engine. */
export interface Part {
  /** Begins its work, when all parts are there. */
  start?(): Promise<void> | void;
  /** Forgets all that is kept: what `reset` does. */
  clear?(): Promise<void> | void;
  /** `endRuns`: the runs of this server end with it. */
  close?(how: { readonly endRuns: boolean }): Promise<void> | void;
}

/** The parts of a server, in the order of the list. */
export interface Parts<Name extends string> {
  /** The next part of the list is open. */
  add(name: Name, part: Part): void;
  /** In the list's order. */
  start(): Promise<void>;
  /** In the reverse order: what writes goes before what it writes to. */
  clear(): Promise<void>;
  close(how: { readonly endRuns: boolean }): Promise<void>;
}

/** `list`: every part there is, as `part-list.ts` declares them. */
export function createParts<Name extends string>(list: readonly { readonly name: Name }[]): Parts<Name> {
  const open: Part[] = [];
  return {
    add(name, part) {
      const next = list[open.length]?.name ?? "its end";
      if (next !== name) throw new Error(`The part ${name} is opened where the list has ${next}.`);
      open.push(part);
    },
    async start() {
      const missing = list[open.length]?.name;
      if (missing !== undefined) throw new Error(`The part ${missing} is not open.`);
      for (const part of open) await part.start?.();
    },
    async clear() {
      for (const part of open.toReversed()) await part.clear?.();
    },
    /** A part that cannot be closed keeps no other from it; the first error is thrown at the end. */
    async close(how) {
      const errors: unknown[] = [];
      for (const part of open.toReversed())
        try {
          await part.close?.(how);
        } catch (error) {
          errors.push(error);
        }
      if (errors.length > 0) throw errors[0];
    },
  };
}
