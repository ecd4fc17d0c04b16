import { createTestContext, type TestContext } from "../../../server/request/test-context.ts";
import { database } from "../../data/glue/database.ts";
import { table } from "../../data/glue/table.ts";
import { bucket } from "../../platform/s3/bucket.ts";
import { lineageContext } from "../lineage/context.ts";
import { tags } from "../tags.ts";
import { featureGroupReconciler } from "./feature-group.reconcile.ts";
import { featureGroup } from "./feature-group.ts";
import type { FeatureGroupDocument } from "./feature-group-state.ts";
import { featureMetadata } from "./feature-metadata.ts";
import { record } from "./record.ts";

export const createFeatureContext = (): TestContext =>
  createTestContext({ units: [featureGroup, featureMetadata, lineageContext, record, tags, bucket, database, table] });

export const groupInput = {
  FeatureGroupName: "clicks",
  RecordIdentifierFeatureName: "id",
  EventTimeFeatureName: "time",
  FeatureDefinitions: [
    { FeatureName: "id", FeatureType: "Integral" as const },
    { FeatureName: "time", FeatureType: "String" as const },
    { FeatureName: "text", FeatureType: "String" as const },
    { FeatureName: "ratio", FeatureType: "Fractional" as const },
  ],
  OnlineStoreConfig: { EnableOnlineStore: true },
  OfflineStoreConfig: { S3StorageConfig: { S3Uri: "s3://bucket/features" } },
  RoleArn: "arn:aws:iam::123456789012:role/FeatureRole",
};

/** Does the next step of a group, as the engine would. */
export async function reconcileGroup(context: TestContext, name: string): Promise<void> {
  const document = (await context.resources.get(
    featureGroup.key(context, { FeatureGroupName: name }),
  )) as FeatureGroupDocument;
  await makeBucket(context);
  const reconciled = { ...context, watch: () => {} };
  const { update, changes = [] } = await featureGroupReconciler.reconcile(document, reconciled as never);
  const put = update && { put: { ...document, ...update }, expected: document.version };
  await context.resources.write([...(put ? [put] : []), ...changes]);
}

/** Makes the bucket of the offline store, which must be there; once for a context. */
export async function makeBucket(context: TestContext): Promise<void> {
  const CreateBucketConfiguration = { LocationConstraint: "us-west-2" as const };
  await context.call("s3", "CreateBucket", { Bucket: "bucket", CreateBucketConfiguration }).catch((error) => {
    if (error.code !== "BucketAlreadyOwnedByYou") throw error;
  });
}

export async function makeGroup(context: TestContext, more: object = {}): Promise<FeatureGroupDocument> {
  const input = { ...groupInput, ...more };
  await context.call("sagemaker", "CreateFeatureGroup", input);
  await reconcileGroup(context, input.FeatureGroupName);
  return featureGroup.get(context, input.FeatureGroupName);
}

/** The value list of a record. */
export const valuesOf = (values: Readonly<Record<string, string>>) =>
  Object.entries(values).map(([FeatureName, ValueAsString]) => ({ FeatureName, ValueAsString }));
