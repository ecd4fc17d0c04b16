import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { longestGraceSeconds } from "../images/stage-plan.ts";
import { type TrainingPlan, trainingPlanFile } from "../images/training-plan.ts";
import { uploadArchive, uploadFiles } from "./artifacts.ts";
import { ChannelFault } from "./channels/channel-fault.ts";
import { channelTitle, downloadObjects } from "./channels/download-objects.ts";
import { checkFileSystems } from "./channels/file-systems.ts";
import { type Lent, lendObjects } from "./channels/lent-objects.ts";
import { openPipes, type Pipes } from "./channels/pipes.ts";
import { errorWords } from "./disk-room.ts";
import { tell } from "./events.ts";
import { failureReason } from "./failure-reason.ts";
import { mlRoot } from "./ml-root.ts";
import { createObjectClient, type ObjectClient } from "./object-client.ts";
import { createOutputFiles, type OutputFiles, uploadContinuously } from "./output-files.ts";
import { runPlanned } from "./run-planned.ts";
import { abortedBySigterm, programEnvironment, stoppedCode } from "./run-program.ts";
import { failed, runStage } from "./run-stage.ts";
import { faultWords } from "./script/script-fault.ts";

/**
 * Stages a training run: `node stage.ts train`. It brings the channels to /opt/ml/input/data, runs the image's training
 * program, and uploads /opt/ml/model and /opt/ml/output/data to the job's output. Checkpoints and other folders that are
 * kept are uploaded while the program runs. SIGTERM asks the program to end; what the program saves within its grace
 * period is uploaded.
 *
 * States told: Downloading, Training, Uploading, then Uploaded {model, output} or Failed {reason}.
 */
async function train(): Promise<number> {
  const plan = JSON.parse(readFileSync(join(mlRoot, trainingPlanFile), "utf8")) as TrainingPlan;
  const stopping = abortedBySigterm().signal;
  for (const folder of ["input/data", "model", "output/data", "code"])
    mkdirSync(join(mlRoot, folder), { recursive: true });

  for (const note of plan.notes ?? []) console.log(note);
  tell("Downloading");
  const objects = createObjectClient({ signal: stopping });
  const kept = (plan.kept ?? []).map((folder) => ({ folder, files: createOutputFiles(folder, mlRoot) }));
  for (const { folder } of kept) mkdirSync(join(mlRoot, folder.folder), { recursive: true });
  let pipes: Pipes;
  let lent: readonly Lent[];
  try {
    checkFileSystems(plan.fileSystems ?? [], join(mlRoot, "input/data"));
    for (const { folder, files } of kept) if (folder.bothWays) await files.restore(objects);
    lent = await bringFiles(plan, objects);
    const piped = plan.channels.filter(({ pipe }) => pipe);
    pipes = await openPipes(piped, join(mlRoot, "input/data"), objects);
  } catch (error) {
    if (stopping.aborted) return stoppedCode;
    if (!(error instanceof ChannelFault)) throw error;
    return failed(downloadFailure(error), 1);
  }

  const files = kept.map((one) => one.files);
  const uploading = uploadContinuously(files, objects);
  let broken: ChannelFault | undefined;
  const code = await run(plan, lent, objects, AbortSignal.any([stopping, pipes.broken])).finally(async () => {
    await uploading.stop();
    // A pipe that waits for a reader keeps this process from ending.
    broken = await pipes.end();
  });
  if (broken && !stopping.aborted) return failed(downloadFailure(broken), 1);
  if (typeof code === "string") return failed(code, 1);
  const succeeded = code === 0 || stopping.aborted;

  tell("Uploading");
  const uploaded = await upload(plan, files, succeeded, stopping);
  // The log is the only place for it when the job has another reason to fail, or is stopped.
  if (typeof uploaded === "string") console.error(uploaded);
  if (!succeeded) return failed(await failureReason(code), code);
  if (typeof uploaded === "string") return failed(uploaded, 1);
  tell("Uploaded", uploaded);
  return 0;
}

/**
 * Brings the channels that are files. Returns those of them that are links, which a program in the inner sandbox sees
 * read-only.
 */
async function bringFiles(plan: TrainingPlan, objects: ObjectClient): Promise<Lent[]> {
  const lent: Lent[] = [];
  const isInside = "script" in plan || plan.network === "none";
  for (const channel of plan.channels) {
    if (channel.pipe) continue;
    const [title, folder] = [channelTitle(channel), join(mlRoot, "input/data", channel.name)];
    const from = channel.fast ? await lendObjects(channel, title, objects) : undefined;
    if (from === undefined) await downloadObjects(channel, title, folder, objects);
    else if (isInside) {
      mkdirSync(folder, { recursive: true });
      lent.push({ from, to: folder });
    }
    // A program of the product writes to no channel.
    else symlinkSync(from, folder);
  }
  return lent;
}

const downloadFailure = (fault: ChannelFault): string => `ClientError: Data download failed: ${fault.message}`;

/** Runs the image's program or the user's script. Returns its exit code, or why it could not be run. */
async function run(
  plan: TrainingPlan,
  readable: readonly Lent[],
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
  const { job, environment } = plan;
  const contract = { TRAINING_JOB_NAME: job.name, TRAINING_JOB_ARN: job.arn };
  const program = {
    environment: programEnvironment(environment, contract),
    stopping,
    graceSeconds: plan.graceSeconds ?? longestGraceSeconds,
  };
  return runPlanned(plan, program, shown);
}

/**
 * Uploads the results and returns what was uploaded, or why the upload failed. Of a failed program only the output is
 * kept. A job is often stopped to make room: on a full disk its end does not wait for the room that its results need.
 */
async function upload(
  { output }: TrainingPlan,
  kept: readonly OutputFiles[],
  withModel: boolean,
  stopping: AbortSignal,
) {
  const objects = createObjectClient({ stopping });
  const uploadModel = output.compression === "NONE" ? uploadFiles : uploadArchive;
  try {
    for (const files of kept) await files.upload(objects, "all");
    return {
      model: withModel && (await uploadModel(join(mlRoot, "model"), "model", output, objects)),
      output: await uploadArchive(join(mlRoot, "output/data"), "output", output, objects),
    };
  } catch (error) {
    return `ClientError: Artifact upload failed: ${errorWords(error)}`;
  }
}

if (process.argv[2] !== "train") throw new Error(`stage.ts stages "train", not ${JSON.stringify(process.argv[2])}`);
await runStage(train);
