import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { EnvironmentFault } from "./environment-fault.ts";

/** How an installer is run, and where its lines go. */
export interface InstallerTools {
  log(line: string): void;
  readonly signal?: AbortSignal;
  /**
   * Wraps a command that may execute a package's code, so that it can write to these folders alone. Absent where the
   * user's own shell is no safer.
   */
  confine?(command: readonly string[], writable: readonly string[]): readonly string[];
  /** Returns where a confined command sees a path. */
  readonly seen?: SeenAt;
}

/** Returns where what the job's owner wrote sees a path of the run. */
export type SeenAt = (path: string) => string;

/** What uv says of the environment that is being made, by the path that it has until then. */
const greeting = /^Using Python \S+ environment at: /;
/** How many of an installer's last lines a failure shows. */
const shownLines = 12;

/**
 * Runs a program to its end and logs its lines.
 * @throws EnvironmentFault with its last lines when it fails
 */
export async function runInstaller(
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
  { log, signal }: InstallerTools,
  { cwd, what, quiet = false }: { readonly cwd?: string; readonly what: string; readonly quiet?: boolean },
): Promise<string> {
  signal?.throwIfAborted();
  const [program, ...words] = command;
  const child = spawn(program!, words, { cwd, env: { ...environment }, stdio: ["ignore", "pipe", "pipe"], signal });
  const last: string[] = [];
  const output: string[] = [];
  const errors = createInterface({ input: child.stderr });
  errors.on("line", (line) => {
    if (line.trim() === "" || greeting.test(line)) return;
    last.push(line);
    if (last.length > shownLines) last.shift();
    if (!quiet) log(line);
  });
  createInterface({ input: child.stdout }).on("line", (line) => output.push(line));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0)
    throw new EnvironmentFault(`${what}: ${withCause([...output.slice(-shownLines), ...last].slice(-shownLines))}`);
  return output.join("\n");
}

/** Returns lines as a text, an error and its cause on one line: who reads a failure reads its first line. */
export const withCause = (lines: readonly string[]): string =>
  lines.join("\n").replace(/:?\n\s*(?:(?:cause|Caused by): ?|\u2570\u2500\u25b6 ?)/gi, ": ");
