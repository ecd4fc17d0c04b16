import { chmodSync, existsSync, mkdirSync, realpathSync } from "node:fs";
import { join, sep } from "node:path";
import {
  modelsSocket,
  type PlannedServingScript,
  type ServingPlan,
  servedTitle,
  serverSocket,
  servingGraceSeconds,
} from "../../images/serving-plan.ts";
import { mlRoot } from "../ml-root.ts";
import { readOwnFile } from "../own-files.ts";
import { commandOf } from "../run-program.ts";
import { entryPointCommand } from "../script/entry-point.ts";
import { createPythonRun } from "../script/python-run.ts";
import { productPlace, runPythonFolder } from "../script/run-python.ts";
import { faultWords, ScriptFault } from "../script/script-fault.ts";

/** The programs that serve a script, where the script's sandbox shows them. */
const programs = join(productPlace, "serving");
const pythonProgram = join(runPythonFolder, "bin", "python");
/** Where a program that serves by itself finds Node, besides what the machine has. */
const nodeFolder = "/run/sagebrush/bin";
/** Where the server of the script says why it could not load the model. */
const failureFile = join(mlRoot, "output", "failure");
const longestReason = 700;
/** The share of the run's memory up to which further models are loaded. */
const fullShare = 0.7;

/**
 * Makes the Python of a serving script ready and returns what runs it, or why it cannot be run. The script's processes
 * are in a sandbox inside the run's own, and answer on the run's socket. A program that serves by itself is run as it is.
 */
export async function createScriptServer(
  plan: ServingPlan & { readonly script: PlannedServingScript },
  stopping: AbortSignal,
) {
  const { script, environment: own } = plan;
  const model = join(mlRoot, "model");
  const python = createPythonRun({
    plan: script,
    own,
    // The whole path: programs run in the folder of their code.
    contract: {
      SAGEBRUSH_SOCKET: seen(join(mlRoot, plan.models ? modelsSocket : serverSocket)),
      ...(plan.models ? { SAGEMAKER_MULTI_MODEL: "true" } : { SM_MODEL_DIR: seen(model) }),
    },
    shown: {
      readable: [
        { from: join(import.meta.dirname, "python"), to: programs },
        { from: process.execPath, to: join(nodeFolder, "node") },
      ],
    },
    stopping,
    graceSeconds: servingGraceSeconds,
  });
  for (const folder of [model, join(mlRoot, "output")]) mkdirSync(folder, { recursive: true });
  const code = codeFolder(script, model);
  let command: readonly string[];
  try {
    command = script.server
      ? commandOf({ program: script.server })
      : (ownProgram(script, code) ?? functionsCommand(plan, code, model));
    await python.prepare();
    const requirements = !script.server && existsSync(join(code, "requirements.txt")) ? "requirements.txt" : undefined;
    await python.lay({ folder: code, requirements });
  } catch (error) {
    const words = faultWords(error);
    if (words === undefined) throw error;
    return `The script of the ${servedTitle(plan)} cannot be run: ${words}`;
  }
  const variables = python.variables({ PYTHONPATH: seen(code) });
  variables.PATH += `:${nodeFolder}`;
  return {
    run: (started: (pid: number) => void) =>
      python.run(command, seen(code), variables, { started, product: script.server !== undefined }),
    failure: () =>
      readOwnFile(failureFile, async (file) => {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(4 * longestReason), 0, 4 * longestReason, 0);
        return buffer.toString("utf8", 0, bytesRead).slice(0, longestReason).trim();
      }),
  };
}

/** Where the script sees a path of the run: a container of several has a folder of its own for /opt/ml. */
const seen = (path: string): string => `/opt/ml${path.slice(mlRoot.length)}`;

/** The folder of the script: its own archive, the folder that is named, or code/ of the model's archive. */
function codeFolder({ source }: PlannedServingScript, model: string): string {
  if (typeof source === "object") return join(mlRoot, "code");
  const named = source === undefined ? undefined : join(mlRoot, source.slice("/opt/ml".length));
  const inModel = named ?? join(model, "code");
  return existsSync(inModel) ? inModel : model;
}

/** The file that is started as `docker run IMAGE serve` starts it. */
const serveProgram = "serve";

/**
 * Returns the command of a program that serves by itself: the file `serve`, or one that SAGEMAKER_PROGRAM names and that
 * is no module of Python. @throws ScriptFault
 */
function ownProgram({ program, named }: PlannedServingScript, code: string): readonly string[] | undefined {
  const name = named ? program : serveProgram;
  if (named ? name.endsWith(".py") : !existsSync(join(code, name))) return undefined;
  makeExecutable(name, code);
  const command = /\.[cm]?js$/.test(name) ? ["node", name] : entryPointCommand("command", name, [], pythonProgram);
  return [pythonProgram, join(programs, "program_server.py"), ...command];
}

/** @throws ScriptFault for a program that is not in the folder of the code */
function makeExecutable(name: string, code: string): void {
  const file = join(code, name);
  if (!existsSync(file)) throw new ScriptFault(`The program ${name} (SAGEMAKER_PROGRAM) is not there.`);
  const real = realpathSync(file);
  if (!real.startsWith(realpathSync(code) + sep)) throw new ScriptFault(`The program ${name} leads out of its folder.`);
  chmodSync(real, 0o755);
}

/** Returns the command of the server that has workers, which call the functions of the script. */
function functionsCommand(
  { script, models }: ServingPlan & { readonly script: PlannedServingScript },
  code: string,
  model: string,
): readonly string[] {
  const { workers, answerSeconds, family, program, named, source } = script;
  const worker = { family, program, named, code: seen(code), model: seen(model) };
  const settings = { workers, seconds: answerSeconds, failure: seen(failureFile), worker };
  if (models) {
    // Without a source of its own the script is in the archive of each model.
    const { code: _, model: __, ...each } = worker;
    const memory = fullShare * Number(process.env.SAGEBRUSH_MEMORY_BYTES ?? 0);
    const many = { ...settings, memory, worker: source === undefined ? each : { ...each, code: seen(code) } };
    return [pythonProgram, join(programs, "script_server.py"), JSON.stringify({ ...many, many: true })];
  }
  return [pythonProgram, join(programs, "script_server.py"), JSON.stringify(settings)];
}
