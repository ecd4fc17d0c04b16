import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type ProcessingPlan, processingPlanFile } from "../images/processing-plan.ts";
import { longestGraceSeconds } from "../images/stage-plan.ts";
import { StepFault } from "../prep/step-fault.ts";
import { ChannelFault } from "./channels/channel-fault.ts";
import { downloadObjects } from "./channels/download-objects.ts";
import { openPipes, type Pipes } from "./channels/pipes.ts";
import { tell } from "./events.ts";
import { failureReason, tellsOfDisk } from "./failure-reason.ts";
import { mlRoot } from "./ml-root.ts";
import { createObjectClient } from "./object-client.ts";
import { createOutputFiles, type OutputFiles, uploadContinuously, uploadFault } from "./output-files.ts";
import { exitMessage } from "./processing/exit-message.ts";
import { sparkFolder, sparkVariables, writeSparkCommands } from "./processing/spark-commands.ts";
import { writeFeatures } from "./processing/write-features.ts";
import { QueryFault } from "./queries/query-fault.ts";
import { roleKey } from "./requests/role-key.ts";
import { abortedBySigterm, commandOf, stoppedCode, type Told } from "./run-program.ts";
import { failed, readPlan, runStage } from "./run-stage.ts";
import { createPythonRun } from "./script/python-run.ts";
import { faultWords } from "./script/script-fault.ts";

/**
 * Stages a processing run: downloads the inputs to their folders, runs the job's command in the Python of its image, and
 * uploads the outputs, whatever the command ended with. SIGTERM asks the command to end; what it writes within its grace
 * period is uploaded.
 *
 * States told: Downloading, Processing, Uploading, Exited {message}, then Failed {reason} when it has.
 */
async function work(): Promise<number> {
  const plan = readPlan<ProcessingPlan>(processingPlanFile);
  const stopping = abortedBySigterm().signal;
  const files = plan.inputs.filter(({ pipe }) => !pipe);
  const folders = plan.inputs.map(({ folder, pipe }) => (pipe ? dirname(folder) : folder));
  for (const folder of ["output", ...folders, ...plan.outputs.map(folderOf)])
    mkdirSync(join(mlRoot, folder), { recursive: true });

  for (const note of plan.notes ?? []) console.log(note);
  tell("Downloading");
  const objects = createObjectClient({ signal: stopping });
  let pipes: Pipes;
  try {
    for (const input of files) await downloadObjects(input, titleOf(input), join(mlRoot, input.folder), objects);
    await bringQueries(plan, stopping);
    const piped = plan.inputs.flatMap((input) =>
      input.pipe ? { ...input, pipe: input.pipe, name: input.folder, title: titleOf(input) } : [],
    );
    pipes = await openPipes(piped, mlRoot, objects);
  } catch (error) {
    if (stopping.aborted) return stoppedCode;
    if (!(error instanceof ChannelFault || error instanceof QueryFault)) throw error;
    console.error(error.message);
    return failed(downloadFailure(error), 1);
  }

  const outputs = plan.outputs.map((output) => ({ mode: output.mode, files: createOutputFiles(output, mlRoot) }));
  const continuous = outputs.flatMap(({ mode, files }) => (mode === "Continuous" ? files : []));
  let broken: ChannelFault | undefined;
  const ending = AbortSignal.any([stopping, pipes.broken]);
  let saysDiskIsFull = false;
  const told: Told = (lines) => {
    saysDiskIsFull ||= tellsOfDisk.test(lines);
  };
  const code = await run(plan, continuous, ending, told).finally(async () => {
    // A pipe that waits for a reader keeps this process from ending.
    broken = await pipes.end();
  });
  const failure = broken && !stopping.aborted ? downloadFailure(broken) : undefined;
  if (failure === undefined && typeof code === "string") return failed(code, 1);

  tell("Uploading");
  // A flow has its outputs all together or not at all; what a script had written is what its owner looks at first.
  const isLeft = plan.runsFlows && code !== 0;
  const notUploaded = isLeft
    ? undefined
    : await upload(
        outputs.map(({ files }) => files),
        stopping,
      );
  const notWritten =
    code === 0 && plan.features ? await writeFeatures(plan.features, mlRoot, roleKey(), stopping) : undefined;
  if (notWritten !== undefined) console.error(`ClientError: ${notWritten}`);
  // The log is the only place for it when the job has another reason to fail, or is stopped.
  if (notUploaded !== undefined) console.error(`ClientError: ${notUploaded}`);
  if (failure !== undefined) return failed(failure, 1);
  const message = await exitMessage(mlRoot);
  tell("Exited", { message: message.text });
  if (typeof code !== "string" && code !== 0 && !stopping.aborted)
    return failed(await failureReason(code, saysDiskIsFull), code);
  const fault = message.fault ?? notUploaded ?? notWritten;
  return fault === undefined ? 0 : failed(`ClientError: ${fault}`, 1);
}

const titleOf = ({ name }: { readonly name: string }): string => `input "${name}"`;
const downloadFailure = (fault: Error): string => `ClientError: Failed to download data. ${fault.message}`;
const folderOf = ({ folder }: { readonly folder: string }): string => folder;

/** Brings the rows of the job's queries, and the sources of its flow that no input has. @throws QueryFault that names the input or the node */
async function bringQueries(plan: ProcessingPlan, signal: AbortSignal): Promise<void> {
  const { inputs, program, queries = [], runsFlows } = plan;
  if (queries.length === 0 && !runsFlows) return;
  // Few jobs need the engine and what knows flows.
  const { bringObjects, bringQuery } = await import("./queries/bring-query.ts");
  const names = [...inputs, ...queries].map(({ name }) => name);
  const ofFlow = runsFlows ? await sourcesOfFlow(program?.arguments ?? [], names) : [];
  const asked = queries.map(({ folder, query, ...one }) => ({ folder, title: titleOf(one), wanted: { query } }));
  for (const { folder, title, wanted } of [...asked, ...ofFlow]) {
    const place = join(mlRoot, folder);
    try {
      if ("query" in wanted) await bringQuery(wanted.query, place, signal, plan.connectors);
      // Objects that a flow lists may have the same names.
      else
        for (const [index, one] of wanted.objects.entries())
          await bringObjects(one, title, wanted.objects.length === 1 ? place : join(place, `${index + 1}`), signal);
    } catch (error) {
      if (error instanceof QueryFault || ("query" in wanted && error instanceof ChannelFault))
        throw new QueryFault(`In ${title}: ${error.message}`);
      throw error;
    }
  }
}

async function sourcesOfFlow(words: readonly string[], inputs: readonly string[]) {
  const { flowSourcesFile, unbroughtSources } = await import("./prep/flow-sources.ts");
  try {
    const sources = unbroughtSources(mlRoot, words, inputs);
    const places = Object.fromEntries(sources.map(({ folder, key, node }) => [node, { folder, key }]));
    writeFileSync(join(mlRoot, flowSourcesFile), JSON.stringify(places));
    return sources;
  } catch (error) {
    if (error instanceof StepFault) throw new QueryFault(error.message);
    throw error;
  }
}

/** Runs the job's command. Returns its exit code, or why it could not be run. */
async function run(
  { python: planned, command, program, environment, graceSeconds = longestGraceSeconds, spark }: ProcessingPlan,
  continuous: readonly OutputFiles[],
  stopping: AbortSignal,
  told: Told,
): Promise<number | string> {
  const shown = spark && { readable: [sparkFolder] };
  const options = { plan: planned, own: environment, contract: sparkVariables(spark), shown, stopping, graceSeconds };
  const python = createPythonRun(options);
  try {
    await python.prepare();
    await python.lay({ folder: mlRoot });
    if (spark) writeSparkCommands(spark);
  } catch (error) {
    if (stopping.aborted) return stoppedCode;
    const words = faultWords(error);
    if (words === undefined) throw error;
    console.error(words);
    return `ClientError: ${words}`;
  }
  tell("Processing");
  // What the command writes within its grace period is uploaded as before.
  const uploading = uploadContinuously(continuous, createObjectClient({ stopping }));
  try {
    const words = program === undefined ? command : commandOf({ program });
    return await python.run(words, mlRoot, python.variables(), { told, product: program !== undefined });
  } finally {
    await uploading.stop();
  }
}

/**
 * Uploads what is not uploaded yet; returns why that failed, for each output that did. A job is often stopped to make
 * room: on a full disk its end does not wait for the room that its results need.
 */
async function upload(outputs: readonly OutputFiles[], stopping: AbortSignal): Promise<string | undefined> {
  const objects = createObjectClient({ stopping });
  const faults: string[] = [];
  for (const files of outputs)
    await files.upload(objects, "all").catch((error) => faults.push(uploadFault(files, error)));
  return faults.length === 0 ? undefined : `Failed to upload data. ${faults.join("; ")}`;
}

await runStage(work);
