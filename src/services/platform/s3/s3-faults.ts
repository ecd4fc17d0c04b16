import { Fault } from "../../../aws/faults.ts";
import { bucketGone } from "../../../aws/object-faults.ts";
import type { Context } from "../../../frame/context.ts";

/** The refusals of S3, in AWS's words; those that the object store throws too are in aws/object-faults.ts. */
export const noSuchBucket = (name: string): Fault => named(bucketGone(), name);

/** Adds the bucket's name to what the object store says of a bucket, which it knows by its id only. */
export async function namingBucket<T>(name: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof Fault && aboutBuckets.has(error.code) ? named(error, name) : error;
  }
}

const aboutBuckets = new Set(["NoSuchBucket", "BucketNotEmpty"]);

const named = ({ code, message, status }: Fault, name: string): Fault =>
  new Fault(code, message, { status, members: { BucketName: name } });

/** What HEAD answers; its answer has no body for more. */
export const notFound = (): Fault => new Fault("NotFound", "Not Found", { status: 404 });

export const accessDenied = (): Fault => new Fault("AccessDenied", "Access Denied", { status: 403 });

export const invalidArgument = (message: string, name: string, value: unknown): Fault =>
  new Fault("InvalidArgument", message, { members: { ArgumentName: name, ArgumentValue: String(value) } });

export const invalidRequest = (message: string): Fault => new Fault("InvalidRequest", message);

export const badDigest = (what: string): Fault =>
  new Fault("BadDigest", `The ${what} you specified did not match the calculated checksum.`);

/** Refuses what S3 can do and this version cannot. */
export const notImplemented = ({ settings }: Pick<Context, "settings">, what: string): Fault =>
  new Fault(
    "NotImplemented",
    `${what} is not built in Sagebrush ${settings.version}; leave it out. What is built: docs/coverage.md.`,
    { status: 501 },
  );

/** Refuses the first of the named members that is given. */
export function refuseMembers<T extends object>(
  context: Pick<Context, "settings">,
  input: T,
  members: readonly (keyof T & string)[],
): void {
  const found = members.find((member) => input[member] !== undefined && (input[member] as unknown) !== false);
  if (found) throw notImplemented(context, found);
}
