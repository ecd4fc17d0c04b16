/** A part of the server: a store, an executor, the engine. Once open it stays until it is closed. */
export interface Part {
  readonly name: string;
  /** Begins its work, when all parts are there. */
  start?(): Promise<void> | void;
  /** Forgets all that is kept: what `reset` does. */
  clear?(): Promise<void> | void;
  /** `endRuns`: the runs of this server end with it. */
  close?(how: { readonly endRuns: boolean }): Promise<void> | void;
}

/** The parts in the order in which they were opened. */
export interface OpenParts {
  /** In that order. */
  start(): Promise<void>;
  /** In the reverse order: what writes goes before what it writes to. */
  clear(): Promise<void>;
  close(how: { readonly endRuns: boolean }): Promise<void>;
}

export function createOpenParts(parts: readonly Part[]): OpenParts {
  return {
    async start() {
      for (const part of parts) await part.start?.();
    },
    async clear() {
      for (const part of parts.toReversed()) await part.clear?.();
    },
    /** A part that cannot be closed keeps no other from it; the first error is thrown at the end. */
    async close(how) {
      const errors: unknown[] = [];
      for (const part of parts.toReversed())
        try {
          await part.close?.(how);
        } catch (error) {
          errors.push(error);
        }
      if (errors.length > 0) throw errors[0];
    },
  };
}
