import type { Random } from "../../../base/random.ts";

export interface ColumnShares {
  readonly colsample_bytree: number;
  readonly colsample_bylevel: number;
  readonly colsample_bynode: number;
}

/**
 * The columns that a tree's nodes may test: a share of all for the tree, of these a share for each depth, of these a
 * share for each node; always at least one.
 *
 * @returns `ofTree`, and a function that draws the columns of a node at a depth
 */
export function sampleColumns(
  columns: number,
  shares: ColumnShares,
  random: Random,
): { ofTree: Int32Array; ofNode: (depth: number) => Int32Array } {
  const all = Int32Array.from({ length: columns }, (_, column) => column);
  const ofTree = draw(all, shares.colsample_bytree, random);
  const ofLevel: Int32Array[] = [];
  return {
    ofTree,
    ofNode(depth) {
      ofLevel[depth] ??= draw(ofTree, shares.colsample_bylevel, random);
      return draw(ofLevel[depth], shares.colsample_bynode, random);
    },
  };
}

/** Returns a share of the columns, rounded down, in ascending order. */
function draw(columns: Int32Array, share: number, random: Random): Int32Array {
  if (share === 1) return columns;
  const count = Math.max(1, Math.floor(columns.length * share));
  const shuffled = columns.slice();
  for (let i = 0; i < count; i++) {
    const j = i + random.below(shuffled.length - i);
    [shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!];
  }
  return shuffled.subarray(0, count).sort();
}
