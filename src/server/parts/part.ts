/** A part of the server: a store, an executor, the reconcile engine. It is open until it is closed. */
export interface Part {
  /** Begins its work, when all parts are there. */
  start?(): Promise<void> | void;
  /** Drops everything that the part keeps, for `reset`. */
  clear?(): Promise<void> | void;
  /** `endRuns`: whether the runs of this server end with it. */
  close?(how: { readonly endRuns: boolean }): Promise<void> | void;
}

/** The parts of a server, in the order of the list. */
export interface Parts<Name extends string> {
  /** The next part of the list is open. */
  add(name: Name, part: Part): void;
  /** In the list's order. */
  start(): Promise<void>;
  /** Clears the parts in the reverse order, so that a writer is cleared before what it writes to. */
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
    /** A part that fails to close does not keep the others open; the first error is thrown at the end. */
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
