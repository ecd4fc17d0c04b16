import { createRandom, type Random } from "../../base/random.ts";
import type { Matrix } from "../data/matrix.ts";

export interface IsolationOptions {
  /** Absent: 100. */
  readonly trees?: number;
  /** Rows that each tree is grown on, drawn without repetition. Absent: 256, or all of fewer. */
  readonly rowsOfTree?: number;
  readonly seed: number;
}

export interface IsolationForest {
  /**
   * How usual each row is: 0.5 - 2^(-d/c), d being the mean number of tests that part it from others and c what it is of
   * as many random rows. Below 0 the row is an anomaly; between -0.5 and 0.5. scikit-learn's `decision_function`.
   */
  score(features: Matrix): Float64Array;
}

/** Trees as columns, one entry per node; the left child is `left`, the right one the next. */
interface IsolationTree {
  /** -1 in a leaf. */
  readonly feature: Int32Array;
  /** In a leaf: the tests before it, and those that its rows would still need. */
  readonly threshold: Float64Array;
  readonly left: Int32Array;
  readonly missingLeft: Uint8Array;
}

/**
 * An isolation forest (Liu, Ting and Zhou, Isolation Forest, 2008): trees that test a random column at a random place of
 * its range until a row is alone, as deep as the logarithm of their rows; a row that few tests part is an anomaly. A
 * column that does not vary among a node's rows is not tested. A missing value, NaN, goes to a side that each node draws.
 */
export function growIsolationForest(
  features: Matrix,
  { trees: count = 100, rowsOfTree = 256, seed }: IsolationOptions,
) {
  const random = createRandom(seed);
  const drawn = Math.min(rowsOfTree, features.rows);
  const order = Uint32Array.from({ length: features.rows }, (_, row) => row);
  const trees = Array.from({ length: count }, () => {
    drawFirst(order, drawn, random);
    return growTree(features, order.slice(0, drawn), Math.ceil(Math.log2(Math.max(drawn, 2))), random);
  });
  const usual = count * testsToPart(drawn);
  return {
    score(other: Matrix): Float64Array {
      const depths = new Float64Array(other.rows);
      for (const tree of trees) addDepths(tree, other, depths);
      // Of one row there is nothing to part: it is as usual as can be told.
      return depths.map((depth) => (usual === 0 ? 0 : 0.5 - 2 ** (-depth / usual)));
    },
  } satisfies IsolationForest;
}

/** How many tests part a row from others in a random tree of so many rows: 2 H(n - 1) - 2 (n - 1) / n. */
function testsToPart(rows: number): number {
  if (rows <= 1) return 0;
  if (rows === 2) return 1;
  return 2 * (Math.log(rows - 1) + 0.5772156649015329) - (2 * (rows - 1)) / rows;
}

function drawFirst(order: Uint32Array | Int32Array, count: number, random: Random): void {
  for (let at = 0; at < count; at++) {
    const other = at + random.below(order.length - at);
    [order[at], order[other]] = [order[other]!, order[at]!];
  }
}

function growTree({ columns, values }: Matrix, rows: Uint32Array, mostDepth: number, random: Random): IsolationTree {
  const feature: number[] = [-1];
  const threshold: number[] = [0];
  const left: number[] = [-1];
  const missingLeft: number[] = [0];
  const drawn = Int32Array.from({ length: columns }, (_, column) => column);
  /** Draws a column that varies among the node's rows, and a place in its range. */
  const drawTest = (from: number, to: number): { column: number; at: number } | undefined => {
    for (let k = 0; k < columns; k++) {
      const other = k + random.below(columns - k);
      [drawn[k], drawn[other]] = [drawn[other]!, drawn[k]!];
      const column = drawn[k]!;
      let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (let i = from; i < to; i++) {
        const value = values[rows[i]! * columns + column]!;
        if (value < low) low = value;
        if (value > high) high = value;
      }
      if (low >= high) continue;
      const at = low + random.next() * (high - low);
      return { column, at: at < high ? at : low };
    }
    return undefined;
  };
  const open = [{ id: 0, depth: 0, from: 0, to: rows.length }];
  for (let node = open.pop(); node; node = open.pop()) {
    const { id, depth, from, to } = node;
    const test = depth < mostDepth && to - from > 1 ? drawTest(from, to) : undefined;
    if (!test) {
      threshold[id] = depth + testsToPart(to - from);
      continue;
    }
    const { column, at } = test;
    missingLeft[id] = random.below(2);
    let middle = from;
    for (let i = from; i < to; i++) {
      const value = values[rows[i]! * columns + column]!;
      if (!(Number.isNaN(value) ? missingLeft[id] === 1 : value <= at)) continue;
      [rows[i], rows[middle]] = [rows[middle]!, rows[i]!];
      middle++;
    }
    feature[id] = column;
    threshold[id] = at;
    left[id] = feature.length;
    for (let child = 0; child < 2; child++) {
      feature.push(-1);
      threshold.push(0);
      left.push(-1);
      missingLeft.push(0);
    }
    open.push({ id: left[id]! + 1, depth: depth + 1, from: middle, to });
    open.push({ id: left[id]!, depth: depth + 1, from, to: middle });
  }
  return {
    feature: Int32Array.from(feature),
    threshold: Float64Array.from(threshold),
    left: Int32Array.from(left),
    missingLeft: Uint8Array.from(missingLeft),
  };
}

function addDepths(tree: IsolationTree, { rows, columns, values }: Matrix, depths: Float64Array): void {
  const { feature, threshold, left, missingLeft } = tree;
  for (let row = 0; row < rows; row++) {
    let node = 0;
    for (let column = feature[0]!; column >= 0; column = feature[node]!) {
      const value = values[row * columns + column]!;
      const goesLeft = Number.isNaN(value) ? missingLeft[node] === 1 : value <= threshold[node]!;
      node = left[node]! + (goesLeft ? 0 : 1);
    }
    depths[row]! += threshold[node]!;
  }
}
