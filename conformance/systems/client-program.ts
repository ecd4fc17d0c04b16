import { join } from "node:path";
import type { TestContext } from "vitest";
import { region, root, type TestServer } from "../server.ts";
import type { System } from "./define-system.ts";
import { installed } from "./installed.ts";
import { runLimited } from "./run-limited.ts";

/** Every key that a case of keys writes and reads, a line each. */
export const oddKeys = join(import.meta.dirname, "odd-keys.txt");

/** Less than the limit of a test, so that a program that hangs is ended and not left behind. */
const programLimitSeconds = 150;

/**
 * Runs a program by `sagebrush exec`, as a user would, and fails with its output when it does not exit with 0. Gives the
 * lines that it printed. "{folder}" in a word is the folder of the installed system.
 */
export async function runClient(
  context: TestContext,
  server: TestServer,
  system: System,
  command: readonly string[],
  seconds: number = programLimitSeconds,
): Promise<string[]> {
  const folder = await installed(context, system);
  const words = command.map((word) => word.replaceAll("{folder}", folder));
  const exec = [join(root, "bin", "sagebrush"), "exec", "--home", server.home, "--", ...words];
  const options = { cwd: folder, environment: { AWS_REGION: region }, seconds };
  const { code, stdout, stderr } = await runLimited(process.execPath, exec, options);
  if (code !== 0) {
    const how = code === undefined ? `was ended after ${seconds} s` : `ended with ${code}`;
    throw new Error(`${words.join(" ")} ${how}:\n${stdout}${stderr}`);
  }
  return stdout.split("\n").filter((line) => line !== "");
}
