import { againOnConflict } from "../../../frame/again-on-conflict.ts";
import { closeParent } from "../../../frame/children.ts";
import type { Context } from "../../../frame/context.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import { listPage } from "../../../frame/list-page.ts";
import {
  anyone,
  checkCatalog,
  type DatabaseDocument,
  type DatabaseInput,
  databaseKind,
  findDatabase,
} from "./catalog-kinds.ts";
import { hiddenFrom, onDatabase } from "./catalog-permissions.ts";
import { alreadyExists, gluePage, invalidInput, refuseMembers } from "./glue-faults.ts";
import { tagList } from "./glue-tags.ts";

const nameInInput = ({ DatabaseInput, Name }: Readonly<Record<string, unknown>>) =>
  Name ?? (DatabaseInput as { readonly Name?: string } | undefined)?.Name;

const permissions = {
  CreateDatabase: onDatabase("CreateDatabase", nameInInput),
  GetDatabase: onDatabase("GetDatabase", nameInInput),
  GetDatabases: onDatabase("GetDatabases"),
  UpdateDatabase: onDatabase("UpdateDatabase", nameInInput),
  DeleteDatabase: onDatabase("DeleteDatabase", nameInInput, ["table", "userDefinedFunction"]),
};

export const database = defineOperations("glue", permissions, {
  async CreateDatabase({ CatalogId, DatabaseInput, Tags }, context) {
    checkCatalog(context, CatalogId);
    const wanted = checked(context, DatabaseInput);
    const tags = tagList(Tags);
    const key = databaseKind.key(context, { DatabaseName: wanted.Name });
    await againOnConflict(context, async () => {
      if (await context.resources.get(key)) throw alreadyExists("Database already exists.");
      const now = context.clock.now();
      const made = { key, id: context.ids.ulid(), origin: context.origin, created: now, modified: now };
      await context.resources.write([
        await databaseKind.put(context, { ...made, wanted: { ...wanted, Tags: tags }, actual: {} }),
      ]);
    });
    return {};
  },

  async GetDatabase({ CatalogId, Name }, context) {
    checkCatalog(context, CatalogId);
    return { Database: shown(await findDatabase(context, Name)) };
  },

  async GetDatabases(input, context) {
    checkCatalog(context, input.CatalogId);
    // Nobody else shares a database with this account, and none is federated.
    if (input.ResourceShareType === "FOREIGN" || input.ResourceShareType === "FEDERATED") return { DatabaseList: [] };
    const { account, region } = context;
    const { documents, next } = await listPage(gluePage, input, (asked) =>
      context.resources.list(databaseKind.name, { account, region, sort: { by: "name" }, ...asked }),
    );
    const isHidden = await hiddenFrom(context, "GetDatabases");
    const all = documents
      .map((document) => shown(databaseKind.read(document)))
      .filter(({ Name }) => !isHidden("database", Name));
    const { AttributesToGet = [] } = input;
    return {
      DatabaseList: AttributesToGet.length === 0 ? all : all.map((one) => namesOnly(one, AttributesToGet)),
      NextToken: next,
    };
  },

  async UpdateDatabase({ CatalogId, Name, DatabaseInput }, context) {
    checkCatalog(context, CatalogId);
    const wanted = checked(context, DatabaseInput);
    await againOnConflict(context, async () => {
      const found = await findDatabase(context, Name);
      if (wanted.Name !== found.wanted.Name)
        throw invalidInput(`A database keeps its name: DatabaseInput.Name must be ${found.wanted.Name}.`);
      const kept = { ...found.wanted, ...blank, ...wanted };
      await context.resources.write([
        await databaseKind.put(context, { ...found, modified: context.clock.now(), wanted: kept }),
      ]);
    });
    return {};
  },

  async DeleteDatabase({ CatalogId, Name }, context) {
    checkCatalog(context, CatalogId);
    await againOnConflict(context, async () => {
      const found = await findDatabase(context, Name);
      const closed = await closeParent(context, found, () => invalidInput(`Database ${Name} is not empty.`));
      await context.resources.write([{ delete: found.key, expected: closed.document.version }, ...closed.changes]);
    });
    return {};
  },
});

/** The members that an update takes away when it leaves them out. */
const blank = { Description: undefined, LocationUri: undefined, Parameters: undefined, TargetDatabase: undefined };

function checked(context: Context, input: DatabaseInput): DatabaseInput {
  refuseMembers(context, input, "DatabaseInput.", ["FederatedDatabase"]);
  return { ...input, Name: input.Name.toLowerCase() };
}

const shown = ({ key, created, wanted: { Tags: _, ...wanted } }: DatabaseDocument) => ({
  ...wanted,
  Name: wanted.Name,
  CreateTableDefaultPermissions: wanted.CreateTableDefaultPermissions ?? anyone,
  CreateTime: new Date(created),
  CatalogId: key.account,
});

const namesOnly = (one: ReturnType<typeof shown>, attributes: readonly string[]) => ({
  Name: one.Name,
  CatalogId: one.CatalogId,
  ...(attributes.includes("TARGET_DATABASE") && { TargetDatabase: one.TargetDatabase }),
});
