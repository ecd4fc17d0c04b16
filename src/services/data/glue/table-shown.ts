import type { OutputOf } from "../../../wire/operations.ts";
import type { ActualTable, Kept, TableDocument, TableInput, WantedTable } from "./catalog-kinds.ts";

export type ShownTable = NonNullable<OutputOf<typeof import("@aws-sdk/client-glue"), "GetTable">["Table"]>;
type Storage = NonNullable<TableInput["StorageDescriptor"]>;

/** A version of a table as it is kept. */
export interface KeptVersion {
  readonly wanted: WantedTable;
  readonly actual: Pick<ActualTable, "number" | "updated">;
}

export const keptTime = (time: Date | undefined): number | undefined => time?.getTime();
export const shownTime = (time: number | undefined): Date | undefined =>
  time === undefined ? undefined : new Date(time);

/** Returns a table's input as it is kept: its name in lower case. */
export const keptTable = (input: TableInput): Kept<TableInput> => ({
  ...input,
  Name: input.Name.toLowerCase(),
  LastAccessTime: keptTime(input.LastAccessTime),
  LastAnalyzedTime: keptTime(input.LastAnalyzedTime),
});

const noSkew = { SkewedColumnNames: [], SkewedColumnValues: [], SkewedColumnValueLocationMaps: {} };

/** Says of a storage descriptor what was said of it, and what Glue says where nothing was: clients read its lists. */
export const shownStorage = (storage: Storage | undefined): Storage | undefined =>
  storage && {
    ...{ Columns: [], BucketColumns: [], SortColumns: [], Parameters: {} },
    ...{ Compressed: false, NumberOfBuckets: 0, StoredAsSubDirectories: false },
    ...storage,
    ...(storage.SkewedInfo && { SkewedInfo: { ...noSkew, ...storage.SkewedInfo } }),
  };

/** Returns a version of a table as GetTable and GetTableVersion show it. */
export function shownTable(table: TableDocument, { wanted, actual }: KeptVersion = table): ShownTable {
  const { FederatedTable: _, ViewDefinition: __, ...members } = wanted;
  return {
    Retention: 0,
    PartitionKeys: [],
    ...members,
    StorageDescriptor: shownStorage(wanted.StorageDescriptor),
    LastAccessTime: shownTime(wanted.LastAccessTime),
    LastAnalyzedTime: shownTime(wanted.LastAnalyzedTime),
    DatabaseName: table.key.name.split("\u001F")[0]!,
    CreateTime: new Date(table.created),
    UpdateTime: new Date(actual.updated),
    CreatedBy: table.actual.createdBy,
    IsRegisteredWithLakeFormation: false,
    IsMultiDialectView: false,
    CatalogId: table.key.account,
    VersionId: String(actual.number),
  };
}

/** Returns a resource link as GetTable shows it: what it leads to, under the link's own names. */
export function shownLink(link: TableDocument, target: TableDocument): ShownTable {
  const own = shownTable(link);
  const { Name, DatabaseName, CreateTime, UpdateTime, CreatedBy, VersionId, TargetTable } = own;
  return {
    ...shownTable(target),
    ...{ Name, DatabaseName, CreateTime, UpdateTime, CreatedBy, VersionId, TargetTable },
  };
}
