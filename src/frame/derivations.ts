/** What is derived from documents: made once for each version of a document, and forgotten with it. */
export interface Derivations {
  /** Returns what `make` makes of a document that the cache has given. */
  of<D extends object, T>(document: D, make: (document: D) => T): T;
}

export function createDerivations(): Derivations {
  const made = new WeakMap<object, Map<unknown, unknown>>();
  return {
    of<D extends object, T>(document: D, make: (document: D) => T): T {
      const known = made.get(document) ?? new Map<unknown, unknown>();
      if (known.size === 0) made.set(document, known);
      if (!known.has(make)) known.set(make, make(document));
      return known.get(make) as T;
    },
  };
}
