/** Where a run asks for objects as files, and the name in the credential scope of its requests. */
export const [lendingPath, lendingSigningName] = ["/_sagebrush/run-files", "sagebrush"] as const;

/** Objects below a prefix, which a run wants as files. */
export interface LendingWish {
  /** The folder to put them in, below the run's own. */
  readonly folder: string;
  readonly bucket: string;
  readonly prefix: string;
  /** Only keys after this one. */
  readonly after?: string;
  /** What follows the prefix in the keys of the objects that are wanted; absent: all objects below the prefix. */
  readonly names?: readonly string[];
}

export type Lending =
  /** Nothing can be lent: the store or the run is not on this machine, or on another disk; or an object is not there. */
  | { readonly cannot: string }
  /** A key cannot be the path of a file, or another has its path. */
  | { readonly key: string; readonly problem: "name" | "taken" }
  /** The paths below the folder; `next` is the `after` of what is left. */
  | { readonly paths: readonly string[]; readonly next?: string };
