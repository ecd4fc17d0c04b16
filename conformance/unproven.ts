const none =
  "What it reads cannot be set yet, so it never succeeds; s3-tags-and-acls tests the code that says that there is none.";

const ownCatalog =
  "The account has one catalog, so both are refused with the reason; glue-catalog tests in what words.";

/**
 * Answered operations that no real client calls in conformance/, each with its reason. A line whose operation has been
 * proven since must go.
 */
export const unproven: Readonly<Record<string, string>> = {
  "glue.CreateCatalog": ownCatalog,
  "glue.DeleteCatalog": ownCatalog,
  "s3.GetBucketCors": none,
  "s3.GetBucketLifecycleConfiguration": none,
  "s3.GetBucketPolicy": none,
  "s3.GetBucketReplication": none,
  "s3.GetBucketTagging": none,
  "s3.GetBucketWebsite": none,
  "s3.GetObjectLockConfiguration": none,
};
