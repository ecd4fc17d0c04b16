import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { type TrainingPlan, trainingGraceSeconds, trainingPlanFile } from "../images/training-plan.ts";
import { uploadArchive, uploadFiles } from "./artifacts.ts";
import { ChannelFault, downloadChannel } from "./channels.ts";
import { tell } from "./events.ts";
import { createObjectClient } from "./object-client.ts";
import { serverAddress } from "./server-address.ts";

/**
 * A training run, from data in to artifacts out: `node stage.ts train`. It brings the channels to /opt/ml/input/data, runs
 * the image's training program, and takes /opt/ml/model and /opt/ml/output/data to the job's output. SIGTERM ends the
 * program, within its grace; what it has saved by then is still uploaded.
 *
 * States told: Downloading, Training, Uploading, then Uploaded {model, output} or Failed {reason}.
 */
async function train(mlRoot: string): Promise<number> {
  const plan = JSON.parse(readFileSync(join(mlRoot, trainingPlanFile), "utf8")) as TrainingPlan;
  const stopping = new AbortController();
  process.on("SIGTERM", () => stopping.abort());
  for (const folder of ["input/data", "model", "output/data", "code"])
    mkdirSync(join(mlRoot, folder), { recursive: true });

  tell("Downloading");
  try {
    const objects = createObjectClient(stopping.signal);
    for (const channel of plan.channels) {
      await downloadChannel(channel, join(mlRoot, "input/data", channel.name), objects);
    }
  } catch (error) {
    if (stopping.signal.aborted) return stoppedCode;
    if (!(error instanceof ChannelFault)) throw error;
    return failed(`ClientError: Data download failed: ${error.message}`, 1);
  }

  tell("Training");
  const code = await runProgram(plan, mlRoot, stopping.signal);
  const succeeded = code === 0 || stopping.signal.aborted;

  tell("Uploading");
  const uploaded = await upload(plan, mlRoot, succeeded);
  if (!succeeded) return failed(failureReason(mlRoot, code), code);
  if (typeof uploaded === "string") return failed(uploaded, 1);
  tell("Uploaded", uploaded);
  return 0;
}

const stoppedCode = 128 + constants.signals.SIGTERM;

function failed(reason: string, code: number): number {
  tell("Failed", { reason });
  return code;
}

/** Its exit code as a shell gives it. */
async function runProgram(plan: TrainingPlan, mlRoot: string, stopping: AbortSignal): Promise<number> {
  if (stopping.aborted) return stoppedCode;
  const [program, ...rest] = plan.command;
  // Opened anew: Node makes its own standard output non-blocking, and a program that shares it would fail on a full pipe.
  const output = openSync("/dev/stdout", "a");
  const child = spawn(program!, rest, {
    cwd: mlRoot,
    env: trainingEnvironment(plan),
    stdio: ["ignore", output, output],
  });
  closeSync(output);
  let killing: NodeJS.Timeout | undefined;
  const stop = () => {
    child.kill("SIGTERM");
    killing = setTimeout(() => child.kill("SIGKILL"), trainingGraceSeconds * 1000);
  };
  stopping.addEventListener("abort", stop);
  try {
    const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
    return code ?? 128 + constants.signals[signal!];
  } catch (error) {
    console.error(`The training program cannot be started: ${(error as Error).message}`);
    return 127;
  } finally {
    // A stop that comes later, during the upload, has nobody to end; its timer would only keep this process.
    stopping.removeEventListener("abort", stop);
    clearTimeout(killing);
  }
}

/** The job's variables, those that SageMaker sets, and the run's identity; nothing else of the platform. */
function trainingEnvironment({ job, environment }: TrainingPlan): NodeJS.ProcessEnv {
  const { SAGEBRUSH_EVENTS_FD: _, ...platform } = process.env;
  return {
    ...environment,
    ...platform,
    AWS_ENDPOINT_URL: serverAddress(),
    TRAINING_JOB_NAME: job.name,
    TRAINING_JOB_ARN: job.arn,
  };
}

/** What was uploaded, or why it could not be. A program that failed has no model, but what it wrote out is kept. */
async function upload({ output }: TrainingPlan, mlRoot: string, withModel: boolean) {
  const objects = createObjectClient();
  const uploadModel = output.compression === "NONE" ? uploadFiles : uploadArchive;
  try {
    return {
      model: withModel && (await uploadModel(join(mlRoot, "model"), "model", output, objects)),
      output: await uploadArchive(join(mlRoot, "output/data"), "output", output, objects),
    };
  } catch (error) {
    return `ClientError: Artifact upload failed: ${(error as Error).name}: ${(error as Error).message}`;
  }
}

/** AWS shows this much of the failure file. */
const longestReason = 1024;
const prefixes = /^(AlgorithmError|ClientError|InternalServerError|CapacityError):/;

/** From what the program wrote to /opt/ml/output/failure, as AWS puts it. */
function failureReason(mlRoot: string, code: number): string {
  let text = "";
  try {
    text = readFileSync(join(mlRoot, "output/failure"), "utf8").slice(0, longestReason).trim();
  } catch {}
  if (text === "" && code === 128 + constants.signals.SIGKILL) {
    text =
      "ClientError: Please use an instance type with more memory, or reduce the size of training data processed on an instance.";
  }
  return `${prefixes.test(text) ? text : `AlgorithmError: ${text}`}, exit code: ${code}`;
}

const mlRoot = process.env.SAGEBRUSH_ML_ROOT ?? "/opt/ml";
if (process.argv[2] !== "train") throw new Error(`stage.ts stages "train", not ${JSON.stringify(process.argv[2])}`);
try {
  process.exitCode = await train(mlRoot);
} catch (error) {
  // Not the program's fault, so the job must not say so.
  console.error(error);
  process.exitCode = failed(`InternalServerError: ${(error as Error).message}`, 1);
}
