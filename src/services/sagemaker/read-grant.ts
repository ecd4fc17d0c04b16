import type { Grant } from "../../aws/caller.ts";
import { s3Arn } from "../../aws/s3-arn.ts";
import type { S3Location } from "../../aws/s3-location.ts";

/**
 * Grants reading one object, or listing and reading all objects with a prefix. An empty prefix is the whole bucket, and
 * no other bucket whose name begins with the same text.
 */
export function readGrant({ bucket, key }: S3Location, what: "object" | "prefix"): Grant {
  if (what === "object") return { actions: ["s3:GetObject"], resources: [s3Arn(bucket, key)] };
  return {
    actions: ["s3:GetObject", "s3:ListBucket"],
    resources: [...(key === "" ? [s3Arn(bucket)] : []), s3Arn(bucket, `${key}*`)],
  };
}
