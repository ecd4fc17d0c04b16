import { againOnConflict } from "../../../frame/again-on-conflict.ts";
import { parentFence } from "../../../frame/children.ts";
import type { Context } from "../../../frame/context.ts";
import { parentText } from "../../../frame/define-kind.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import {
  checkCatalog,
  findTable,
  linkedDatabase,
  linkedTable,
  type TableDocument,
  type TableInput,
  tableKind,
  type WantedTable,
} from "./catalog-kinds.ts";
import { onTables } from "./catalog-permissions.ts";
import { alreadyExists, errorDetail, invalidInput, refuseMembers } from "./glue-faults.ts";
import { type IcebergInput, withIceberg } from "./iceberg-create.ts";
import { checkIndexes } from "./partition-index-keys.ts";
import { checkKeyChange } from "./partition-keys.ts";
import { dropRecords } from "./table-records.ts";
import { keptTable, shownLink, shownTable } from "./table-shown.ts";
import { archiveVersion, concurrentModification } from "./table-version.ts";

const inInput = ({ TableInput, Name }: Readonly<Record<string, unknown>>) => [
  (TableInput as { readonly Name?: string } | undefined)?.Name ?? Name,
];

const permissions = {
  CreateTable: onTables("CreateTable", inInput),
  GetTable: onTables("GetTable", ({ Name }) => [Name]),
  UpdateTable: onTables("UpdateTable", inInput),
  DeleteTable: onTables("DeleteTable", ({ Name }) => [Name]),
  BatchDeleteTable: onTables("BatchDeleteTable", ({ TablesToDelete }) => (TablesToDelete as string[]) ?? []),
};

export const table = defineOperations("glue", permissions, {
  async CreateTable(input, context) {
    const { CatalogId, DatabaseName, TableInput, PartitionIndexes = [], OpenTableFormatInput } = input;
    checkCatalog(context, CatalogId);
    refuseMembers(context, input, "", ["TransactionId"]);
    const iceberg = OpenTableFormatInput?.IcebergInput;
    const asked = checked(
      context,
      iceberg && input.Name ? { Name: input.Name, ...TableInput } : TableInput,
      input.Name,
    );
    checkIndexes(asked.PartitionKeys, PartitionIndexes);
    const wanted = iceberg ? await newIceberg(context, DatabaseName, asked, iceberg) : asked;
    await againOnConflict(context, async () => {
      const database = await linkedDatabase(context, DatabaseName);
      const key = tableKind.key(context, { DatabaseName: database.wanted.Name, TableName: wanted.Name });
      if (await context.resources.get(key)) throw alreadyExists("Table already exists.");
      const now = context.clock.now();
      const made: Omit<TableDocument, "version" | "schema"> = {
        ...{ key, id: context.ids.ulid(), origin: context.origin, created: now, modified: now },
        parent: parentText(database.key),
        wanted,
        actual: { number: 0, createdBy: context.caller.arn, updated: now, indexes: PartitionIndexes },
      };
      await context.resources.write([await tableKind.put(context, made), await parentFence(context, database)]);
    });
    return {};
  },

  async GetTable(input, context) {
    checkCatalog(context, input.CatalogId);
    refuseMembers(context, input, "", ["TransactionId", "QueryAsOfTime"]);
    const named = { DatabaseName: input.DatabaseName, TableName: input.Name };
    const found = await findTable(context, named);
    if (!found.wanted.TargetTable) return { Table: shownTable(found) };
    return { Table: shownLink(found, await linkedTable(context, named)) };
  },

  async UpdateTable(input, context) {
    const { CatalogId, DatabaseName, SkipArchive, VersionId } = input;
    checkCatalog(context, CatalogId);
    refuseMembers(context, input, "", ["TransactionId", "ViewUpdateAction", "UpdateOpenTableFormatInput"]);
    const wanted = checked(context, input.TableInput, input.Name);
    await againOnConflict(context, async () => {
      const found = await findTable(context, { DatabaseName, TableName: wanted.Name });
      if (VersionId !== undefined && VersionId !== String(found.actual.number)) throw concurrentModification();
      await checkKeyChange(context, found, wanted.PartitionKeys);
      if (!SkipArchive) await archiveVersion(context, found);
      const now = context.clock.now();
      const actual = { ...found.actual, number: found.actual.number + 1, updated: now };
      await context.resources.write([await tableKind.put(context, { ...found, modified: now, wanted, actual })]);
    });
    return {};
  },

  async DeleteTable({ CatalogId, DatabaseName, Name }, context) {
    checkCatalog(context, CatalogId);
    await deleteTable(context, DatabaseName, Name);
    return {};
  },

  async BatchDeleteTable({ CatalogId, DatabaseName, TablesToDelete }, context) {
    checkCatalog(context, CatalogId);
    await linkedDatabase(context, DatabaseName);
    const failed = await Promise.all(
      TablesToDelete.map(async (TableName) => {
        try {
          await deleteTable(context, DatabaseName, TableName);
          return [];
        } catch (error) {
          return [{ TableName, ErrorDetail: errorDetail(error) }];
        }
      }),
    );
    return { Errors: failed.flat() };
  },
});

/** Writes the metadata of a new table of Iceberg, once it is sure that the table can be made. */
async function newIceberg(context: Context, DatabaseName: string, asked: WantedTable, input: IcebergInput) {
  const { wanted } = await linkedDatabase(context, DatabaseName);
  const key = tableKind.key(context, { DatabaseName: wanted.Name, TableName: asked.Name });
  if (await context.resources.get(key)) throw alreadyExists("Table already exists.");
  return withIceberg(context, asked, input);
}

async function deleteTable(context: Context, DatabaseName: string, TableName: string): Promise<void> {
  const found = await againOnConflict(context, async () => {
    const found = await findTable(context, { DatabaseName, TableName });
    await context.resources.write([{ delete: found.key, expected: found.version }]);
    return found;
  });
  await dropRecords(context, found);
}

function checked(context: Context, input: TableInput | undefined, name: string | undefined) {
  if (!input) throw invalidInput("TableInput is missing.");
  refuseMembers(context, input, "TableInput.", ["FederatedTable", "ViewDefinition"]);
  const wanted = keptTable(input);
  if (name !== undefined && name.toLowerCase() !== wanted.Name)
    throw invalidInput(`Name and TableInput.Name must be the same: ${name} and ${input.Name} are not.`);
  return wanted;
}
