import { join } from "node:path";
import type { TestContext } from "vitest";
import type { TestServer } from "../server.ts";
import type { System } from "./define-system.ts";
import { installed } from "./installed.ts";

/** Every key that a case of keys writes and reads, a line each. */
export const oddKeys = join(import.meta.dirname, "odd-keys.txt");

/**
 * Runs a program by `sagebrush exec`, as a user would, and fails with its output when it does not exit with 0. Gives the
 * lines that it printed. "{folder}" in a word is the folder of the installed system.
 */
export async function runClient(
  context: TestContext,
  server: TestServer,
  system: System,
  command: readonly string[],
): Promise<string[]> {
  const folder = await installed(context, system);
  const words = command.map((word) => word.replaceAll("{folder}", folder));
  const { code, stdout, stderr } = await server.sagebrush("exec", "--", ...words);
  if (code !== 0) throw new Error(`${words.join(" ")} ended with ${code}:\n${stdout}${stderr}`);
  return stdout.split("\n").filter((line) => line !== "");
}
