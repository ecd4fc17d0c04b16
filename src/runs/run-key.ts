import { createHmac } from "node:crypto";

/** The kind of a run's document in the resource store. */
export const runKindName = "sagebrush/run";

/** The status of the document of a run that has ended and whose executor is to keep what it left. */
export const keptStatus = "Kept";

/** The prefix of every run's access key id; the rest of it is the run's id. */
export const runKeyPrefix = "SBRN";

/** The prefix of the key by which what a run starts acts as the role of its job. */
export const roleKeyPrefix = "SBRR";

/**
 * Returns a run's access key. The secret follows from the id and a secret of the home, so no server needs to store it.
 */
export function runAccessKey(
  runSecret: string,
  runId: string,
  prefix: typeof runKeyPrefix | typeof roleKeyPrefix = runKeyPrefix,
): { accessKeyId: string; secret: string } {
  const accessKeyId = prefix + runId;
  return { accessKeyId, secret: createHmac("sha256", runSecret).update(accessKeyId).digest("base64url") };
}

/** Returns the variable in which a run finds the key of its job's role, to hand on to the job's own code. */
export function roleIdentity(runSecret: string, runId: string): Record<string, string> {
  const { accessKeyId, secret } = runAccessKey(runSecret, runId, roleKeyPrefix);
  return { SAGEBRUSH_ROLE_KEY: `${accessKeyId}:${secret}` };
}

/**
 * Returns the run's credentials in the environment variables that every AWS client reads. The executor adds the
 * server's address.
 */
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
