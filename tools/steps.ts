import { spawn } from "node:child_process";
import { delimiter, join } from "node:path";
import { endWithThisProcess } from "../conformance/systems/run-limited.ts";

export const root = join(import.meta.dirname, "..");
/** The folder of the tools that the project has installed. */
export const binaries = join(root, "node_modules", ".bin");

/** What a step found. A step that is one check counts as one. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** How a step ended. */
export interface Outcome extends Counts {
  /** What failed and why, a few lines each: they are said again at the end, where a long output is read first. */
  readonly failures?: readonly string[];
  /** What failed and passed when it ran again. */
  readonly unsteady?: readonly string[];
}

/** One step of `npm run check` or `npm test`. */
export interface Step {
  readonly title: string;
  run(): Promise<Outcome>;
}

/** A step that runs one command line tool of the project: passed when it exits with 0, its output shown when not. */
export function tool(title: string, name: string, ...words: string[]): Step {
  return command(title, join(binaries, name), ...words);
}

/** A step that runs a program of the project. */
export function command(title: string, script: string, ...words: string[]): Step {
  return {
    title,
    async run() {
      const { code, output } = await runNode([script, ...words], "shown when it fails");
      if (code === 0) return { passed: 1, failed: 0, skipped: 0 };
      process.stdout.write(output);
      return { passed: 0, failed: 1, skipped: 0, failures: [firstLines(output)] };
    },
  };
}

/** A step that runs once more when it fails. */
export const again = (step: Step): Step => ({
  ...step,
  async run() {
    const first = await step.run();
    if (first.failed === 0) return first;
    console.log(`Run once more: ${step.title}`);
    const second = await step.run();
    return second.failed === 0 ? { ...second, unsteady: [[step.title, ...(first.failures ?? [])].join("\n")] } : second;
  },
});

/** The first lines of an output, indented: what a failure says. */
export const firstLines = (text: string): string =>
  text
    .trim()
    .split("\n")
    .filter((line) => !line.includes("node_modules/vitest"))
    .slice(0, 12)
    .map((line) => `    ${line.slice(0, 300)}`)
    .join("\n");

/**
 * Runs the steps in order, those of a list at the same time, all of them even when one fails. Ends with the line
 * "N passed, N failed, N skipped" and gives the exit code.
 */
export async function runSteps(steps: readonly (Step | readonly Step[])[]): Promise<number> {
  // Whatever is interrupted ends as a process does, so that nothing that it started is left behind.
  for (const [signal, number] of [["SIGINT", 2] as const, ["SIGTERM", 15] as const])
    process.once(signal, () => process.exit(128 + number));
  const total = { passed: 0, failed: 0, skipped: 0 };
  const failures: string[] = [];
  const unsteady: string[] = [];
  const run = async (step: Step): Promise<void> => {
    const began = performance.now();
    const counts = await step.run();
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    console.log(`${counts.failed === 0 ? "ok    " : "FAILED"}  ${step.title}  (${seconds} s)`);
    if (counts.failed > 0) failures.push([step.title, ...(counts.failures ?? [])].join("\n  "));
    unsteady.push(...(counts.unsteady ?? []));
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.skipped += counts.skipped;
  };
  for (const step of steps) await Promise.all([step].flat().map(run));
  for (const failure of unsteady) console.log(`Passed only when it ran again, to be mended: ${failure}`);
  for (const failure of failures) console.log(`Failed: ${failure}`);
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  return total.failed === 0 && total.passed + total.skipped > 0 ? 0 : 1;
}

/** How long all steps together may take in CI, where a step that hangs would leave no result at all. */
const limitSeconds = process.env.CI ? 75 * 60 : undefined;

/**
 * Runs this Node. Everything it starts in turn finds the same Node first on its PATH. At the limit of all steps it is
 * ended with what it has started.
 */
export function runNode(words: readonly string[], output: "shown" | "shown when it fails") {
  const env = { ...process.env, PATH: `${binaries}${delimiter}${process.env.PATH ?? ""}` };
  const child = spawn(process.execPath, words, {
    cwd: root,
    env,
    stdio: ["ignore", output === "shown" ? "inherit" : "pipe", output === "shown" ? "inherit" : "pipe"],
    // A group of its own can be ended as a whole. Elsewhere it would not hear of Ctrl-C.
    detached: limitSeconds !== undefined,
  });
  const end = () => {
    console.log(`ended after ${limitSeconds} s, the limit of all steps together: ${words.join(" ")}`);
    process.kill(-child.pid!, "SIGKILL");
  };
  if (limitSeconds !== undefined) endWithThisProcess(child);
  const timer = limitSeconds && setTimeout(end, Math.max(limitSeconds - performance.now() / 1000, 1) * 1000);
  const chunks: Buffer[] = [];
  child.stdout?.on("data", (chunk) => chunks.push(chunk));
  child.stderr?.on("data", (chunk) => chunks.push(chunk));
  return new Promise<{ code: number; output: string }>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString() });
    });
  });
}
