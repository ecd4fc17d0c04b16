import { Fault } from "../../../aws/faults.ts";
import { bucketGone } from "../../../aws/object-faults.ts";
import { type Refusals, refusalsOf } from "../../../frame/not-built.ts";

/** The refusals of S3, in AWS's words; those that others throw too are in aws/object-faults.ts. */
export const noSuchBucket = (name: string): Fault => named(bucketGone(), name);

/** Adds the bucket's name to what the object store says of a bucket, which it knows by its id only. */
export async function namingBucket<T>(name: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof Fault && aboutBuckets.has(error.code) ? named(error, name) : error;
  }
}

const aboutBuckets: ReadonlySet<string> = new Set(["NoSuchBucket", "BucketNotEmpty"]);

const named = ({ code, message, status }: Fault, name: string): Fault =>
  new Fault(code, message, { status, members: { BucketName: name } });

/** Returns the fault of HEAD, whose answer has no body. */
export const notFound = (): Fault => new Fault("NotFound", "Not Found", { status: 404 });

export const accessDenied = (message = "Access Denied", members = {}): Fault =>
  new Fault("AccessDenied", message, { status: 403, members });

export const invalidArgument = (message: string, name: string, value: unknown): Fault =>
  new Fault("InvalidArgument", message, { members: { ArgumentName: name, ArgumentValue: String(value) } });

export const invalidRequest = (message: string): Fault => new Fault("InvalidRequest", message);

export const { notBuilt, refuseMembers }: Refusals = refusalsOf("s3");
