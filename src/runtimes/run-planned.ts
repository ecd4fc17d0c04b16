import type { PlannedProgram } from "../images/planned-program.ts";
import type { Inside } from "./inner-sandbox.ts";
import { mlRoot } from "./ml-root.ts";
import { runInside } from "./run-inside.ts";
import { commandOf, type Program, programEnvironment, runProgram } from "./run-program.ts";

export interface PlannedRun extends Omit<Program, "command" | "environment" | "ask"> {
  /** The variables that the container contract adds. */
  readonly contract: Readonly<Record<string, string>>;
  /** What a program without network sees besides. */
  readonly shown?: Pick<Inside, "readable" | "writable">;
}

/**
 * Runs the program of a plan to its end and returns its exit code as a shell reports it. A program without network runs
 * in the inner sandbox, where it sees what is `shown` too, and without the run's key: there is nothing that it could be
 * used for. A program of the product that runs beside the key gets no variables of the job's owner, some of which have
 * Node or the system load code (0080).
 */
export function runPlanned(
  plan: PlannedProgram & { readonly environment: Readonly<Record<string, string>> },
  { contract, shown = {}, ...program }: PlannedRun,
): Promise<number> {
  const command = commandOf(plan);
  const isInside = plan.network === "none";
  const environment = programEnvironment("program" in plan && !isInside ? {} : plan.environment, contract);
  if (!isInside) return runProgram({ ...program, command, environment });
  const { AWS_ACCESS_KEY_ID: _, AWS_SECRET_ACCESS_KEY: __, ...keyless } = environment;
  const place: Inside = { ...shown, folder: mlRoot, network: "none", product: true };
  return runInside({ ...program, command, environment: keyless }, place);
}
