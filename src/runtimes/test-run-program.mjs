// Runs the JavaScript in its argument as the program of a run, and tells its exit code as a state.
import { tell } from "./events.ts";
import { abortedBySigterm, programEnvironment, runProgram } from "./run-program.ts";

const [source, graceSeconds, command] = process.argv.slice(2);
const code = await runProgram({
  command: command ? [command] : [process.execPath, "-e", source],
  environment: programEnvironment({ OWN: "own", AWS_REGION: "own" }, { CONTRACT: "yes" }),
  stopping: abortedBySigterm().signal,
  graceSeconds: graceSeconds ? Number(graceSeconds) : undefined,
});
tell("Ended", { code });
