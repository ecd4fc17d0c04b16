import type { LockName } from "./locks.ts";

/** Which Python environment a run needs, and what of its machine makes one. All paths are those that the run sees. */
export interface EnvironmentPlan {
  readonly lock: LockName;
  /** The folder of all environments. */
  readonly folder: string;
  /** The Python it is made of. Without a program, uv brings the version. */
  readonly python: { readonly version: string; readonly program?: string };
  /** The program uv; absent where the machine has none yet. */
  readonly uv?: string;
  /** A folder of wheels that stands in for the package index. */
  readonly wheels?: string;
  /** The variables that say how packages are reached; they may hold passwords. */
  readonly access: PackageAccess;
}

export type PackageAccess = Readonly<Record<string, string>>;

/** A plan as a run's document keeps it: without the access, which the run is given when it is started. */
export type KeptEnvironmentPlan = Omit<EnvironmentPlan, "access">;
