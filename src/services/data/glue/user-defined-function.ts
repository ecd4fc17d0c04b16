import { againOnConflict } from "../../../frame/again-on-conflict.ts";
import { parentFence } from "../../../frame/children.ts";
import type { Context } from "../../../frame/context.ts";
import { defineKind, parentText } from "../../../frame/define-kind.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import type { Place } from "../../../frame/kind-naming.ts";
import { listPage } from "../../../frame/list-page.ts";
import type { ResourceDocument } from "../../../stores/resources/port.ts";
import type { InputOf } from "../../../wire/operations.ts";
import { checkCatalog, databaseKind, linkedDatabase } from "./catalog-kinds.ts";
import { catalogArn, onDatabase } from "./catalog-permissions.ts";
import { alreadyExists, gluePage, invalidInput, notFound } from "./glue-faults.ts";
import { nameTest } from "./name-test.ts";

type FunctionInput = InputOf<typeof import("@aws-sdk/client-glue"), "CreateUserDefinedFunction">["FunctionInput"];
type FunctionDocument = ResourceDocument<FunctionInput, Record<string, never>>;

/** A user-defined function of a database: its class and where its code lies. */
export const functionKind = defineKind<FunctionInput, Record<string, never>>({
  service: "glue",
  kind: "user-defined-function",
  arn: "userDefinedFunction/{DatabaseName}/{FunctionName}",
  title: "User-defined function",
  listedBy: "GetUserDefinedFunctions",
  parent: { kind: databaseKind.name, deletion: "takes children" },
  labels: { type: ({ wanted }) => wanted.FunctionType },
});

const onFunction = (operation: string) => (input: object, place: Place) => {
  const {
    DatabaseName = "*",
    FunctionName,
    FunctionInput,
  } = input as Readonly<Record<string, string>> & {
    readonly FunctionInput?: FunctionInput;
  };
  const name = FunctionName ?? FunctionInput?.FunctionName ?? "*";
  return [
    ...onDatabase(operation)(input, place),
    {
      action: `glue:${operation}`,
      resource: catalogArn(place, "userDefinedFunction", DatabaseName.toLowerCase(), name.toLowerCase()),
    },
  ];
};

export const userDefinedFunction = defineOperations(
  "glue",
  {
    CreateUserDefinedFunction: onDatabase("CreateUserDefinedFunction"),
    GetUserDefinedFunction: onFunction("GetUserDefinedFunction"),
    GetUserDefinedFunctions: onFunction("GetUserDefinedFunctions"),
    UpdateUserDefinedFunction: onFunction("UpdateUserDefinedFunction"),
    DeleteUserDefinedFunction: onFunction("DeleteUserDefinedFunction"),
  },
  {
    async CreateUserDefinedFunction({ CatalogId, DatabaseName, FunctionInput }, context) {
      checkCatalog(context, CatalogId);
      const FunctionName = FunctionInput.FunctionName?.toLowerCase();
      if (FunctionName === undefined) throw invalidInput("FunctionInput.FunctionName is missing.");
      await againOnConflict(context, async () => {
        const database = await linkedDatabase(context, DatabaseName);
        const key = functionKind.key(context, { DatabaseName: database.wanted.Name, FunctionName });
        if (await context.resources.get(key)) throw alreadyExists("Function already exists.");
        const now = context.clock.now();
        const change = await functionKind.put(context, {
          ...{ key, id: context.ids.ulid(), origin: context.origin, created: now, modified: now },
          parent: parentText(database.key),
          wanted: { ...FunctionInput, FunctionName },
          actual: {},
        });
        await context.resources.write([change, await parentFence(context, database)]);
      });
      return {};
    },

    async GetUserDefinedFunction({ CatalogId, ...named }, context) {
      checkCatalog(context, CatalogId);
      return { UserDefinedFunction: shown(await find(context, named)) };
    },

    async GetUserDefinedFunctions(input, context) {
      checkCatalog(context, input.CatalogId);
      const isNamed = nameTest(input.Pattern) ?? (() => true);
      const database = input.DatabaseName === undefined ? undefined : await linkedDatabase(context, input.DatabaseName);
      const { account, region } = context;
      const { documents, next } = await listPage(gluePage, input, (asked) =>
        context.resources.list(functionKind.name, {
          ...{ account, region, parent: database && parentText(database.key), sort: { by: "name" } },
          labels: { type: input.FunctionType },
          ...asked,
        }),
      );
      const found = documents.map(functionKind.read).filter(({ wanted }) => isNamed(wanted.FunctionName!));
      return { UserDefinedFunctions: found.map(shown), NextToken: next };
    },

    async UpdateUserDefinedFunction({ CatalogId, FunctionInput, ...named }, context) {
      checkCatalog(context, CatalogId);
      await againOnConflict(context, async () => {
        const found = await find(context, named);
        const { FunctionName } = found.wanted;
        const asked = FunctionInput.FunctionName?.toLowerCase();
        if (asked !== undefined && asked !== FunctionName)
          throw invalidInput(`A function keeps its name: FunctionInput.FunctionName must be ${FunctionName}.`);
        const wanted = { ...FunctionInput, FunctionName };
        await context.resources.write([
          await functionKind.put(context, { ...found, modified: context.clock.now(), wanted }),
        ]);
      });
      return {};
    },

    async DeleteUserDefinedFunction({ CatalogId, ...named }, context) {
      checkCatalog(context, CatalogId);
      await againOnConflict(context, async () => {
        const { key, version } = await find(context, named);
        await context.resources.write([{ delete: key, expected: version }]);
      });
      return {};
    },
  },
);

async function find(
  context: Context,
  { DatabaseName, FunctionName }: { readonly DatabaseName: string; readonly FunctionName: string },
): Promise<FunctionDocument> {
  const { wanted } = await linkedDatabase(context, DatabaseName);
  const key = functionKind.key(context, { DatabaseName: wanted.Name, FunctionName });
  const found = await functionKind.find(context, key);
  if (!found) throw notFound(`Function ${FunctionName} not found.`);
  return found;
}

const shown = ({ key, created, wanted }: FunctionDocument) => ({
  ...wanted,
  DatabaseName: functionKind.variables(key).DatabaseName,
  CreateTime: new Date(created),
  CatalogId: key.account,
});
