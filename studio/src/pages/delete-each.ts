/** What could not be deleted, and why. */
export interface Kept<Thing> {
  readonly thing: Thing;
  readonly reason: string;
}

/** How a deletion ended. */
export interface Deleted<Thing> {
  readonly gone: readonly Thing[];
  readonly kept: readonly Kept<Thing>[];
}

/** Deletes one thing after the other; a refusal is of one thing alone. What is left when the signal aborts stays. */
export async function deleteEach<Thing>(
  things: readonly Thing[],
  remove: (thing: Thing) => Promise<unknown>,
  signal?: AbortSignal,
): Promise<Deleted<Thing>> {
  const gone: Thing[] = [];
  const kept: Kept<Thing>[] = [];
  for (const thing of things) {
    if (signal?.aborted) {
      kept.push({ thing, reason: "It was not begun." });
      continue;
    }
    try {
      await remove(thing);
      gone.push(thing);
    } catch (error) {
      kept.push({ thing, reason: (error as Error).message });
    }
  }
  return { gone, kept };
}
