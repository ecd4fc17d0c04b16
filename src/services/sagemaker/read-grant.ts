import type { Grant } from "../../aws/caller.ts";
import type { S3Location } from "./s3-location.ts";

/**
 * To read one object, or to list and read all whose keys begin so. Without a key that is the whole bucket, and no other
 * one whose name begins like it.
 */
export function readGrant({ bucket, key }: S3Location, what: "object" | "prefix"): Grant {
  const bucketArn = `arn:aws:s3:::${bucket}`;
  if (what === "object") return { actions: ["s3:GetObject"], resources: [`${bucketArn}/${key}`] };
  return {
    actions: ["s3:GetObject", "s3:ListBucket"],
    resources: [...(key === "" ? [bucketArn] : []), `${bucketArn}/${key}*`],
  };
}
