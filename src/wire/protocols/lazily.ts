/** Compiles the inside of a structure when it is first met, because a structure may contain itself. */
export function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
