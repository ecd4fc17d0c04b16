import { Fault } from "../../../aws/faults.ts";
import { isRegion } from "../../../aws/region.ts";
import { s3Arn } from "../../../aws/s3-arn.ts";
import type { Context } from "../../../frame/context.ts";
import { defineResourceOf } from "../../../frame/define-resource.ts";
import {
  type BucketDocument,
  bucketKey,
  bucketKind,
  checkOwner,
  defaultBucketName,
  makeBucket,
  ownerOf,
} from "./bucket-document.ts";
import { checkBucketName } from "./bucket-name.ts";
import { deleteBucket, finishDeletion } from "./delete-bucket.ts";
import { invalidArgument, namingBucket, noSuchBucket, notBuilt, notFound, refuseMembers } from "./s3-faults.ts";
import { onBucket, onListing } from "./s3-permissions.ts";

const mostBuckets = 10_000;

/** Buckets are documents; their objects are in the object store, under the document's id. */
export const bucket = defineResourceOf(bucketKind, {
  service: "s3",
  missing: ({ name }) => noSuchBucket(name),
  permissions: {
    CreateBucket: onBucket("s3:CreateBucket"),
    HeadBucket: onListing,
    ListBuckets: () => [{ action: "s3:ListAllMyBuckets", resource: "*" }],
    DeleteBucket: onBucket("s3:DeleteBucket"),
    GetBucketLocation: onBucket("s3:GetBucketLocation"),
  },

  list: {
    operation: "ListBuckets",
    member: "Buckets",
    descending: false,
    sortBy: "name",
    page: {
      limit: "MaxBuckets",
      token: "ContinuationToken",
      size: mostBuckets,
      invalidToken: (token) =>
        invalidArgument("The continuation token provided is incorrect", "continuation-token", token),
    },
    async within({ MaxBuckets = mostBuckets }, context) {
      if (MaxBuckets < 1 || MaxBuckets > mostBuckets)
        throw invalidArgument(
          `Argument max-buckets must be an integer between 1 and ${mostBuckets}`,
          "max-buckets",
          MaxBuckets,
        );
      await findBucket(context, defaultBucketName(context));
      return { labels: { owner: context.account } };
    },
    filters: {
      Prefix: (prefix) => ({ namePrefix: prefix || undefined }),
      BucketRegion: "label region",
    },
    summary: ({ key, created, wanted }) => ({
      Name: key.name,
      CreationDate: new Date(created),
      BucketRegion: wanted.region,
      BucketArn: s3Arn(key.name),
    }),
    beside: ({ Prefix }, { account }) => ({ Owner: ownerOf(account), Prefix }),
  },

  /**
   * Written out because a name is taken among all accounts, an owner may create a bucket again in us-east-1, a request
   * that names the default bucket creates it, and a deletion takes several steps, which a reconciler finishes.
   */
  operations: {
    async CreateBucket(input, context) {
      const name = input.Bucket;
      checkBucketName(name);
      refuseMembers(context, input, "", [
        "GrantFullControl",
        "GrantRead",
        "GrantReadACP",
        "GrantWrite",
        "GrantWriteACP",
        "ObjectLockEnabledForBucket",
      ]);
      if (input.ACL !== undefined && input.ACL !== "private") throw notBuilt(context, `ACL ${input.ACL}`);
      const { LocationConstraint, ...more } = input.CreateBucketConfiguration ?? {};
      refuseMembers(context, more, "CreateBucketConfiguration.", ["Location", "Bucket", "Tags"]);
      const region = regionOf(LocationConstraint, context);
      const former = await bucketKind.find(context, bucketKey(name));
      if (former?.status === "Deleting") await finishDeletion(context, former);
      const { bucket, made } = await makeBucket(context, name, region);
      if (!made && bucket.wanted.owner !== context.account) throw alreadyExists(name);
      // In us-east-1 alone it is no error to create one's own bucket again.
      if (!made && !(bucket.wanted.region === "us-east-1" && region === "us-east-1")) throw alreadyOwned(name);
      return {
        Location: region === "us-east-1" ? `/${name}` : `${context.settings.endpoint()}/${name}`,
        BucketArn: s3Arn(name),
      };
    },

    async HeadBucket(input, context) {
      const found = await findBucket(context, input.Bucket);
      if (!found) throw notFound();
      checkOwner(context, found, input.ExpectedBucketOwner, { BucketRegion: found.wanted.region });
      return { BucketRegion: found.wanted.region, BucketArn: s3Arn(input.Bucket), AccessPointAlias: false };
    },

    async DeleteBucket(input, context) {
      const found = await ownBucket(context, input);
      await namingBucket(input.Bucket, deleteBucket(context, found));
      return {};
    },

    async GetBucketLocation(input, context) {
      const { wanted } = await ownBucket(context, input);
      // us-east-1 has no location constraint: S3 answers an empty element.
      return wanted.region === "us-east-1" ? {} : { LocationConstraint: wanted.region as "us-west-2" };
    },
  },
});

const alreadyExists = (name: string): Fault =>
  new Fault(
    "BucketAlreadyExists",
    "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please " +
      "select a different name and try again.",
    { status: 409, members: { BucketName: name } },
  );

const alreadyOwned = (name: string): Fault =>
  new Fault(
    "BucketAlreadyOwnedByYou",
    "Your previous request to create the named bucket succeeded and you already own it.",
    {
      status: 409,
      members: { BucketName: name },
    },
  );

/** The endpoint of us-east-1 makes buckets in any region; every other one in its own only, which must be named. */
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

/** Returns the bucket of that name. The caller's default bucket is made where it is missing. */
async function findBucket(context: Context, name: string): Promise<BucketDocument | undefined> {
  if (name === defaultBucketName(context)) return (await makeBucket(context, name, context.region)).bucket;
  return bucketKind.find(context, bucketKey(name));
}

/**
 * Returns the bucket that an input names, as the store has it.
 *
 * @throws Fault NoSuchBucket, or AccessDenied when it belongs to another account
 */
async function ownBucket(
  context: Context,
  input: { readonly Bucket: string; readonly ExpectedBucketOwner?: string | undefined },
): Promise<BucketDocument> {
  const found = await findBucket(context, input.Bucket);
  if (!found) throw noSuchBucket(input.Bucket);
  checkOwner(context, found, input.ExpectedBucketOwner);
  return found;
}
