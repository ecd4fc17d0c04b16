import { formatArn } from "../../../../aws/arn.ts";
import type { Grant } from "../../../../aws/caller.ts";
import { s3Arn } from "../../../../aws/s3-arn.ts";
import { parseS3Location } from "../../../../aws/s3-location.ts";
import { checkpointState, type IngestPlan, ingestPlanFile } from "../../../../base/ingest-plan.ts";
import { defineReconciler } from "../../../../frame/define-reconciler.ts";
import { keepRun, newKeptRun } from "../../../../frame/keep-run.ts";
import type { Place } from "../../../../frame/kind-naming.ts";
import { logGrants } from "../../../../frame/log-grants.ts";
import { endRun, executorOf, type RunPlan } from "../../../../frame/run.ts";
import { stageSilenceSeconds } from "../../../../images/stage-plan.ts";
import { type ActualIngestion, ingestionKind, type WantedIngestion } from "./ingestion-kind.ts";

const log = (group: string, id: string) => ({ logGroupName: "/sagebrush/ingestions", logStreamName: `${group}/${id}` });
const graceSeconds = 10;

/** Keeps a run up that takes a stream into a group, and remembers how far it has come. */
export const ingestionReconciler = defineReconciler({
  kind: ingestionKind,
  unfinished: ["Running", "Stopping"],
  grants: ({ wanted, id }) => logGrants(log(wanted.group, id)),
  async reconcile(document, context) {
    const { actual, id, key, status, version, wanted } = document;
    const { runId } = actual.kept;
    if (status === "Stopping") {
      if (runId !== undefined) await (await executorOf(context, runId)).stop(runId, graceSeconds);
      const ending = runId === undefined ? [] : await endRun(context, runId);
      return { changes: [...ending, { delete: key, expected: version }] };
    }
    const { again, changes, kept, next } = await keepRun(context, actual.kept, {
      ...{ of: document, log: log(wanted.group, id), readyState: "InService", unreadyState: "Unhealthy" },
      plan: () => planOf(key, wanted, actual.checkpoint),
      reached: () => {},
      ended: ({ code }) => `The program that reads the stream ended with code ${code}.`,
    });
    // A run is followed once it is started, which keepRun has seen to.
    const run = runId === undefined ? undefined : await context.follow(runId);
    const news = (run?.states ?? []).filter(({ state }) => state === checkpointState).map(({ detail }) => detail);
    const checkpoint: ActualIngestion["checkpoint"] =
      news.length === 0 ? actual.checkpoint : Object.assign({}, actual.checkpoint, ...news);
    const isSame = kept === actual.kept && checkpoint === actual.checkpoint;
    const update = isSame ? {} : { update: { actual: { checkpoint, kept: kept ?? { ...newKeptRun, ...next } } } };
    return { ...update, changes, again };
  },
});

function planOf(place: Place, wanted: WantedIngestion, checkpoint: ActualIngestion["checkpoint"]): RunPlan {
  const plan: IngestPlan = { ...wanted, checkpoint };
  return {
    spec: {
      program: { script: "src/runtimes/ingest/stage-ingest.ts", arguments: [] },
      environment: { AWS_REGION: place.region },
      files: { [ingestPlanFile]: JSON.stringify(plan) },
      mounts: [],
      limits: { memoryBytes: 1024 ** 3, silenceSeconds: stageSilenceSeconds },
      network: "host",
      server: { address: true, sockets: [] },
      graceSeconds,
    },
    grants: grantsOf(place, wanted),
  };
}

function grantsOf(place: Place, { deadLetter, group, source }: WantedIngestion): Grant[] {
  const { bucket, key } = parseS3Location(deadLetter)!;
  const arn = formatArn({ ...place, service: "sagemaker", resource: `feature-group/${group.toLowerCase()}` });
  return [
    { actions: ["sagemaker:PutRecord"], resources: [arn] },
    { actions: ["s3:PutObject"], resources: [s3Arn(`${bucket}/${key.replace(/\/+$/, "")}/*`)] },
    ...(source.kind === "kinesis"
      ? [
          {
            actions: ["ListShards", "GetShardIterator", "GetRecords"].map((name) => `kinesis:${name}`),
            resources: [source.streamArn],
          },
        ]
      : []),
  ];
}
