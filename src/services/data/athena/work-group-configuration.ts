import type { Context } from "../../../frame/context.ts";
import type { InputOf } from "../../../wire/operations.ts";
import { invalidRequest, notBuilt, refuseMembers } from "./athena-faults.ts";
import type { WorkGroupConfiguration } from "./athena-kinds.ts";

type Client = typeof import("@aws-sdk/client-athena");
type Updates = NonNullable<InputOf<Client, "UpdateWorkGroup">["ConfigurationUpdates"]>;
export type ResultConfiguration = NonNullable<WorkGroupConfiguration["ResultConfiguration"]>;

const effective = "Athena engine version 3";
const engineVersions = ["AUTO", effective];

/** Returns what a work group has where its configuration says nothing. */
export const configurationDefaults = (given: WorkGroupConfiguration): WorkGroupConfiguration => ({
  ...{ EnforceWorkGroupConfiguration: true, PublishCloudWatchMetricsEnabled: true, RequesterPaysEnabled: false },
  ...given,
  EngineVersion: { SelectedEngineVersion: "AUTO", ...given.EngineVersion, EffectiveEngineVersion: effective },
});

const notYet = [
  ...["ManagedQueryResultsConfiguration", "ExecutionRole", "MonitoringConfiguration", "EngineConfiguration"],
  ...["CustomerContentEncryptionConfiguration", "EnableMinimumEncryptionConfiguration"],
  ...["IdentityCenterConfiguration", "QueryResultsS3AccessGrantsConfiguration", "AdditionalConfiguration"],
] as const;

export function checkConfiguration(context: Context, configuration: WorkGroupConfiguration): void {
  refuseMembers(context, configuration, "Configuration.", notYet as never);
  const { SelectedEngineVersion = "AUTO" } = configuration.EngineVersion ?? {};
  if (!engineVersions.includes(SelectedEngineVersion))
    throw notBuilt(
      context,
      `EngineVersion.SelectedEngineVersion ${SelectedEngineVersion}`,
      `use ${engineVersions.join(" or ")}`,
    );
  checkResults(context, configuration.ResultConfiguration);
}

/** Checks where results go and how they lie there. */
export function checkResults(context: Context, results: ResultConfiguration = {}): void {
  const { EncryptionConfiguration, OutputLocation } = results;
  if (OutputLocation !== undefined) checkLocation(OutputLocation);
  const { EncryptionOption, KmsKey } = EncryptionConfiguration ?? {};
  // Its objects could be read only by who has the key, and there is none.
  if (EncryptionOption === "CSE_KMS") throw notBuilt(context, "EncryptionOption CSE_KMS", "use SSE_S3 or SSE_KMS");
  if (EncryptionOption === "SSE_KMS" && KmsKey === undefined)
    throw invalidRequest("KmsKey is required with the EncryptionOption SSE_KMS.");
}

/** @throws Fault for what is no place in S3 */
export function checkLocation(location: string): void {
  if (!/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/|$)/.test(location))
    throw invalidRequest(`outputLocation is not a valid S3 path.`, "INVALID_INPUT");
}

const resultMembers = ["OutputLocation", "EncryptionConfiguration", "ExpectedBucketOwner", "AclConfiguration"] as const;

/** Returns a configuration after an update: what the update leaves out stays. */
export function updatedConfiguration(
  context: Context,
  before: WorkGroupConfiguration,
  updates: Updates = {},
): WorkGroupConfiguration {
  refuseMembers(context, updates, "ConfigurationUpdates.", notYet as never);
  const { BytesScannedCutoffPerQuery, EnforceWorkGroupConfiguration, EngineVersion } = updates;
  const { PublishCloudWatchMetricsEnabled, RemoveBytesScannedCutoffPerQuery, RequesterPaysEnabled } = updates;
  const { ResultConfigurationUpdates = {} } = updates;
  const result: Record<string, unknown> = { ...before.ResultConfiguration };
  for (const member of resultMembers) {
    const given = ResultConfigurationUpdates[member];
    if (ResultConfigurationUpdates[`Remove${member}`]) {
      if (given !== undefined) throw invalidRequest(`${member} and Remove${member} cannot both be given.`);
      delete result[member];
    } else if (given !== undefined) result[member] = given;
  }
  if (RemoveBytesScannedCutoffPerQuery && BytesScannedCutoffPerQuery !== undefined)
    throw invalidRequest("BytesScannedCutoffPerQuery and RemoveBytesScannedCutoffPerQuery cannot both be given.");
  const { BytesScannedCutoffPerQuery: cutoff, ...others } = before;
  const kept = RemoveBytesScannedCutoffPerQuery ? undefined : (BytesScannedCutoffPerQuery ?? cutoff);
  const after = {
    ...others,
    ...(kept !== undefined && { BytesScannedCutoffPerQuery: kept }),
    ...(EnforceWorkGroupConfiguration !== undefined && { EnforceWorkGroupConfiguration }),
    ...(EngineVersion && { EngineVersion }),
    ...(PublishCloudWatchMetricsEnabled !== undefined && { PublishCloudWatchMetricsEnabled }),
    ...(RequesterPaysEnabled !== undefined && { RequesterPaysEnabled }),
    ResultConfiguration: result as ResultConfiguration,
  };
  checkConfiguration(context, after);
  return configurationDefaults(after);
}
