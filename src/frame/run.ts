import { createHmac } from "node:crypto";
import { dirname } from "node:path";
import type { Grant } from "../aws/caller.ts";
import type { RunSpec } from "../executors/port.ts";
import type { ResourceChange, ResourceDocument, ResourceKey } from "../stores/resources/port.ts";
import type { Context, ServiceHost } from "./context.ts";

/**
 * A run is one attempt of a job, and a document of its own, "Active": there from before it is started until its job has
 * taken note of its end. As long as it is, the run's key is good for what `grants` say; after that the server removes
 * what the executor still has of it.
 */
export interface RunWanted {
  readonly spec: RunSpec;
  readonly grants: readonly Grant[];
}
export type RunDocument = ResourceDocument<RunWanted, Record<string, never>>;

type Place = Pick<Context, "account" | "region">;

export const runKey = ({ account, region }: Place, runId: string): ResourceKey => ({
  account,
  region,
  kind: "run",
  name: runId,
});

/** To be written in one batch with the job's own document, before `startRun`. `parent`: "training-job/<name>". */
export function beginRun(context: Context, runId: string, parent: string, wanted: RunWanted): ResourceChange {
  const now = context.clock.now();
  return {
    put: {
      key: runKey(context, runId),
      id: runId,
      schema: 1,
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
  const { spec } = document.wanted;
  const { addressFile } = context.settings;
  const addressFolder = dirname(addressFile);
  await context.executor.start(runId, {
    ...spec,
    // The run's key is not in the document: it follows from the run's id.
    environment: { ...spec.environment, ...identityOf(context, runId) },
    mounts: [...spec.mounts, { source: addressFolder, target: addressFolder }],
  });
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

/** Who the run is and where the server is, in the variables every AWS client reads. */
function identityOf(context: ServiceHost & Place, runId: string): Record<string, string> {
  const { settings, region } = context;
  const { accessKeyId, secret } = runAccessKey(settings.runSecret, runId);
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secret,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ENDPOINT_URL: settings.endpoint(),
    AWS_EC2_METADATA_DISABLED: "true",
    NO_PROXY: "127.0.0.1,localhost",
    SAGEBRUSH_ADDRESS_FILE: settings.addressFile,
  };
}
