const shortestBeginning = 3;

/** Returns the only name that begins as the mistyped one, or the nearest to it; undefined when none is near. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  const begun = names.filter((candidate) => candidate.toLowerCase().startsWith(name.toLowerCase()));
  if (name.length >= shortestBeginning && begun.length === 1) return begun[0];
  const allowed = Math.max(1, Math.floor(name.length / 3));
  let best: string | undefined;
  let bestDistance = allowed + 1;
  for (const candidate of names) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/**
 * Returns the number of insertions, deletions and replacements of one character, and exchanges of two neighbours, that
 * make one text of the other (the distance of optimal string alignment).
 */
function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isExchange = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const exchanged = isExchange ? beforePrevious[j - 2]! + 1 : Number.POSITIVE_INFINITY;
      current.push(Math.min(replaced, previous[j]! + 1, current[j - 1]! + 1, exchanged));
    }
    [beforePrevious, previous] = [previous, current];
  }
  return previous[b.length]!;
}
