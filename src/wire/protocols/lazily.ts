/** Structures may hold themselves, so what is inside one is compiled when it is first met. */
export function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
