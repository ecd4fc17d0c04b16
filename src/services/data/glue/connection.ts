import { againOnConflict } from "../../../frame/again-on-conflict.ts";
import type { Context } from "../../../frame/context.ts";
import { defineKind } from "../../../frame/define-kind.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import type { Place } from "../../../frame/kind-naming.ts";
import { listPage } from "../../../frame/list-page.ts";
import type { Tag } from "../../../frame/resource-tags.ts";
import type { ResourceDocument } from "../../../stores/resources/port.ts";
import type { InputOf } from "../../../wire/operations.ts";
import { checkCatalog } from "./catalog-kinds.ts";
import { catalogArn } from "./catalog-permissions.ts";
import { alreadyExists, errorDetail, gluePage, notFound, refuseMembers } from "./glue-faults.ts";
import { tagList } from "./glue-tags.ts";

type ConnectionInput = InputOf<typeof import("@aws-sdk/client-glue"), "CreateConnection">["ConnectionInput"];
type Wanted = ConnectionInput & { readonly Tags: readonly Tag[] };
interface Actual {
  readonly updatedBy: string;
  readonly updated: number;
}
type ConnectionDocument = ResourceDocument<Wanted, Actual>;

/** How a store of data is reached: its type and its properties. Nothing is connected to when it is made. */
export const connectionKind = defineKind<Wanted, Actual>({
  service: "glue",
  kind: "connection",
  arn: "connection/{ConnectionName+}",
  exactCase: true,
  title: "Connection",
  tags: true,
  listedBy: "GetConnections",
  labels: { type: ({ wanted }) => wanted.ConnectionType },
});

const onConnections =
  (operation: string, namesIn: (input: Readonly<Record<string, unknown>>) => readonly unknown[]) =>
  (input: object, place: Place) =>
    [
      catalogArn(place),
      ...namesIn(input as Readonly<Record<string, unknown>>).map((name) =>
        catalogArn(place, "connection", String(name ?? "*")),
      ),
    ].map((resource) => ({ action: `glue:${operation}`, resource }));
const byName = ({ Name }: Readonly<Record<string, unknown>>) => [Name];

/** Checked only against a running service, so it is left out of what is kept. */
const unmade = ["ValidateCredentials", "ValidateForComputeEnvironments", "AuthenticationConfiguration"] as const;

export const connection = defineOperations(
  "glue",
  {
    CreateConnection: onConnections("CreateConnection", () => []),
    GetConnection: onConnections("GetConnection", byName),
    GetConnections: onConnections("GetConnections", () => ["*"]),
    UpdateConnection: onConnections("UpdateConnection", byName),
    DeleteConnection: onConnections("DeleteConnection", ({ ConnectionName }) => [ConnectionName]),
    BatchDeleteConnection: onConnections(
      "BatchDeleteConnection",
      ({ ConnectionNameList }) => (ConnectionNameList as string[] | undefined) ?? [],
    ),
  },
  {
    async CreateConnection({ CatalogId, ConnectionInput, Tags }, context) {
      checkCatalog(context, CatalogId);
      refuseMembers(context, ConnectionInput, "ConnectionInput.", unmade);
      const tags = tagList(Tags);
      const key = connectionKind.key(context, { ConnectionName: ConnectionInput.Name });
      await againOnConflict(context, async () => {
        if (await context.resources.get(key)) throw alreadyExists("Connection already exists.");
        const now = context.clock.now();
        const change = await connectionKind.put(context, {
          ...{ key, id: context.ids.ulid(), origin: context.origin, created: now, modified: now },
          wanted: { ...ConnectionInput, Tags: tags },
          actual: { updatedBy: context.caller.arn, updated: now },
        });
        await context.resources.write([change]);
      });
      return { CreateConnectionStatus: "READY" as const };
    },

    async GetConnection({ CatalogId, Name, HidePassword }, context) {
      checkCatalog(context, CatalogId);
      return { Connection: shown(await find(context, Name), HidePassword) };
    },

    async GetConnections(input, context) {
      checkCatalog(context, input.CatalogId);
      const { ConnectionType, MatchCriteria = [] } = input.Filter ?? {};
      const { account, region } = context;
      const { documents, next } = await listPage(gluePage, input, (asked) =>
        context.resources.list(connectionKind.name, {
          ...{ account, region, labels: { type: ConnectionType }, sort: { by: "name" } },
          ...asked,
        }),
      );
      const found = documents
        .map(connectionKind.read)
        .filter(({ wanted }) => MatchCriteria.every((one) => wanted.MatchCriteria?.includes(one)));
      return { ConnectionList: found.map((one) => shown(one, input.HidePassword)), NextToken: next };
    },

    async UpdateConnection({ CatalogId, Name, ConnectionInput }, context) {
      checkCatalog(context, CatalogId);
      refuseMembers(context, ConnectionInput, "ConnectionInput.", unmade);
      await againOnConflict(context, async () => {
        const found = await find(context, Name);
        const now = context.clock.now();
        const change = await connectionKind.put(context, {
          ...{ ...found, modified: now, wanted: { ...ConnectionInput, Name, Tags: found.wanted.Tags } },
          actual: { updatedBy: context.caller.arn, updated: now },
        });
        await context.resources.write([change]);
      });
      return {};
    },

    async DeleteConnection({ CatalogId, ConnectionName }, context) {
      checkCatalog(context, CatalogId);
      await remove(context, ConnectionName);
      return {};
    },

    async BatchDeleteConnection({ CatalogId, ConnectionNameList }, context) {
      checkCatalog(context, CatalogId);
      const Succeeded: string[] = [];
      const Errors: Record<string, ReturnType<typeof errorDetail>> = {};
      for (const name of ConnectionNameList) {
        try {
          await remove(context, name);
          Succeeded.push(name);
        } catch (error) {
          Errors[name] = errorDetail(error);
        }
      }
      return { Succeeded, Errors };
    },
  },
);

async function find(context: Context, ConnectionName: string): Promise<ConnectionDocument> {
  const found = await connectionKind.find(context, connectionKind.key(context, { ConnectionName }));
  if (!found) throw notFound(`Connection ${ConnectionName} not found.`);
  return found;
}

const remove = (context: Context, name: string): Promise<void> =>
  againOnConflict(context, async () => {
    const { key, version } = await find(context, name);
    await context.resources.write([{ delete: key, expected: version }]);
  });

function shown({ created, wanted, actual }: ConnectionDocument, hidesPassword: boolean | undefined) {
  const { Tags: _, ConnectionProperties, ...members } = wanted;
  const { PASSWORD, ENCRYPTED_PASSWORD, ...open } = ConnectionProperties;
  return {
    ...members,
    AuthenticationConfiguration: undefined,
    ConnectionProperties: hidesPassword ? open : ConnectionProperties,
    CreationTime: new Date(created),
    LastUpdatedTime: new Date(actual.updated),
    LastUpdatedBy: actual.updatedBy,
    Status: "READY" as const,
    ConnectionSchemaVersion: 1,
  };
}
