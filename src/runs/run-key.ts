import { createHmac } from "node:crypto";

/** Runs as the resource store knows them. */
export const runKindName = "sagebrush/run";

/** What the access key ids of runs begin with; the rest is the run's id. */
export const runKeyPrefix = "SBRN";

/** The key of a run. The secret follows from the id and a secret of the home, so no server needs to keep it. */
export function runAccessKey(runSecret: string, runId: string): { accessKeyId: string; secret: string } {
  const accessKeyId = runKeyPrefix + runId;
  return { accessKeyId, secret: createHmac("sha256", runSecret).update(accessKeyId).digest("base64url") };
}

/** Who a run is, in the variables that every AWS client reads. Where the server is, its executor says. */
export function runIdentity(runSecret: string, runId: string, region: string): Record<string, string> {
  const { accessKeyId, secret } = runAccessKey(runSecret, runId);
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secret,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EC2_METADATA_DISABLED: "true",
  };
}
