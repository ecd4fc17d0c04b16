import { type ChildProcess, spawn } from "node:child_process";

export interface LimitedResult {
  /** Undefined when the program was ended at its limit. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Ends the group of a detached child when this process ends before it. */
export function endWithThisProcess(child: ChildProcess): void {
  const end = () => {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  };
  process.once("exit", end);
  child.once("exit", () => process.off("exit", end));
}

/** Runs a program in a process group of its own. At its limit the group is ended, with whatever it has started. */
export function runLimited(
  program: string,
  words: readonly string[],
  options: { readonly cwd: string; readonly environment: NodeJS.ProcessEnv; readonly seconds: number },
): Promise<LimitedResult> {
  const { cwd, environment, seconds } = options;
  const env = { ...process.env, ...environment };
  const child = spawn(program, words, { cwd, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  endWithThisProcess(child);
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text) => {
      said[name] += text;
    });
  }
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    process.kill(-child.pid!, "SIGKILL");
  }, seconds * 1000);
  return new Promise((resolve) => {
    child.on("error", (error) => {
      clearTimeout(timer);
      resolve({ code: 127, stdout: "", stderr: error.message });
    });
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ code: late ? undefined : (code ?? 1), ...said });
    });
  });
}
