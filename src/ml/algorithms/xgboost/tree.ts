/**
 * A tree as columns, one entry per node; node 0 is the root. A row goes left when its value is below `threshold`; a
 * missing value goes where `defaultLeft` says.
 */
export interface Tree {
  /** The column that the node tests; -1 in a leaf. */
  readonly feature: Int32Array;
  /** In a leaf: its value. */
  readonly threshold: Float32Array;
  /** -1 in a leaf. */
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly defaultLeft: Uint8Array;
  /** By how much the split lowers the loss; 0 in a leaf. */
  readonly gain: Float32Array;
  /** Sum of the hessians of the rows that came here. */
  readonly cover: Float32Array;
  /** The value that the node would have as a leaf, before the learning rate. */
  readonly weight: Float32Array;
}

/** Where a node is split: rows with a bin code up to `boundary` go left, codes counted within the column. */
export interface Split {
  readonly feature: number;
  readonly boundary: number;
  readonly threshold: number;
  readonly defaultLeft: boolean;
  readonly gain: number;
  /** Sums over the rows that go left, in the units of the histogram. */
  readonly leftG: number;
  readonly leftH: number;
}

/** Builds a tree node by node. */
export class TreeBuilder {
  readonly #nodes: { split?: Split; left: number; right: number; value: number; cover: number; weight: number }[] = [];

  /** Adds a leaf and returns its number; the first one is the root. */
  add(weight: number, cover: number, value: number): number {
    this.#nodes.push({ left: -1, right: -1, value, cover, weight });
    return this.#nodes.length - 1;
  }

  /** The value of a leaf. */
  valueOf(node: number): number {
    return this.#nodes[node]!.value;
  }

  /** Turns a leaf into an inner node with these two children. */
  split(node: number, split: Split, left: number, right: number): void {
    Object.assign(this.#nodes[node]!, { split, left, right });
  }

  build(): Tree {
    const nodes = this.#nodes;
    return {
      feature: Int32Array.from(nodes, (node) => node.split?.feature ?? -1),
      threshold: Float32Array.from(nodes, (node) => node.split?.threshold ?? node.value),
      left: Int32Array.from(nodes, (node) => node.left),
      right: Int32Array.from(nodes, (node) => node.right),
      defaultLeft: Uint8Array.from(nodes, (node) => (node.split?.defaultLeft ? 1 : 0)),
      gain: Float32Array.from(nodes, (node) => node.split?.gain ?? 0),
      cover: Float32Array.from(nodes, (node) => node.cover),
      weight: Float32Array.from(nodes, (node) => node.weight),
    };
  }
}
