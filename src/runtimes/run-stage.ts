import { keepTellingAlive, tell } from "./events.ts";
import { mlRoot } from "./ml-root.ts";

/** Tells why the run has failed, and returns its exit code. */
export function failed(reason: string, code: number): number {
  tell("Failed", { reason });
  return code;
}

/** Runs the work of a program that stages a run; it returns the exit code. */
export async function runStage(work: () => Promise<number>): Promise<void> {
  // This is the program's working folder.
  process.chdir(mlRoot);
  keepTellingAlive();
  try {
    process.exitCode = await work();
  } catch (error) {
    // The platform failed and not the program, so the reason begins with InternalServerError.
    console.error(error);
    process.exitCode = failed(`InternalServerError: ${(error as Error).message}`, 1);
  }
}
