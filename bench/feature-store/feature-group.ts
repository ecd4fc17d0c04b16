import { setTimeout as pause } from "node:timers/promises";
import { S3 } from "@aws-sdk/client-s3";
import { SageMaker } from "@aws-sdk/client-sagemaker";
import { STS } from "@aws-sdk/client-sts";
import type { MeasuredServer } from "../servers.ts";

export interface GroupToMake {
  readonly name: string;
  readonly identifier: string;
  readonly eventTime: string;
  readonly features: readonly { readonly name: string; readonly type: string }[];
  /** The bucket of an offline store, which is made; absent: the group has an online store alone. */
  readonly bucket?: string;
  /** Of the online store; AWS's own when left out. */
  readonly storageType?: "Standard_V2";
}

/** Makes a feature group, and waits until it takes records. Returns the table of its offline store in SQL, where it has one. */
export async function makeGroup(
  { port, credentials: { id, region, secret } }: Pick<MeasuredServer, "port" | "credentials">,
  { bucket, eventTime, features, identifier, name, storageType }: GroupToMake,
): Promise<string> {
  const credentials = { accessKeyId: id, secretAccessKey: secret };
  const options = { endpoint: `http://127.0.0.1:${port}`, region, credentials };
  const sagemaker = new SageMaker(options);
  if (bucket !== undefined) {
    const CreateBucketConfiguration = { LocationConstraint: "us-west-2" as const };
    await new S3({ ...options, forcePathStyle: true }).createBucket({ Bucket: bucket, CreateBucketConfiguration });
  }
  const { Account } = await new STS(options).getCallerIdentity({});
  await sagemaker.createFeatureGroup({
    ...{ FeatureGroupName: name, RecordIdentifierFeatureName: identifier, EventTimeFeatureName: eventTime },
    FeatureDefinitions: [
      ...[identifier, eventTime].map((one) => ({ FeatureName: one, FeatureType: "String" as const })),
      ...features.map((one) => ({ FeatureName: one.name, FeatureType: one.type as "String" })),
    ],
    ...(bucket !== undefined && {
      OfflineStoreConfig: { S3StorageConfig: { S3Uri: `s3://${bucket}/store` } },
      RoleArn: `arn:aws:iam::${Account}:role/FeatureStore`,
    }),
    OnlineStoreConfig: { EnableOnlineStore: true, ...(storageType && { StorageType: storageType }) },
  });
  for (;;) {
    const found = await sagemaker.describeFeatureGroup({ FeatureGroupName: name });
    const { Database, TableName } = found.OfflineStoreConfig?.DataCatalogConfig ?? {};
    if (found.FeatureGroupStatus === "Created") return `"${Database}"."${TableName}"`;
    if (found.FeatureGroupStatus !== "Creating")
      throw new Error(`${name} is ${found.FeatureGroupStatus}: ${found.FailureReason}`);
    await pause(50);
  }
}
