import { parseS3Location } from "../../../aws/s3-location.ts";
import type { QueryRun } from "./query-run.ts";

/** Lists the keys that begin as a location does. */
export async function keysBelow(context: QueryRun["context"], location: string): Promise<string[]> {
  const { bucket: Bucket, key: Prefix } = parseS3Location(location)!;
  const keys: string[] = [];
  for (let ContinuationToken: string | undefined; ; ) {
    const page = await context.call("s3", "ListObjectsV2", {
      Bucket,
      Prefix,
      ...(ContinuationToken && { ContinuationToken }),
    });
    keys.push(...(page.Contents ?? []).map(({ Key = "" }) => Key));
    ContinuationToken = page.NextContinuationToken;
    if (ContinuationToken === undefined) return keys;
  }
}
