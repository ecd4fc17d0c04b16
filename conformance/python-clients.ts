import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { TestContext } from "vitest";
import type { pythonEnvironments } from "../tools/python-environments.ts";
import type { ProgramResult } from "./program.ts";
import { root, type TestServer } from "./server.ts";

/** The pinned environments that `npm test` makes; see conformance/python. */
export type PythonEnvironment = (typeof pythonEnvironments)[number];

/**
 * Runs a program of an environment (python, aws) by `sagebrush exec`, in a folder of the test's choice. Without the
 * environment the test is skipped, and fails when CI is set.
 */
export async function runClient(
  context: TestContext,
  server: TestServer,
  environment: PythonEnvironment,
  command: readonly string[],
): Promise<ProgramResult> {
  const folder = join(root, `.venv-${environment}`, "bin");
  if (!existsSync(join(folder, "python"))) {
    const reason = `.venv-${environment} is missing; npm test installs it`;
    if (process.env.CI) throw new Error(reason);
    context.skip(reason);
  }
  const path = `PATH=${folder}${delimiter}${process.env.PATH}`;
  return await server.sagebrush("exec", "--", "env", path, ...command);
}

/** Runs a Python program given as text; fails with its output when it does not exit with 0. Gives what it printed. */
export async function runPython(
  context: TestContext,
  server: TestServer,
  environment: PythonEnvironment,
  program: string,
): Promise<string> {
  const result = await runClient(context, server, environment, ["python", "-c", program]);
  if (result.code !== 0) throw new Error(`Python ended with ${result.code}:\n${result.stdout}${result.stderr}`);
  return result.stdout;
}

/** Runs lines of a POSIX shell, stopping at the first that fails. */
export async function runShell(
  context: TestContext,
  server: TestServer,
  environment: PythonEnvironment,
  lines: string,
): Promise<string> {
  const result = await runClient(context, server, environment, ["sh", "-e", "-c", lines]);
  if (result.code !== 0) throw new Error(`The shell ended with ${result.code}:\n${result.stdout}${result.stderr}`);
  return result.stdout;
}
