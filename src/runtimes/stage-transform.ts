import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { containerFolder, serverSocket } from "../images/serving-plan.ts";
import { type TransformPlan, transformPlanFile } from "../images/transform-plan.ts";
import { ChannelFault } from "./channels/channel-fault.ts";
import { tell } from "./events.ts";
import { createObjectClient } from "./object-client.ts";
import { abortedBySigterm, stoppedCode } from "./run-program.ts";
import { failed, readPlan, runStage } from "./run-stage.ts";
import { type ContainerStages, startContainerStages } from "./serving/container-stages.ts";
import { createCaptureManifests } from "./transform/capture-manifests.ts";
import { createDataLog, type DataLog } from "./transform/data-log.ts";
import { executionParameters } from "./transform/execution-parameters.ts";
import { createModelServers } from "./transform/model-servers.ts";
import { createPermits } from "./transform/permits.ts";
import { createRecordCodec } from "./transform/record-codec.ts";
import { type Transformed, transformObjects } from "./transform/transform-objects.ts";

/**
 * Stages a batch transform on one host: starts the model servers of the job's model, sends them what is in the objects of
 * the input, and writes what they answer. SIGTERM ends it; what is not whole is not written.
 *
 * States told: Preparing, Transforming, then Failed {reason} when it has.
 */
async function work(): Promise<number> {
  const plan = readPlan<TransformPlan>(transformPlanFile);
  for (const note of plan.notes) console.log(note);
  tell("Preparing");
  const stopping = abortedBySigterm().signal;
  const ending = new AbortController();
  const signal = AbortSignal.any([stopping, ending.signal]);
  let serverFailure: string | undefined;
  const { promise: ready, resolve } = Promise.withResolvers<true>();
  const stages = startContainerStages(plan.copies ?? plan.containers.length, {
    ready: () => resolve(true),
    told(state, { reason }: { readonly reason?: string }) {
      if (state === "Failed" || state === "Unhealthy") serverFailure ??= reason;
    },
  });
  const ended = stages.ended.then((code) => {
    ending.abort();
    return code;
  });
  const whenStopped = () => stages.stop();
  stopping.addEventListener("abort", whenStopped);
  const dataLog = createDataLog(plan.log.group, plan.log.stream, stopping);
  try {
    if ((await Promise.race([ready, ended])) !== true)
      return stopping.aborted ? stoppedCode : serverFailed(serverFailure, await ended);
    const result = await transformAll(plan, dataLog, signal);
    await dataLog.written();
    return told(result);
  } catch (error) {
    if (stopping.aborted) return stoppedCode;
    if (ending.signal.aborted) return serverFailed(serverFailure, await ended);
    if (!(error instanceof ChannelFault)) throw error;
    dataLog.add(error.message);
    await dataLog.written();
    return failed(`ClientError: ${error.message}`, 1);
  } finally {
    await endStages(stages);
  }
}

async function endStages(stages: ContainerStages): Promise<void> {
  stages.stop();
  await stages.ended;
}

async function transformAll(plan: TransformPlan, dataLog: DataLog, signal: AbortSignal): Promise<Transformed> {
  const { contentType, accept, answerSeconds, retries } = plan;
  const socket = (index: number) => join(containerFolder(index), serverSocket);
  // Copies of one container, each of which answers for the model; else its containers, which answer in turn.
  const models = plan.copies
    ? Array.from({ length: plan.copies }, (_, index) => [socket(index)])
    : [plan.containers.map((_, index) => socket(index))];
  const asking = { models, contentType, accept, answerSeconds, retries };
  const asked = createModelServers({ ...asking, connections: 1 });
  const parameters = executionParameters(plan, await asked.executionParameters(signal));
  asked.close();
  const { concurrent, payloadMegabytes, strategy } = parameters;
  dataLog.add(
    `MaxConcurrentTransforms=${concurrent}, MaxPayloadInMB=${payloadMegabytes}, BatchStrategy=${strategy === "SingleRecord" ? "SINGLE_RECORD" : "MULTI_RECORD"}`,
  );
  tell("Transforming");
  const servers = createModelServers({ ...asking, connections: concurrent });
  const objects = createObjectClient({ signal });
  const stamp = { id: randomUUID, time: () => `${new Date().toISOString().slice(0, 19)}Z` };
  const codec = createRecordCodec(plan, stamp);
  const captures = plan.capture && createCaptureManifests(plan.capture, objects);
  try {
    const permits = createPermits(concurrent);
    return await transformObjects(
      { plan, parameters, objects, servers, permits, codec },
      { dataLog, captures },
      signal,
    );
  } finally {
    servers.close();
  }
}

function told({ done, failed: missed, first }: Transformed): number {
  if (!first) return 0;
  const others = missed > 1 ? ` ${missed} of ${done + missed} objects failed.` : "";
  return failed(`${first.of}: ${first.place}: ${first.message}.${others} See job logs for more information`, 1);
}

function serverFailed(reason: string | undefined, code: number): number {
  const words =
    reason ?? `The model server ended with code ${code}. Please check CloudWatch logs for this transform job.`;
  return failed(`AlgorithmError: ${words}`, 1);
}

await runStage(work);
