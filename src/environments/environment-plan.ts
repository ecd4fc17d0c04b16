import type { LockName } from "./locks.ts";

/**
 * Which Python environment a run needs, and what of its machine makes one. All paths are those that the run sees; what the
 * job's owner wrote sees them by `inside`.
 */
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
  /** Where the inner sandbox shows the folders and files of these paths. */
  readonly inside?: Readonly<Record<string, string>>;
}

/** Returns the path by which the inner sandbox shows one that the run sees; another text as it is. */
export function pathInside({ inside = {} }: Pick<EnvironmentPlan, "inside">, path: string): string {
  const shown = Object.keys(inside).filter((top) => path === top || path.startsWith(`${top}/`));
  const nearest = shown.sort((a, b) => b.length - a.length)[0];
  return nearest === undefined ? path : inside[nearest]! + path.slice(nearest.length);
}

export type PackageAccess = Readonly<Record<string, string>>;

/** The variable in which a run finds its plan. The plan may hold passwords of a package index, so no document has it. */
const planVariable = "SAGEBRUSH_PYTHON";

export const planIdentity = (plan: EnvironmentPlan): Record<string, string> => ({
  [planVariable]: JSON.stringify(plan),
});

/** Returns the plan that this run was given. */
export function givenPlan(): EnvironmentPlan {
  const text = process.env[planVariable];
  if (text === undefined) throw new Error(`${planVariable} is not set: the executor gives this run no Python`);
  return JSON.parse(text) as EnvironmentPlan;
}
