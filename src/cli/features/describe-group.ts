import type { HistoryGroup } from "../../base/history-plan.ts";
import type { ApiClient } from "../api-client.ts";
import { CommandError } from "../define-command.ts";
import { didYouMean } from "../did-you-mean.ts";

interface Described {
  readonly FeatureGroupName: string;
  readonly RecordIdentifierFeatureName: string;
  readonly EventTimeFeatureName: string;
  readonly FeatureDefinitions: readonly {
    readonly FeatureName: string;
    readonly FeatureType: "Integral" | "Fractional" | "String";
    readonly CollectionType?: string;
  }[];
  readonly OfflineStoreConfig?: {
    readonly S3StorageConfig: { readonly ResolvedOutputS3Uri: string };
    readonly DataCatalogConfig?: { readonly Database: string; readonly TableName: string };
    readonly TableFormat?: string;
  };
}

const types = { Integral: "bigint", Fractional: "double", String: "string" };

/** Finds a group that is named as "GROUP" or "GROUP:FEATURE,FEATURE", and where its history is. @throws CommandError */
export async function describeGroup(words: string, api: ApiClient): Promise<HistoryGroup> {
  const [name = "", features] = words.split(":", 2);
  const found = await api.call<Described>("sagemaker", "SageMaker.DescribeFeatureGroup", { FeatureGroupName: name });
  const offline = found.OfflineStoreConfig;
  if (!offline) throw new CommandError(`The feature group ${name} has no offline store, and so no history.`);
  const known = found.FeatureDefinitions.map(({ FeatureName }) => FeatureName);
  const wanted = features === undefined ? known : features.split(",").map((one) => one.trim());
  const wrong = wanted.find((one) => !known.includes(one));
  if (wrong !== undefined) throw new CommandError(`${name} has no feature ${wrong}.${didYouMean(wrong, known)}`, 2);
  const columns = found.FeatureDefinitions.map(({ CollectionType, FeatureName, FeatureType }) => ({
    name: FeatureName,
    type: CollectionType === undefined ? types[FeatureType] : `array<${types[FeatureType]}>`,
  }));
  const time = found.EventTimeFeatureName;
  return {
    ...{ name, columns, wanted, identifier: found.RecordIdentifierFeatureName, eventTime: time },
    isoTime: columns.some((column) => column.name === time && column.type === "string"),
    ...placeIn(
      offline.TableFormat === "Iceberg"
        ? await unloaded(name, offline.DataCatalogConfig!, api)
        : `${offline.S3StorageConfig.ResolvedOutputS3Uri}/`,
    ),
  };
}

function placeIn(uri: string): Pick<HistoryGroup, "bucket" | "prefix"> {
  const [, bucket = "", prefix = ""] = /^s3:\/\/([^/]+)\/(.*)$/.exec(uri) ?? [];
  return { bucket, prefix };
}

const lookMilliseconds = 100;

/** Has Athena write the rows of a table of Iceberg, whose files alone do not say which of them count. */
async function unloaded(
  group: string,
  { Database, TableName }: { readonly Database: string; readonly TableName: string },
  api: ApiClient,
): Promise<string> {
  const bucket = `sagemaker-${api.region}-${api.account}`;
  await api.makeBucket(bucket);
  const place = `s3://${bucket}/feature-store-history/${group}-${Date.now()}-${process.pid}/`;
  const { QueryExecutionId } = await api.call<{ readonly QueryExecutionId: string }>(
    "athena",
    "AmazonAthena.StartQueryExecution",
    {
      QueryString: `UNLOAD (SELECT * FROM "${Database}"."${TableName}") TO '${place}rows/' WITH (format = 'PARQUET', compression = 'SNAPPY')`,
      ResultConfiguration: { OutputLocation: `${place}query/` },
    },
  );
  for (;;) {
    const { QueryExecution } = await api.call<{
      readonly QueryExecution: { readonly Status: { readonly State: string; readonly StateChangeReason?: string } };
    }>("athena", "AmazonAthena.GetQueryExecution", { QueryExecutionId });
    const { State, StateChangeReason = State } = QueryExecution.Status;
    if (State === "SUCCEEDED") return `${place}rows/`;
    if (State === "FAILED" || State === "CANCELLED")
      throw new CommandError(`The rows of ${group} cannot be read: ${StateChangeReason}`);
    await new Promise((resolve) => setTimeout(resolve, lookMilliseconds));
  }
}
