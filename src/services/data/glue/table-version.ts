import { Fault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import { listPage } from "../../../frame/list-page.ts";
import { checkCatalog, linkedTable, type TableDocument } from "./catalog-kinds.ts";
import { onTable } from "./catalog-permissions.ts";
import { errorDetail, gluePage, invalidInput, notFound } from "./glue-faults.ts";
import { spaceOf } from "./table-records.ts";
import { type KeptVersion, shownTable } from "./table-shown.ts";

export const concurrentModification = (): Fault =>
  new Fault("ConcurrentModificationException", "Update table failed due to concurrent modifications.");

/** Versions are kept with the newest first, as they are listed. */
const lastNumber = 999_999_999_999;
const keyOf = (number: number): string => String(lastNumber - number).padStart(12, "0");
const numberOf = (key: string): number => lastNumber - Number(key);

/**
 * Keeps the version that a table is, before it is written anew. A kill in between leaves it here and as the table
 * itself, and it is listed once.
 */
export const archiveVersion = ({ records }: Context, table: TableDocument): Promise<void> => {
  const { wanted, actual } = table;
  const value = JSON.stringify({ wanted, actual: { number: actual.number, updated: actual.updated } });
  return records.write([{ space: spaceOf("table-version", table), key: keyOf(actual.number), value }]);
};

export const tableVersion = defineOperations(
  "glue",
  {
    GetTableVersion: onTable("GetTableVersion"),
    GetTableVersions: onTable("GetTableVersions"),
    DeleteTableVersion: onTable("DeleteTableVersion"),
    BatchDeleteTableVersion: onTable("BatchDeleteTableVersion"),
  },
  {
    async GetTableVersion({ CatalogId, VersionId, ...named }, context) {
      checkCatalog(context, CatalogId);
      const table = await linkedTable(context, named);
      const number = VersionId === undefined ? table.actual.number : numberIn(VersionId);
      const [version] = await versionsOf(context, table, [number]);
      if (!version) throw notFound("Version not found.");
      return { TableVersion: shownVersion(table, version) };
    },

    async GetTableVersions(input, context) {
      checkCatalog(context, input.CatalogId);
      const table = await linkedTable(context, input);
      return listPage(gluePage, input, async ({ after, limit }) => {
        if (after !== undefined && !/^\d{12}$/.test(after)) throw new RangeError("No version's key");
        const newest = keyOf(table.actual.number);
        const keys: string[] = after === undefined ? [newest] : [];
        // The version that the table is may have been kept by a write that came to nothing.
        await context.records.scan(spaceOf("table-version", table), { from: `${after ?? newest}\0` }, (key) => {
          if (keys.length > limit) return "end";
          keys.push(key);
          return undefined;
        });
        const shown = keys.slice(0, limit);
        const versions = await versionsOf(context, table, shown.map(numberOf));
        return {
          TableVersions: versions.filter((one) => one !== undefined).map((one) => shownVersion(table, one)),
          NextToken: keys.length > limit ? shown.at(-1) : undefined,
        };
      });
    },

    async DeleteTableVersion({ CatalogId, VersionId, ...named }, context) {
      checkCatalog(context, CatalogId);
      await removeVersion(context, await linkedTable(context, named), VersionId);
      return {};
    },

    async BatchDeleteTableVersion({ CatalogId, VersionIds, ...named }, context) {
      checkCatalog(context, CatalogId);
      const table = await linkedTable(context, named);
      const { TableName } = named;
      const failed = await Promise.all(
        VersionIds.map(async (VersionId) => {
          try {
            await removeVersion(context, table, VersionId);
            return [];
          } catch (error) {
            return [{ TableName, VersionId, ErrorDetail: errorDetail(error) }];
          }
        }),
      );
      return { Errors: failed.flat() };
    },
  },
);

const shownVersion = (table: TableDocument, version: KeptVersion) => ({
  Table: shownTable(table, version),
  VersionId: String(version.actual.number),
});

function numberIn(id: string): number {
  if (!/^\d{1,12}$/.test(id)) throw invalidInput(`VersionId ${id} is not a number.`);
  return Number(id);
}

/** Returns versions of a table by their numbers; the newest is the table itself. */
async function versionsOf(
  { records }: Context,
  table: TableDocument,
  numbers: readonly number[],
): Promise<(KeptVersion | undefined)[]> {
  const kept = await records.get(spaceOf("table-version", table), numbers.map(keyOf));
  return numbers.map((number, place) => {
    if (number === table.actual.number) return table;
    const value = kept[place];
    return value === undefined ? undefined : (JSON.parse(value) as KeptVersion);
  });
}

async function removeVersion(context: Context, table: TableDocument, id: string): Promise<void> {
  const number = numberIn(id);
  if (number === table.actual.number) throw invalidInput("The newest version of a table cannot be deleted.");
  const [version] = await versionsOf(context, table, [number]);
  if (!version || number > table.actual.number) throw notFound("Version not found.");
  await context.records.write([{ space: spaceOf("table-version", table), key: keyOf(number) }]);
}
