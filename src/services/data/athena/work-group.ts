import { againOnConflict } from "../../../frame/again-on-conflict.ts";
import type { Context } from "../../../frame/context.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import { checkTags } from "../../../frame/resource-tags.ts";
import { allDocuments, type ResourceDocument } from "../../../stores/resources/port.ts";
import { invalidRequest } from "./athena-faults.ts";
import {
  type ActualWorkGroup,
  namedQueryKind,
  preparedKind,
  queryKind,
  type WantedWorkGroup,
  workGroupKind,
} from "./athena-kinds.ts";
import { athenaPage, listAthena } from "./athena-page.ts";
import { onWorkGroup } from "./athena-permissions.ts";
import { workName } from "./query-work.ts";
import { checkConfiguration, configurationDefaults, updatedConfiguration } from "./work-group-configuration.ts";

type WorkGroupDocument = ResourceDocument<WantedWorkGroup, ActualWorkGroup>;

export const primaryName = "primary";
const keyOf = (context: Context, WorkGroup: string) => workGroupKind.key(context, { WorkGroup });

/** Every account has this group, also before anybody has changed it. */
const primary = (context: Context): WorkGroupDocument => ({
  ...{ key: keyOf(context, primaryName), id: primaryName, version: 0, schema: 1, created: 0, modified: 0 },
  wanted: {
    ...{ Name: primaryName, Tags: [] },
    Configuration: configurationDefaults({ EnforceWorkGroupConfiguration: false }),
  },
  actual: { state: "ENABLED" },
});

/** @throws Fault when there is none of that name */
export async function findWorkGroup(context: Context, name = primaryName): Promise<WorkGroupDocument> {
  const found = await workGroupKind.find(context, keyOf(context, name));
  if (found) return found;
  if (name === primaryName) return primary(context);
  throw invalidRequest(`WorkGroup ${name} is not found.`);
}

const creationOf = ({ created }: WorkGroupDocument) => (created === 0 ? undefined : new Date(created));

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
      const key = keyOf(context, Name);
      const wanted = {
        ...{ Name, Configuration: configurationDefaults(Configuration), Tags: tags },
        ...(Description && { Description }),
      };
      await againOnConflict(context, async () => {
        if (Name === primaryName || (await context.resources.get(key)))
          throw invalidRequest(`WorkGroup ${Name} is already created`);
        const now = context.clock.now();
        const made = { key, id: context.ids.ulid(), origin: context.origin, created: now, modified: now };
        await context.resources.write([
          await workGroupKind.put(context, { ...made, wanted, actual: { state: "ENABLED" } }),
        ]);
      });
      return {};
    },

    async GetWorkGroup({ WorkGroup }, context) {
      const found = await findWorkGroup(context, WorkGroup);
      const { Name, Configuration, Description } = found.wanted;
      return {
        WorkGroup: { Name, State: found.actual.state, Configuration, Description, CreationTime: creationOf(found) },
      };
    },

    async ListWorkGroups(input, context) {
      const { documents, next } = await listGroups(context, input);
      return {
        WorkGroups: documents.map((one) => ({
          Name: one.wanted.Name,
          State: one.actual.state,
          Description: one.wanted.Description ?? "",
          CreationTime: creationOf(one),
          EngineVersion: one.wanted.Configuration.EngineVersion,
        })),
        NextToken: next,
      };
    },

    async UpdateWorkGroup({ WorkGroup, ConfigurationUpdates, Description, State }, context) {
      await againOnConflict(context, async () => {
        const found = await findWorkGroup(context, WorkGroup);
        const Configuration = updatedConfiguration(context, found.wanted.Configuration, ConfigurationUpdates);
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

    async DeleteWorkGroup({ WorkGroup, RecursiveDeleteOption = false }, context) {
      if (WorkGroup === primaryName) throw invalidRequest("The primary WorkGroup cannot be deleted.");
      await againOnConflict(context, async () => {
        const found = await findWorkGroup(context, WorkGroup);
        const held: ResourceDocument[] = [];
        const { account, region } = context;
        for (const { name } of [namedQueryKind, preparedKind, queryKind])
          for await (const one of allDocuments(context.resources, name, {
            ...{ account, region, labels: { workgroup: WorkGroup } },
          })) {
            if (!RecursiveDeleteOption) throw invalidRequest(`WorkGroup ${WorkGroup} is not empty`);
            held.push(one);
          }
        const changes = [found, ...held].map(({ key, version }) => ({ delete: key, expected: version }));
        await context.resources.write(changes);
        for (const { key } of held)
          if (key.kind === queryKind.name) context.engines.cancel(workName(context, key.name));
      });
      return {};
    },
  },
);

/** Stands for the place after the primary group, where that is no document. */
const afterPrimary = "primary";

/** Lists the groups by name, the primary one first as long as nobody has changed it. */
async function listGroups(
  context: Context,
  input: { readonly NextToken?: string | undefined; readonly MaxResults?: number | undefined },
): Promise<{ readonly documents: readonly WorkGroupDocument[]; readonly next: string | undefined }> {
  const list = (asked: object) => listAthena(context, workGroupKind, asked, { sort: { by: "name" } });
  const { MaxResults = athenaPage.size!, NextToken } = input;
  if (NextToken === afterPrimary) return list({ MaxResults });
  if (NextToken !== undefined || (await context.resources.get(keyOf(context, primaryName)))) return list(input);
  const { documents, next } = await list({ MaxResults: Math.max(1, MaxResults - 1) });
  if (MaxResults > 1 || documents.length === 0) return { documents: [primary(context), ...documents], next };
  return { documents: [primary(context)], next: afterPrimary };
}
