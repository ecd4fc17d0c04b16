import { createHmac } from "node:crypto";
import type { Grant } from "../aws/caller.ts";
import { Fault } from "../aws/faults.ts";
import type { Executor, RunSpec } from "../executors/port.ts";
import type { ResourceChange, ResourceDocument, ResourceKey } from "../stores/resources/port.ts";
import type { Context, ServiceHost } from "./context.ts";
import { upgradedSpec } from "./upgrade-run.ts";

/**
 * A run is one attempt of a job, and a document of its own, "Active": there from before it is started until its job has
 * taken note of its end. As long as it is, the run's key is good for what `grants` say; after that the server removes
 * what the executor still has of it.
 */
export interface RunWanted {
  readonly spec: RunSpec;
  readonly grants: readonly Grant[];
  /** The name of the executor that runs it; the documents of before there were several have none. */
  readonly executor?: string;
}

/** What a job's service asks for. */
export interface RunPlan {
  readonly spec: RunSpec;
  readonly grants: readonly Grant[];
  /** The executor that the image family demands, when it does. */
  readonly imageExecutor?: string;
}
export type RunDocument = ResourceDocument<RunWanted, Record<string, never>>;

/** 2: the spec of today, and the executor's name. */
const runSchema = 2;

type Place = Pick<Context, "account" | "region">;

export const runKey = ({ account, region }: Place, runId: string): ResourceKey => ({
  account,
  region,
  kind: "run",
  name: runId,
});

/**
 * To be written in one batch with the job's own document, before `startRun`. `parent`: "training-job/<name>".
 * @throws Fault when no executor of this server can run it
 */
export function beginRun(context: Context, runId: string, parent: string, plan: RunPlan): ResourceChange {
  const { spec, grants, imageExecutor } = plan;
  const choice = context.executors.choose(spec, imageExecutor);
  if ("refusal" in choice) throw new Fault("ValidationException", choice.refusal);
  const wanted: RunWanted = { spec, grants, executor: choice.executor.name };
  const now = context.clock.now();
  return {
    put: {
      key: runKey(context, runId),
      id: runId,
      schema: runSchema,
      parent,
      status: "Active",
      created: now,
      modified: now,
      wanted,
      actual: {},
    },
    expected: "absent",
  };
}

/** Starts a run whose document is written; again does no harm. */
export async function startRun(context: Context, runId: string): Promise<void> {
  const document = (await context.resources.get(runKey(context, runId))) as RunDocument | undefined;
  if (document?.status !== "Active") throw new Error(`run ${runId} has no active document to be started by`);
  const spec = document.schema < runSchema ? upgradedSpec(document.wanted.spec) : document.wanted.spec;
  await executorIn(context, document).start(runId, {
    ...spec,
    // The run's key is not in the document: it follows from the run's id.
    environment: { ...spec.environment, ...identityOf(context, runId) },
  });
}

type Awaitable<T> = T | Promise<T>;

/** The executor that has the run, by the name in its document. */
export async function executorOf(
  host: Pick<ServiceHost, "executors">,
  place: Place,
  runId: string,
  documents: { get(key: ResourceKey): Awaitable<ResourceDocument | undefined> },
): Promise<Executor> {
  return executorIn(host, (await documents.get(runKey(place, runId))) as RunDocument | undefined);
}

/** A document that is gone, or names none, is of a run of the first executor: it knows whether it has the run. */
function executorIn({ executors }: Pick<ServiceHost, "executors">, document: RunDocument | undefined): Executor {
  const name = document?.wanted.executor;
  return name === undefined ? executors.all[0]! : executors.named(name);
}

/** To be written in one batch with the job's own document, when that has taken note of how the run ended. */
export async function endRun(context: Context, runId: string): Promise<ResourceChange[]> {
  const document = await context.resources.get(runKey(context, runId));
  return document ? [{ delete: document.key, expected: document.version }] : [];
}

/** What the access key ids of runs begin with; the rest is the run's id. */
export const runKeyPrefix = "SBRN";

/** The key of a run. The secret follows from the id and a secret of the home, so no server needs to keep it. */
export function runAccessKey(runSecret: string, runId: string): { accessKeyId: string; secret: string } {
  const accessKeyId = runKeyPrefix + runId;
  return { accessKeyId, secret: createHmac("sha256", runSecret).update(accessKeyId).digest("base64url") };
}

/** Who the run is, in the variables that every AWS client reads. */
function identityOf(context: Pick<ServiceHost, "settings"> & Place, runId: string): Record<string, string> {
  const { settings, region } = context;
  const { accessKeyId, secret } = runAccessKey(settings.runSecret, runId);
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secret,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EC2_METADATA_DISABLED: "true",
  };
}
