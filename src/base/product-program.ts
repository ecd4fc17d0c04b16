/**
 * A program of the product. Its spec holds no absolute path, because the place of the product and of its Node is known
 * only where the program runs.
 */
export interface ProductProgram {
  /** Path of its source below the product's folder, such as "src/runtimes/algorithm/train.ts". */
  readonly script: string;
  readonly arguments: readonly string[];
}

/** ".ts" where the product runs from source, ".js" where it is built. */
const sourceEnding = import.meta.url.slice(import.meta.url.lastIndexOf("."));

/** Returns the command line that starts the program; `node` and `productRoot` are absolute paths. */
export const productCommand = (program: ProductProgram, place: { node: string; productRoot: string }): string[] => [
  place.node,
  `${place.productRoot}/${program.script.replace(/\.ts$/, sourceEnding)}`,
  ...program.arguments,
];
