import { existsSync, readFileSync } from "node:fs";
import { availableParallelism, constants } from "node:os";
import { join } from "node:path";
import { longestGraceSeconds } from "../../images/stage-plan.ts";
import type { PlannedScript, TrainingPlan } from "../../images/training-plan.ts";
import { usualUnpackLimits } from "../../images/unpack-plan.ts";
import type { Inside } from "../inner-sandbox.ts";
import { mlRoot } from "../ml-root.ts";
import type { ObjectClient } from "../object-client.ts";
import { writeOwnFile } from "../own-files.ts";
import { isTooLong, passable, tooLong } from "./argument-limits.ts";
import { distributed } from "./distribution.ts";
import { listenToDriver } from "./driver-failure.ts";
import { type EntryPointKind, entryPointCommand, entryPointKind } from "./entry-point.ts";
import { commandArguments, readHyperparameters } from "./hyperparameters.ts";
import { createPythonRun } from "./python-run.ts";
import { log, runPythonFolder } from "./run-python.ts";
import { createErrorReader, scriptFailure } from "./script-failure.ts";
import {
  type ResourceConfig,
  shownCores,
  shownFacts,
  type TrainingFacts,
  trainingEnvironment,
} from "./training-environment.ts";

/** A script of a training job, in the Python of its image. */
export interface ScriptRun {
  /** Makes the Python ready; the script's code may need more of it. */
  prepare(): Promise<void>;
  /** Runs the script to its end and returns its exit code. */
  run(): Promise<number>;
}

type ScriptPlan = TrainingPlan & { readonly script: PlannedScript };

/** @param besides what the script sees besides its own files */
export function createScriptRun(
  plan: ScriptPlan,
  besides: Pick<Inside, "readable" | "writable">,
  objects: ObjectClient,
  stopping: AbortSignal,
): ScriptRun {
  const { script, job, environment: own, graceSeconds = longestGraceSeconds } = plan;
  const contract = { TRAINING_JOB_NAME: job.name, TRAINING_JOB_ARN: job.arn };
  const options = { plan: script, own, contract, shown: besides, stopping, graceSeconds };
  const python = createPythonRun(options);

  /** A command of the job's own: it finds the Python and is left to itself. */
  async function runCommand(command: readonly string[]): Promise<number> {
    await python.lay({ folder: mlRoot });
    const driver = listenToDriver();
    const code = await python.run(command, mlRoot, python.variables(), driver && { told: driver.told });
    if (code !== 0) await driver?.tellCause();
    return code;
  }

  async function runProgram(): Promise<number> {
    const code = join(mlRoot, "code");
    const facts = readFacts(job.name, own);
    const { reserved } = facts.hyperparameters;
    const place = reserved.get("sagemaker_submit_directory");
    await fetchCodeOf(typeof place === "string" ? placeHere(place, besides.readable ?? []) : undefined, code);
    const kind = entryPointKind(facts.program, code);
    const requirements =
      kind !== "command" && existsSync(join(code, "requirements.txt")) ? "requirements.txt" : undefined;
    await python.lay({ folder: code, requirements });
    const shown = trainingEnvironment(facts);
    const env = python.variables({ ...shown, PYTHONPATH: code });
    if (kind === "package") {
      const failure = await installPackage(code, env);
      if (failure !== undefined) return failure;
    }
    const alone = entryPointCommand(
      kind as EntryPointKind,
      facts.program,
      passable(commandArguments(facts.hyperparameters.own)),
      join(runPythonFolder, "bin", "python"),
    );
    const together = distributed(facts, alone, kind);
    const command = together?.command ?? alone;
    tellInvocation(facts, shown, command);
    return judged(command, code, { ...env, ...together?.variables });
  }

  async function fetchCodeOf(place: string | undefined, folder: string): Promise<void> {
    const { fetchCode } = await import("./user-code.ts");
    await fetchCode(place, folder, objects, script.unpacked ?? usualUnpackLimits);
  }

  /** @returns undefined when it is installed */
  async function installPackage(code: string, env: Record<string, string>): Promise<number | undefined> {
    log("Installing module.");
    const command = [join(runPythonFolder, "bin", "python"), "-m", "pip", "install", "."];
    const result = await judged(command, code, env, "InstallModuleError");
    return result === 0 ? undefined : result;
  }

  /** Runs a command; of a failure, writes what AWS's images write. The exit code of a failure is then 1. */
  async function judged(
    command: readonly string[],
    folder: string,
    env: Record<string, string>,
    name?: string,
  ): Promise<number> {
    const errors = createErrorReader();
    const code = await python.run(command, folder, env, { told: errors.read });
    if (code === 0 || stopping.aborted) return code;
    const said = errors.text() || (isTooLong(command, env) ? tooLong : "");
    const failure = scriptFailure(toolkitCode(code, command), said, command, name);
    log(`Reporting training FAILURE\n${failure}`);
    // A failure file that the script wrote itself says more.
    writeOwnFile(join(mlRoot, "output/failure"), failure);
    return 1;
  }

  return {
    prepare: () => python.prepare(),
    async run() {
      if (script.command) return runCommand(script.command);
      const code = await runProgram();
      if (code === 0) writeOwnFile(join(mlRoot, "output/success"), "");
      return code;
    },
  };
}

/** The exit code as the training toolkit reports it: a Python that a signal ended has the signal's number, negative. */
function toolkitCode(code: number, command: readonly string[]): number {
  const signal = code - 128;
  const isSignal = Object.values(constants.signals).includes(signal as never);
  return isSignal && command[0] !== "/bin/sh" ? -signal : code;
}

/** Returns where this program has what the script sees at a path: a channel of links is shown to the script alone. */
function placeHere(place: string, shown: NonNullable<Inside["readable"]>): string {
  for (const each of shown)
    if (typeof each !== "string" && (place === each.to || place.startsWith(`${each.to}/`)))
      return each.from + place.slice(each.to.length);
  return place;
}

function readFacts(jobName: string, own: Readonly<Record<string, string>>): TrainingFacts {
  const read = (name: string): unknown =>
    JSON.parse(readFileSync(join(mlRoot, "input/config", `${name}.json`), "utf8"));
  const hyperparameters = readHyperparameters(read("hyperparameters") as Record<string, string>);
  const named = own.SAGEMAKER_PROGRAM ?? hyperparameters.reserved.get("sagemaker_program");
  return {
    root: mlRoot,
    hyperparameters,
    channels: read("inputdataconfig") as Record<string, unknown>,
    resources: read("resourceconfig") as ResourceConfig,
    jobName,
    program: typeof named === "string" ? named : "",
    cores: shownCores(process.env, availableParallelism()),
    ...(own.SAGEMAKER_TRAINING_MODULE ? { frameworkModule: own.SAGEMAKER_TRAINING_MODULE } : {}),
  };
}

function tellInvocation(
  facts: TrainingFacts,
  variables: Readonly<Record<string, string>>,
  command: readonly string[],
): void {
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  log(`Invoking user script

Training Env:

${shownFacts(facts)}

Environment variables:

${lines.join("\n")}

Invoking script with the following command:

${command.join(" ")}

`);
}
