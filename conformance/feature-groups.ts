import { Athena } from "@aws-sdk/client-athena";
import { SageMakerFeatureStoreRuntime } from "@aws-sdk/client-sagemaker-featurestore-runtime";
import { STS } from "@aws-sdk/client-sts";
import { expect, vi } from "vitest";
import { clientsOf, patience } from "./clients.ts";
import type { TestServer } from "./server.ts";

/** The bucket of the offline stores and of results. */
export const featureBucket = "features";

export const recordsOf = (server: TestServer) =>
  new SageMakerFeatureStoreRuntime({ ...server.clientOptions, maxAttempts: 1 });

export async function featureRole(server: TestServer): Promise<string> {
  const { Account } = await new STS(server.clientOptions).getCallerIdentity({});
  return `arn:aws:iam::${Account}:role/FeatureStore`;
}

export const makeBucket = (server: TestServer, Bucket: string) =>
  clientsOf(server)
    .s3.createBucket({ Bucket, CreateBucketConfiguration: { LocationConstraint: "us-west-2" } })
    .catch((error: Error) => {
      if (error.name !== "BucketAlreadyOwnedByYou") throw error;
    });

/** Makes a group of clicks with both stores, and waits until it is there. */
export async function makeClicks(server: TestServer, FeatureGroupName: string, offline: object = {}) {
  const { sagemaker } = clientsOf(server);
  await makeBucket(server, featureBucket);
  await sagemaker.createFeatureGroup({
    ...{ FeatureGroupName, RecordIdentifierFeatureName: "Id", EventTimeFeatureName: "time" },
    FeatureDefinitions: [
      { FeatureName: "Id", FeatureType: "String" },
      { FeatureName: "time", FeatureType: "String" },
      { FeatureName: "clicks", FeatureType: "Integral" },
      { FeatureName: "share", FeatureType: "Fractional" },
    ],
    OnlineStoreConfig: { EnableOnlineStore: true },
    OfflineStoreConfig: { S3StorageConfig: { S3Uri: `s3://${featureBucket}/store` }, ...offline },
    RoleArn: await featureRole(server),
  });
  const described = () => sagemaker.describeFeatureGroup({ FeatureGroupName });
  // Also outside of a test, where pages get their data.
  await vi.waitFor(async () => expect((await described()).FeatureGroupStatus).toBe("Created"), patience);
  return offlineOf(server, FeatureGroupName);
}

/** The table and the folder of a group. */
export async function offlineOf(server: TestServer, FeatureGroupName: string) {
  const { OfflineStoreConfig } = await clientsOf(server).sagemaker.describeFeatureGroup({ FeatureGroupName });
  const { DataCatalogConfig, S3StorageConfig } = OfflineStoreConfig!;
  return {
    catalog: DataCatalogConfig!,
    table: `"${DataCatalogConfig!.Database}"."${DataCatalogConfig!.TableName}"`,
    prefix: S3StorageConfig!.ResolvedOutputS3Uri!.replace(/^s3:\/\/[^/]+\//, ""),
  };
}

export const putClick = (server: TestServer, FeatureGroupName: string, record: Readonly<Record<string, string>>) =>
  recordsOf(server).putRecord({
    FeatureGroupName,
    Record: Object.entries(record).map(([FeatureName, ValueAsString]) => ({ FeatureName, ValueAsString })),
  });

/** Runs a query of Athena, and gives its first page of rows as texts. */
export async function rowsOf(server: TestServer, sql: string): Promise<(string | undefined)[][]> {
  const athena = new Athena(server.clientOptions);
  const { QueryExecutionId } = await athena.startQueryExecution({
    QueryString: sql,
    ResultConfiguration: { OutputLocation: `s3://${featureBucket}/results/` },
  });
  const status = async () =>
    (await athena.getQueryExecution({ QueryExecutionId: QueryExecutionId! })).QueryExecution!.Status!;
  await expect.poll(async () => (await status()).State, patience).toMatch(/SUCCEEDED|FAILED/);
  const { State, StateChangeReason } = await status();
  if (State === "FAILED") throw new Error(StateChangeReason);
  const { ResultSet } = await athena.getQueryResults({ QueryExecutionId: QueryExecutionId! });
  return ResultSet!.Rows!.slice(1).map(({ Data }) => Data!.map(({ VarCharValue }) => VarCharValue));
}

/** A time of day of one day. */
export const hourOf = (hour: number, minute = 0) =>
  `2026-01-31T${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}:00Z`;
