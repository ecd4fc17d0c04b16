import type { PlannedProgram } from "../images/planned-program.ts";
import type { Inside } from "./inner-sandbox.ts";
import { mlRoot } from "./ml-root.ts";
import { runInside } from "./run-inside.ts";
import { commandOf, type Program, runProgram } from "./run-program.ts";

/**
 * Runs the program of a plan to its end and returns its exit code as a shell reports it. A program without network runs
 * in the inner sandbox, where it sees what is `shown` too, and without the run's key: there is nothing that it could be used for.
 */
export function runPlanned(
  plan: PlannedProgram,
  program: Omit<Program, "command" | "ask">,
  shown: Pick<Inside, "readable" | "writable"> = {},
): Promise<number> {
  const command = commandOf(plan);
  if (plan.network !== "none") return runProgram({ ...program, command });
  const { AWS_ACCESS_KEY_ID: _, AWS_SECRET_ACCESS_KEY: __, ...environment } = program.environment;
  return runInside({ ...program, command, environment }, { ...shown, folder: mlRoot, network: "none", product: true });
}
