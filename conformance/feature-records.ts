import { SageMaker } from "@aws-sdk/client-sagemaker";
import { SageMakerFeatureStoreRuntime } from "@aws-sdk/client-sagemaker-featurestore-runtime";
import { vi } from "vitest";
import { patience } from "./clients.ts";
import type { TestServer } from "./server.ts";

/** The clients of AWS's SDK for feature groups and their records. */
export function featureClients(server: Pick<TestServer, "clientOptions">) {
  const options = { ...server.clientOptions, maxAttempts: 1 };
  return { sagemaker: new SageMaker(options), records: new SageMakerFeatureStoreRuntime(options) };
}

/** The features of a record as a client sends them. */
export const values = (features: Readonly<Record<string, string>>) =>
  Object.entries(features).map(([FeatureName, ValueAsString]) => ({ FeatureName, ValueAsString }));

/** Features as a plain object, by name. */
export const plain = (
  record: readonly { readonly FeatureName?: string; readonly ValueAsString?: string }[] | undefined,
) => record && Object.fromEntries(record.map(({ FeatureName, ValueAsString }) => [FeatureName, ValueAsString]));

export const clicks = {
  RecordIdentifierFeatureName: "id",
  EventTimeFeatureName: "time",
  FeatureDefinitions: [
    { FeatureName: "id", FeatureType: "String" as const },
    { FeatureName: "time", FeatureType: "Fractional" as const },
    { FeatureName: "clicks", FeatureType: "Integral" as const },
    { FeatureName: "ratio", FeatureType: "Fractional" as const },
  ],
  OnlineStoreConfig: { EnableOnlineStore: true },
};

/** Creates a feature group and waits until it takes records. */
export async function createGroup(
  server: Pick<TestServer, "clientOptions">,
  FeatureGroupName: string,
  more: object = {},
): Promise<void> {
  const { sagemaker } = featureClients(server);
  await sagemaker.createFeatureGroup({ ...clicks, FeatureGroupName, ...more });
  const status = async () => (await sagemaker.describeFeatureGroup({ FeatureGroupName })).FeatureGroupStatus;
  await vi.waitUntil(async () => (await status()) === "Created", patience);
}
