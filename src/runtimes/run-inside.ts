import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { shellWord } from "../base/shell-word.ts";
import { type Inside, insideCommand, terminateInside } from "./inner-sandbox.ts";
import { type Program, runProgram } from "./run-program.ts";

/** Where a program that is started inside finds what becomes the command with its variables. */
const startPlace = "/run/sagebrush/start";

/**
 * Runs a program in the inner sandbox to its end and returns its exit code as a shell reports it. Its variables are set
 * inside: some lead the system's loader to a file of the job's owner (LD_PRELOAD), which what makes the sandbox must not run.
 */
export async function runInside(
  { command, environment, ...program }: Omit<Program, "ask">,
  place: Inside,
): Promise<number> {
  const folder = mkdtempSync(join(process.env.SAGEBRUSH_OWN_FOLDER!, "start-"));
  try {
    const file = join(folder, "start");
    writeFileSync(file, startText(environment), { mode: 0o600 });
    const inside = insideCommand(["/bin/sh", startPlace, ...command], {
      ...place,
      readable: [...(place.readable ?? []), { from: file, to: startPlace }],
    });
    return await runProgram({ ...program, command: inside, environment: {}, ask: terminateInside });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A shell cannot export every name that a variable may have, `env` can. */
function startText(environment: NodeJS.ProcessEnv): string {
  const variables = Object.entries(environment).flatMap(([name, value]) =>
    value === undefined ? [] : [shellWord(`${name}=${value}`)],
  );
  return `exec env -i ${variables.join(" ")} "$@"\n`;
}
