import { spawnSync } from "node:child_process";
import { mlRoot } from "./ml-root.ts";

/** A folder or file, where this program sees it and where a command in the inner sandbox does. */
export interface Shown {
  readonly from: string;
  readonly to: string;
}

/** How a command is started in the sandbox inside the run's own (see executors/port.ts). */
export interface Inside {
  /** Its working folder. */
  readonly folder: string;
  /** `none`: a network of its own. */
  readonly network: "host" | "none";
  /** What it sees besides /opt/ml, /tmp and the run's mounts, read-only. */
  readonly readable?: readonly (string | Shown)[];
  /** What it may write to besides /opt/ml and /tmp. */
  readonly writable?: readonly (string | Shown)[];
  /** Whether it is a program of the product. */
  readonly product?: boolean;
}

function innerSandbox(): string {
  const program = process.env.SAGEBRUSH_INNER_SANDBOX;
  if (program === undefined) throw new Error("SAGEBRUSH_INNER_SANDBOX is not set: the executor gives no inner sandbox");
  return program;
}

/** Returns the command line of a command in the inner sandbox. */
export const insideCommand = (
  command: readonly string[],
  { folder, network, readable = [], writable = [], product = false }: Inside,
): readonly string[] => [
  ...[innerSandbox(), "start", "--folder", folder, "--network", network],
  ...(product ? ["--product"] : []),
  ...ownRoot(),
  ...readable.flatMap((shown) => ["--readable", ...places(shown)]),
  ...writable.flatMap((shown) => ["--writable", ...places(shown)]),
  "--",
  ...command,
];

/**
 * A container of several has a folder of the run's /opt/ml for its own. It sees that alone as /opt/ml, and at the path by
 * which what stages it names it.
 */
const ownRoot = (): readonly string[] =>
  mlRoot === usualRoot ? [] : [usualRoot, mlRoot].flatMap((place) => ["--writable", mlRoot, place]);

const usualRoot = "/opt/ml";

const places = (shown: string | Shown): readonly string[] =>
  typeof shown === "string" ? [shown, shown] : [shown.from, shown.to];

/** Asks the command that a process of such a command line runs to end; false when it is not there. */
export const terminateInside = (pid: number): boolean =>
  spawnSync(innerSandbox(), ["terminate", String(pid)], { stdio: "ignore" }).status === 0;
