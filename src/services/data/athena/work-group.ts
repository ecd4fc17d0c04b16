import { againOnConflict } from "../../../frame/again-on-conflict.ts";
import type { Context } from "../../../frame/context.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import { checkTags } from "../../../frame/resource-tags.ts";
import type { ResourceDocument } from "../../../stores/resources/port.ts";
import { invalidRequest, refuseMembers } from "./athena-faults.ts";
import {
  type ActualWorkGroup,
  namedQueryKind,
  preparedKind,
  queryKind,
  type WantedWorkGroup,
  type WorkGroupConfiguration,
  workGroupKind,
} from "./athena-kinds.ts";
import { listAthena } from "./athena-page.ts";
import { onWorkGroup } from "./athena-permissions.ts";

type WorkGroupDocument = ResourceDocument<WantedWorkGroup, ActualWorkGroup>;

const engineVersion = {
  SelectedEngineVersion: "AUTO",
  EffectiveEngineVersion: "Athena engine version 3",
} as const;

export const primaryName = "primary";
const keyOf = (context: Context, WorkGroup: string) => workGroupKind.key(context, { WorkGroup });

/** Every account has this group, also before anybody has changed it. */
const primary = (context: Context): WorkGroupDocument => ({
  ...{ key: keyOf(context, primaryName), id: primaryName, version: 0, schema: 1, created: 0, modified: 0 },
  wanted: { Name: primaryName, Configuration: defaults({}), Tags: [] },
  actual: { state: "ENABLED" },
});

const defaults = (given: WorkGroupConfiguration): WorkGroupConfiguration => ({
  ...{ EnforceWorkGroupConfiguration: true, PublishCloudWatchMetricsEnabled: true, RequesterPaysEnabled: false },
  ...(given.ResultConfiguration?.OutputLocation === undefined && { EnforceWorkGroupConfiguration: false }),
  ...given,
  EngineVersion: {
    ...engineVersion,
    ...given.EngineVersion,
    EffectiveEngineVersion: engineVersion.EffectiveEngineVersion,
  },
});

/** @throws Fault when there is none of that name */
export async function findWorkGroup(context: Context, name = primaryName): Promise<WorkGroupDocument> {
  const found = await workGroupKind.find(context, keyOf(context, name));
  if (found) return found;
  if (name === primaryName) return primary(context);
  throw invalidRequest(`WorkGroup ${name} is not found.`);
}

const notYet = [
  ...["ManagedQueryResultsConfiguration", "ExecutionRole", "MonitoringConfiguration", "EngineConfiguration"],
  ...["CustomerContentEncryptionConfiguration", "EnableMinimumEncryptionConfiguration"],
  ...["IdentityCenterConfiguration", "QueryResultsS3AccessGrantsConfiguration", "AdditionalConfiguration"],
] as const;

function checkConfiguration(context: Context, configuration: WorkGroupConfiguration): void {
  refuseMembers(context, configuration, "Configuration.", notYet as never);
  const { OutputLocation } = configuration.ResultConfiguration ?? {};
  if (OutputLocation !== undefined) checkLocation(OutputLocation);
}

/** @throws Fault for what is no place in S3 */
export function checkLocation(location: string): void {
  if (!/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/|$)/.test(location))
    throw invalidRequest(`outputLocation is not a valid S3 path.`, "INVALID_INPUT");
}

export const workGroup = defineOperations(
  "athena",
  {
    CreateWorkGroup: ({ Name = "" }, place) => onWorkGroup("CreateWorkGroup")({ WorkGroup: Name }, place),
    GetWorkGroup: onWorkGroup("GetWorkGroup"),
    UpdateWorkGroup: onWorkGroup("UpdateWorkGroup"),
    DeleteWorkGroup: onWorkGroup("DeleteWorkGroup"),
  },
  {
    async CreateWorkGroup({ Name, Configuration = {}, Description, Tags = [] }, context) {
      checkConfiguration(context, Configuration);
      const tags = Tags.map(({ Key = "", Value = "" }) => ({ Key, Value }));
      checkTags(tags);
      const now = context.clock.now();
      const key = keyOf(context, Name);
      if (Name === primaryName || (await context.resources.get(key)))
        throw invalidRequest(`WorkGroup ${Name} is already created`);
      const wanted = { Name, Configuration: defaults(Configuration), Tags: tags, ...(Description && { Description }) };
      const change = await workGroupKind.put(context, {
        ...{ key, id: context.ids.ulid(), origin: context.origin, created: now, modified: now },
        ...{ wanted, actual: { state: "ENABLED" } },
      });
      await context.resources.write([change]);
      return {};
    },

    async GetWorkGroup({ WorkGroup }, context) {
      const { wanted, actual, created } = await findWorkGroup(context, WorkGroup);
      const { Name, Configuration, Description } = wanted;
      const CreationTime = created === 0 ? undefined : new Date(created);
      return { WorkGroup: { Name, State: actual.state, Configuration, Description, CreationTime } };
    },

    async ListWorkGroups(input, context) {
      const { documents, next } = await listAthena(context, workGroupKind, input, { sort: { by: "name" } });
      const isFirst = input.NextToken === undefined;
      const hasPrimary = await context.resources.get(keyOf(context, primaryName));
      const all = isFirst && !hasPrimary ? [primary(context), ...documents] : documents;
      return {
        WorkGroups: all.map(({ wanted, actual, created }) => ({
          Name: wanted.Name,
          State: actual.state,
          Description: wanted.Description ?? "",
          CreationTime: created === 0 ? undefined : new Date(created),
          EngineVersion: wanted.Configuration.EngineVersion,
        })),
        NextToken: next,
      };
    },

    async UpdateWorkGroup({ WorkGroup, ConfigurationUpdates, Description, State }, context) {
      refuseMembers(context, ConfigurationUpdates ?? {}, "ConfigurationUpdates.", notYet as never);
      await againOnConflict(context, async () => {
        const found = await findWorkGroup(context, WorkGroup);
        const Configuration = updated(found.wanted.Configuration, ConfigurationUpdates ?? {});
        checkConfiguration(context, Configuration);
        const now = context.clock.now();
        const { version, ...rest } = found;
        const change = await workGroupKind.put(context, {
          ...rest,
          ...(version === 0 ? { id: context.ids.ulid(), created: now } : { version }),
          modified: now,
          wanted: { ...found.wanted, Configuration, ...(Description !== undefined && { Description }) },
          actual: { state: State ?? found.actual.state },
        });
        await context.resources.write([change]);
      });
      return {};
    },

    async DeleteWorkGroup({ WorkGroup, RecursiveDeleteOption }, context) {
      if (WorkGroup === primaryName) throw invalidRequest("The primary WorkGroup cannot be deleted.");
      const found = await findWorkGroup(context, WorkGroup);
      const { account, region } = context;
      const held: { delete: WorkGroupDocument["key"]; expected: number }[] = [];
      for (const kind of [namedQueryKind, preparedKind, queryKind]) {
        const asked = { account, region, labels: { workgroup: WorkGroup }, limit: 1000 };
        for (let after: string | undefined; ; ) {
          const page = await context.resources.list(kind.name, { ...asked, ...(after !== undefined && { after }) });
          if (page.documents.length > 0 && !RecursiveDeleteOption && kind !== queryKind)
            throw invalidRequest(`WorkGroup ${WorkGroup} is not empty`);
          held.push(...page.documents.map(({ key, version }) => ({ delete: key, expected: version })));
          after = page.next;
          if (after === undefined) break;
        }
      }
      await context.resources.write([{ delete: found.key, expected: found.version }, ...held]);
      return {};
    },
  },
);

type Updates = NonNullable<
  import("../../../wire/operations.ts").InputOf<
    typeof import("@aws-sdk/client-athena"),
    "UpdateWorkGroup"
  >["ConfigurationUpdates"]
>;

function updated(before: WorkGroupConfiguration, updates: Updates): WorkGroupConfiguration {
  const { ResultConfigurationUpdates: results, RemoveBytesScannedCutoffPerQuery: removesCutoff, ...rest } = updates;
  const { BytesScannedCutoffPerQuery: cutoff, ResultConfiguration: place = {}, ...others } = before;
  const result = { ...place };
  for (const member of [
    "OutputLocation",
    "EncryptionConfiguration",
    "ExpectedBucketOwner",
    "AclConfiguration",
  ] as const) {
    if (results?.[`Remove${member}`]) delete result[member];
    else if (results?.[member] !== undefined) Object.assign(result, { [member]: results[member] });
  }
  return defaults({
    ...others,
    ...(cutoff !== undefined && !removesCutoff && { BytesScannedCutoffPerQuery: cutoff }),
    ...(rest as WorkGroupConfiguration),
    ResultConfiguration: result,
  });
}
