import type { Context } from "../../../frame/context.ts";
import type { PlannedObjects } from "../../../images/objects-plan.ts";
import type { KeyShare } from "../../../images/transform-plan.ts";

/** Of more keys every second one is remembered, and so on: shares need not be exact. */
const mostKeys = 20_000;

/** Divides the objects of an input among hosts; one host has no share, but all. */
export async function keyShares(
  { type, bucket, key }: PlannedObjects,
  hosts: number,
  context: Context,
): Promise<readonly (KeyShare | undefined)[]> {
  if (hosts === 1) return [undefined];
  if (type !== "S3Prefix") return Array.from({ length: hosts }, (_, host) => ({ host, hosts }));
  let keys: string[] = [];
  let every = 1;
  let number = 0;
  for (let ContinuationToken: string | undefined; ; ) {
    const page = await context.call("s3", "ListObjectsV2", { Bucket: bucket, Prefix: key, ContinuationToken });
    for (const { Key } of page.Contents ?? []) if (number++ % every === 0) keys.push(Key!);
    if (keys.length > mostKeys) {
      keys = keys.filter((_, index) => index % 2 === 0);
      every *= 2;
    }
    ContinuationToken = page.NextContinuationToken;
    if (ContinuationToken === undefined) break;
  }
  const starts = Array.from({ length: hosts + 1 }, (_, host) => keys[Math.floor((host * keys.length) / hosts)]);
  return Array.from({ length: hosts }, (_, host) => share(host, starts, hosts));
}

/** The first host has what comes before the first key too, and the last one what comes after. */
function share(host: number, starts: readonly (string | undefined)[], hosts: number): KeyShare {
  const [from, until] = [host === 0 ? undefined : starts[host], host === hosts - 1 ? undefined : starts[host + 1]];
  return { ...(from !== undefined && { from }), ...(until !== undefined && { until }) };
}
