import { type Inside, insideCommand, terminateInside } from "./inner-sandbox.ts";
import { type Program, runProgram } from "./run-program.ts";

/** Runs a program in the inner sandbox to its end and returns its exit code as a shell reports it. */
export const runInside = ({ command, ...program }: Omit<Program, "ask">, place: Inside): Promise<number> =>
  runProgram({ ...program, command: insideCommand(command, place), ask: terminateInside });
