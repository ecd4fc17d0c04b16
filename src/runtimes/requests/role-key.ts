import type { RequestKey } from "./signed-headers.ts";

/** The key of the job's role, which no variable of the job's own code has. Undefined for a job that has none. */
export function roleKey(): RequestKey | undefined {
  const [id, secret] = (process.env.SAGEBRUSH_ROLE_KEY ?? "").split(":");
  return id && secret ? { id, secret } : undefined;
}
