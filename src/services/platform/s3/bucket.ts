import { Fault } from "../../../aws/faults.ts";
import { isRegion } from "../../../aws/region.ts";
import type { Context } from "../../../frame/context.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import { allDocuments, Conflict } from "../../../stores/resources/port.ts";
import {
  type BucketDocument,
  bucketKey,
  defaultBucketName,
  findBucket,
  ignoreConflict,
  makeBucket,
  operationAborted,
  ownerOf,
  requireBucket,
  writeStatus,
} from "./bucket-document.ts";
import { checkBucketName } from "./bucket-name.ts";
import { readToken, writeToken } from "./listing-token.ts";
import { accessDenied, invalidArgument, notFound, notImplemented, refuseMembers } from "./s3-faults.ts";
import { onBucket, onListing } from "./s3-permissions.ts";

const permissions = {
  CreateBucket: onBucket("s3:CreateBucket"),
  HeadBucket: onListing,
  ListBuckets: () => [{ action: "s3:ListAllMyBuckets", resource: "*" }],
  DeleteBucket: onBucket("s3:DeleteBucket"),
  GetBucketLocation: onBucket("s3:GetBucketLocation"),
};

/** Buckets are documents; what is in them is in the object store, under their name. */
export const bucket = defineOperations("s3", permissions, {
  async CreateBucket(input, context) {
    const name = input.Bucket;
    checkBucketName(name);
    refuseMembers(context, input, [
      "GrantFullControl",
      "GrantRead",
      "GrantReadACP",
      "GrantWrite",
      "GrantWriteACP",
      "ObjectLockEnabledForBucket",
    ]);
    if (input.ACL !== undefined && input.ACL !== "private") throw notImplemented(context, `ACL ${input.ACL}`);
    const { LocationConstraint, ...more } = input.CreateBucketConfiguration ?? {};
    refuseMembers(context, more, ["Location", "Bucket", "Tags"]);
    const region = regionOf(LocationConstraint, context);
    const existing = (await context.resources.get(bucketKey(context, name))) as BucketDocument | undefined;
    // Only in us-east-1 is it no error to make one's own bucket again.
    if (existing && !(existing.wanted.region === "us-east-1" && region === "us-east-1")) throw alreadyOwned(name);
    if (!existing) await makeBucket(context, name, region);
    return {
      Location: region === "us-east-1" ? `/${name}` : `${context.settings.endpoint()}/${name}`,
      BucketArn: arnOf(name),
    };
  },

  async HeadBucket(input, context) {
    const found = await findBucket(context, input.Bucket);
    if (!found) throw notFound();
    if (input.ExpectedBucketOwner !== undefined && input.ExpectedBucketOwner !== found.key.account)
      throw accessDenied();
    return { BucketRegion: found.wanted.region, BucketArn: arnOf(input.Bucket), AccessPointAlias: false };
  },

  async ListBuckets(input, context) {
    const { Prefix = "", MaxBuckets = 10_000, BucketRegion, ContinuationToken } = input;
    if (MaxBuckets < 1 || MaxBuckets > 10_000)
      throw invalidArgument("Argument max-buckets must be an integer between 1 and 10000", "max-buckets", MaxBuckets);
    const after = ContinuationToken === undefined ? "" : readToken(ContinuationToken);
    await findBucket(context, defaultBucketName(context));
    const matching = (await allBuckets(context)).filter(
      ({ key, wanted }) =>
        key.name > after &&
        key.name.startsWith(Prefix) &&
        (BucketRegion === undefined || wanted.region === BucketRegion),
    );
    const page = matching.slice(0, MaxBuckets);
    return {
      Buckets: page.map(({ key, created, wanted }) => ({
        Name: key.name,
        CreationDate: new Date(created),
        BucketRegion: wanted.region,
        BucketArn: arnOf(key.name),
      })),
      Owner: ownerOf(context.account),
      ...(input.Prefix !== undefined && { Prefix }),
      ...(matching.length > page.length && { ContinuationToken: writeToken(page.at(-1)!.key.name) }),
    };
  },

  async DeleteBucket(input, context) {
    const found = await requireBucket(context, input.Bucket, input.ExpectedBucketOwner);
    await mustBeEmpty(context, input.Bucket);
    try {
      // Whoever stores an object meanwhile finds the mark and takes it away; then the deletion meets another version.
      const marked = await writeStatus(context, found, "Deleting");
      await mustBeEmpty(context, input.Bucket).catch(async (error) => {
        await writeStatus(context, marked, "Active").catch(ignoreConflict);
        throw error;
      });
      await context.resources.write([{ delete: bucketKey(context, input.Bucket), expected: marked.version }]);
    } catch (error) {
      throw error instanceof Conflict ? operationAborted() : error;
    }
    await abortUploads(context, input.Bucket);
    return {};
  },

  async GetBucketLocation(input, context) {
    const { wanted } = await requireBucket(context, input.Bucket, input.ExpectedBucketOwner);
    // us-east-1 has no location constraint: S3 answers an empty element.
    return wanted.region === "us-east-1" ? {} : { LocationConstraint: wanted.region as "us-west-2" };
  },
});

const arnOf = (name: string): string => `arn:aws:s3:::${name}`;

const alreadyOwned = (name: string): Fault =>
  new Fault(
    "BucketAlreadyOwnedByYou",
    "Your previous request to create the named bucket succeeded and you already own it.",
    {
      status: 409,
      members: { BucketName: name },
    },
  );

/** The endpoint of us-east-1 makes buckets anywhere; every other one in its own region only, and wants it named. */
function regionOf(constraint: string | undefined, { region }: Pick<Context, "region">): string {
  const wanted = constraint === "EU" ? "eu-west-1" : constraint;
  if (wanted === "us-east-1" || (wanted !== undefined && !isRegion(wanted)))
    throw new Fault("InvalidLocationConstraint", "The specified location-constraint is not valid", {
      members: { LocationConstraint: constraint! },
    });
  if (region !== "us-east-1" && wanted !== region)
    throw new Fault(
      "IllegalLocationConstraintException",
      `The ${constraint ?? "unspecified"} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    );
  return wanted ?? region;
}

async function mustBeEmpty({ objects }: Context, name: string): Promise<void> {
  const { objects: found } = await objects.list(name, { limit: 1 });
  if (found.length > 0)
    throw new Fault("BucketNotEmpty", "The bucket you tried to delete is not empty", {
      status: 409,
      members: { BucketName: name },
    });
}

async function abortUploads({ objects }: Context, name: string): Promise<void> {
  for (;;) {
    const { uploads, next } = await objects.listUploads(name, { limit: 1000 });
    for (const upload of uploads) await objects.abortUpload(upload, upload.uploadId).catch(ignoreNoSuchUpload);
    if (!next) return;
  }
}

async function allBuckets({ resources, account }: Context): Promise<BucketDocument[]> {
  const found: BucketDocument[] = [];
  for await (const document of allDocuments(resources, "bucket", { account, region: "-", sort: { by: "name" } }))
    found.push(document as BucketDocument);
  return found;
}

function ignoreNoSuchUpload(error: unknown): void {
  if (!(error instanceof Fault && error.code === "NoSuchUpload")) throw error;
}
