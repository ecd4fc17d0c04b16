import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { longestGraceSeconds } from "../images/stage-plan.ts";
import { type PlannedHost, type TrainingPlan, trainingPlanFile } from "../images/training-plan.ts";
import type { Brought } from "./channels/bring-channels.ts";
import { ChannelFault } from "./channels/channel-fault.ts";
import { errorWords } from "./disk-room.ts";
import { tell } from "./events.ts";
import { mlRoot } from "./ml-root.ts";
import { createObjectClient, type ObjectClient } from "./object-client.ts";
import type { OutputFiles } from "./output-files.ts";
import { abortedBySigterm, stoppedCode } from "./run-program.ts";
import { failed, readPlan, runStage } from "./run-stage.ts";
import { faultWords } from "./script/script-fault.ts";

/**
 * Stages a training run: `node stage.ts train`. It brings the channels to /opt/ml/input/data, runs the image's training
 * program, and uploads /opt/ml/model and /opt/ml/output/data to the job's output. Checkpoints and other folders that are
 * kept are uploaded while the program runs. SIGTERM asks the program to end; what the program saves within its grace
 * period is uploaded.
 *
 * What a job does not need before its first line is loaded later: a file takes half a millisecond.
 *
 * States told: Downloading, Training, Uploading, then Uploaded {model, output} or Failed {reason}.
 */
async function train(): Promise<number> {
  const plan = readPlan<TrainingPlan>(trainingPlanFile);
  const stopping = abortedBySigterm().signal;
  for (const folder of ["input/data", "model", "output/data", "code"])
    mkdirSync(join(mlRoot, folder), { recursive: true });

  for (const note of plan.notes ?? []) console.log(note);
  tell("Downloading");
  const objects = createObjectClient({ signal: stopping });
  let files: OutputFiles[];
  let brought: Brought;
  try {
    files = await keptFiles(plan, objects);
    brought = await bringChannels(plan, objects);
  } catch (error) {
    if (stopping.aborted) return stoppedCode;
    if (!(error instanceof ChannelFault)) throw error;
    return failed(downloadFailure(error), 1);
  }

  const { lent, pipes } = brought;
  // What the program saves within its grace period is uploaded as before.
  const uploading = files.length > 0 && (await uploadUntilEnd(files, createObjectClient({ stopping })));
  let broken: ChannelFault | undefined;
  let looked: Promise<void> | undefined;
  // A job may run for days, and an update may put other files in the place of these meanwhile.
  const loading = setTimeout(loadTheEnd, endLoadMilliseconds);
  const ending = pipes ? AbortSignal.any([stopping, pipes.broken]) : stopping;
  const code = await run(plan, lent, objects, ending).finally(async () => {
    clearTimeout(loading);
    // A look may upload thousands of files: the job says so, and waits below.
    if (uploading) looked = uploading.stop();
    // A pipe that waits for a reader keeps this process from ending.
    broken = await pipes?.end();
  });
  if (broken && !stopping.aborted) return failed(downloadFailure(broken), 1);
  if (typeof code === "string") return failed(code, 1);
  const succeeded = code === 0 || stopping.aborted;
  const { host } = plan;
  if (succeeded && host?.index === 0)
    await (await groupArtifacts()).takeOver(host, stopping, plan.graceSeconds ?? longestGraceSeconds);

  tell("Uploading");
  await looked;
  if (succeeded && host && host.index > 0) return leave(host, files, stopping);
  const { uploaded, fault } = await upload(plan, files, succeeded, stopping);
  // The log is the only place for it when the job has another reason to fail, or is stopped.
  if (fault !== undefined) console.error(fault);
  if (!succeeded) return failed(await (await import("./failure-reason.ts")).failureReason(code), code);
  if (uploaded) tell("Uploaded", uploaded);
  return fault === undefined ? 0 : failed(fault, 1);
}

const groupArtifacts = () => import("./group-artifacts.ts");

/** Hands over what this host has to the first one, which uploads it with its own. */
async function leave(host: PlannedHost, kept: readonly OutputFiles[], stopping: AbortSignal): Promise<number> {
  const faults = await uploadKept(kept, createObjectClient({ stopping }));
  await (await groupArtifacts()).handOver(host);
  if (faults.length === 0) return 0;
  const fault = uploadFailure(faults);
  console.error(fault);
  return failed(fault, 1);
}

async function uploadKept(kept: readonly OutputFiles[], objects: ObjectClient): Promise<string[]> {
  const faults: string[] = [];
  for (const files of kept)
    await files.upload(objects, "all").catch(async (error) => {
      faults.push((await outputFiles()).uploadFault(files, error));
    });
  return faults;
}

const uploadFailure = (faults: readonly string[]): string =>
  `ClientError: Artifact upload failed: ${faults.join("; ")}`;

/** Long after a script's first line. */
const endLoadMilliseconds = 2_000;

/** Loads what the end of a job needs. */
const loadTheEnd = () => Promise.all([import("./artifacts.ts"), import("./failure-reason.ts")]);

const outputFiles = () => import("./output-files.ts");

async function uploadUntilEnd(files: OutputFiles[], objects: ObjectClient) {
  const { uploadContinuously } = await outputFiles();
  const { createNewsReader } = await import("./read-news.ts");
  return uploadContinuously(files, objects, createNewsReader(files));
}

/** Makes the folders that are kept, with what is in S3 of them. */
async function keptFiles({ kept = [] }: TrainingPlan, objects: ObjectClient): Promise<OutputFiles[]> {
  const files: OutputFiles[] = [];
  for (const folder of kept) {
    mkdirSync(join(mlRoot, folder.folder), { recursive: true });
    const made = (await outputFiles()).createOutputFiles(folder, mlRoot);
    if (folder.bothWays) await made.restore(objects);
    files.push(made);
  }
  return files;
}

async function bringChannels(plan: TrainingPlan, objects: ObjectClient): Promise<Brought> {
  if (plan.channels.length === 0 && (plan.fileSystems ?? []).length === 0) return { lent: [] };
  return (await import("./channels/bring-channels.ts")).bringChannels(plan, objects);
}

const downloadFailure = (fault: ChannelFault): string => `ClientError: Data download failed: ${fault.message}`;

/** Runs the image's program or the user's script. Returns its exit code, or why it could not be run. */
async function run(
  plan: TrainingPlan,
  readable: Brought["lent"],
  objects: ObjectClient,
  stopping: AbortSignal,
): Promise<number | string> {
  const shown = { readable, writable: plan.writable ?? [] };
  if ("script" in plan) {
    const { createScriptRun } = await import("./script/run-script.ts");
    try {
      const script = createScriptRun(plan, shown, objects, stopping);
      await script.prepare();
      tell("Training");
      return await script.run();
    } catch (error) {
      if (stopping.aborted) return stoppedCode;
      const words = faultWords(error);
      if (words === undefined) throw error;
      console.error(words);
      return `ClientError: ${words}`;
    }
  }
  tell("Training");
  const { job } = plan;
  const { runPlanned } = await import("./run-planned.ts");
  return runPlanned(plan, {
    contract: { TRAINING_JOB_NAME: job.name, TRAINING_JOB_ARN: job.arn },
    shown,
    stopping,
    graceSeconds: plan.graceSeconds ?? longestGraceSeconds,
  });
}

/**
 * Uploads the results. Returns what was uploaded, and why something was not: of what cannot be uploaded the rest is kept
 * all the same. Of a failed program only the output is kept. A job is often stopped to make room: on a full disk its end
 * does not wait for the room that its results need.
 */
async function upload(
  { output }: TrainingPlan,
  kept: readonly OutputFiles[],
  withModel: boolean,
  stopping: AbortSignal,
): Promise<{ readonly uploaded?: { model: boolean; output: boolean }; readonly fault?: string }> {
  const objects = createObjectClient({ stopping });
  const { uploadArchive, uploadFiles } = await import("./artifacts.ts");
  const uploadModel = output.compression === "NONE" ? uploadFiles : uploadArchive;
  const faults = await uploadKept(kept, objects);
  let uploaded: { model: boolean; output: boolean } | undefined;
  try {
    uploaded = {
      model: withModel && (await uploadModel(join(mlRoot, "model"), "model", output, objects)),
      output: await uploadArchive(join(mlRoot, "output/data"), "output", output, objects),
    };
  } catch (error) {
    faults.unshift(errorWords(error));
  }
  if (faults.length === 0) return { uploaded };
  return { uploaded, fault: uploadFailure(faults) };
}

if (process.argv[2] !== "train") throw new Error(`stage.ts stages "train", not ${JSON.stringify(process.argv[2])}`);
await runStage(train);
