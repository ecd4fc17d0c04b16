/** A part of the server: a store, an executor, the reconcile engine. It is open until it is closed. */
export interface Part {
  readonly name: string;
  /** Begins the part's work, when all parts are open. */
  start?(): Promise<void> | void;
  /** Drops everything that the part keeps, for `reset`. */
  clear?(): Promise<void> | void;
  /** `endRuns`: whether the runs of this server end with it. */
  close?(how: { readonly endRuns: boolean }): Promise<void> | void;
}

/** The open parts, in the order in which they were opened. */
export interface OpenParts {
  /** Starts the parts in that order. */
  start(): Promise<void>;
  /** Clears the parts in the reverse order, so that a writer is cleared before what it writes to. */
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
    /** A part that fails to close does not keep the others open; the first error is thrown at the end. */
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
