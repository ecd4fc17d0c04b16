import type { Context } from "../../../frame/context.ts";
import { defineKind } from "../../../frame/define-kind.ts";
import type { Tag } from "../../../frame/resource-tags.ts";
import type { ResourceDocument } from "../../../stores/resources/port.ts";
import type { InputOf } from "../../../wire/operations.ts";
import { checkReadable } from "./catalog-permissions.ts";
import { invalidInput, notFound } from "./glue-faults.ts";

type Client = typeof import("@aws-sdk/client-glue");

export type DatabaseInput = NonNullable<InputOf<Client, "CreateDatabase">["DatabaseInput"]>;
export type TableInput = NonNullable<InputOf<Client, "CreateTable">["TableInput"]>;
export type PartitionIndex = NonNullable<InputOf<Client, "CreatePartitionIndex">["PartitionIndex"]>;

/** A structure as it is kept: times are milliseconds since 1970. */
export type Kept<T> = { readonly [Member in keyof T]: Date extends T[Member] ? number | undefined : T[Member] };

export type WantedDatabase = DatabaseInput & { readonly Tags: readonly Tag[] };
export type DatabaseDocument = ResourceDocument<WantedDatabase, Record<string, never>>;

/** A database of the Data Catalog. */
export const databaseKind = defineKind<WantedDatabase, Record<string, never>>({
  service: "glue",
  kind: "database",
  arn: "database/{DatabaseName+}",
  title: "Database",
  tags: true,
  listedBy: "GetDatabases",
});

export type WantedTable = Kept<TableInput>;
export interface ActualTable {
  /** The number of the version that the document is; 0 when it is made. */
  readonly number: number;
  readonly createdBy: string;
  /** When it was written last by its users, in milliseconds since 1970. */
  readonly updated: number;
  readonly indexes: readonly PartitionIndex[];
}
export type TableDocument = ResourceDocument<WantedTable, ActualTable>;

/** A table of the Data Catalog. Its versions and partitions are records. */
export const tableKind = defineKind<WantedTable, ActualTable>({
  service: "glue",
  kind: "table",
  arn: "table/{DatabaseName}/{TableName}",
  title: "Table",
  listedBy: "GetTables",
  parent: { kind: databaseKind.name, deletion: "takes children" },
  labels: { type: ({ wanted }) => wanted.TableType, version: ({ actual }) => actual.number },
});

/** What anybody may do with what is made, where a database or the catalog says nothing else. */
export const anyone: DatabaseInput["CreateTableDefaultPermissions"] = [
  { Principal: { DataLakePrincipalIdentifier: "IAM_ALLOWED_PRINCIPALS" }, Permissions: ["ALL"] },
];

/** Checks that an input means the catalog of the caller's account. */
export function checkCatalog({ account }: Pick<Context, "account">, id: string | undefined): void {
  if (id !== undefined && id !== "" && id !== account) throw notFound(`Catalog ${id} not found.`);
}

/** How often a link may lead to another one. */
const mostLinks = 5;

/** Returns the database of that name itself. */
export async function findDatabase(context: Context, name: string): Promise<DatabaseDocument> {
  const database = await databaseKind.find(context, databaseKind.key(context, { DatabaseName: name }));
  if (!database) throw notFound(`Database ${name} not found.`);
  return database;
}

/** Returns the database that a name stands for: where it is a resource link, its target. */
export async function linkedDatabase(context: Context, name: string): Promise<DatabaseDocument> {
  let database = await findDatabase(context, name);
  for (let links = 0; database.wanted.TargetDatabase; links++) {
    const { CatalogId, DatabaseName = "", Region } = database.wanted.TargetDatabase;
    checkTarget(context, name, { CatalogId, Region }, links);
    await checkReadable(context, "GetDatabase", "database", DatabaseName.toLowerCase());
    database = await findDatabase(context, DatabaseName);
  }
  return database;
}

/** Returns the table of that name itself, in a database or in the target of a link. */
export async function findTable(
  context: Context,
  input: { readonly DatabaseName?: string | undefined; readonly TableName?: string | undefined },
): Promise<TableDocument> {
  const { DatabaseName = "", TableName = "" } = input;
  const direct = await tableKind.find(context, tableKind.key(context, { DatabaseName, TableName }));
  if (direct) return direct;
  const { key, wanted } = await linkedDatabase(context, DatabaseName);
  if (key.name !== DatabaseName.toLowerCase())
    await checkReadable(context, "GetTable", "table", wanted.Name!, TableName.toLowerCase());
  const table = await tableKind.find(context, tableKind.key(context, { DatabaseName: wanted.Name!, TableName }));
  if (!table) throw notFound(`Table ${TableName} not found.`);
  return table;
}

/** Returns the table that a name stands for: where it is a resource link, its target. */
export async function linkedTable(context: Context, input: Parameters<typeof findTable>[1]): Promise<TableDocument> {
  let table = await findTable(context, input);
  for (let links = 0; table.wanted.TargetTable; links++) {
    const { CatalogId, DatabaseName = "", Name: TableName = "", Region } = table.wanted.TargetTable;
    checkTarget(context, input.TableName ?? "", { CatalogId, Region }, links);
    await checkReadable(context, "GetTable", "table", DatabaseName.toLowerCase(), TableName.toLowerCase());
    table = await findTable(context, { DatabaseName, TableName });
  }
  return table;
}

function checkTarget(
  context: Context,
  name: string,
  { CatalogId, Region }: { readonly CatalogId: string | undefined; readonly Region: string | undefined },
  links: number,
): void {
  if (links === mostLinks) throw invalidInput(`The resource link ${name} leads through more than ${mostLinks} links.`);
  checkCatalog(context, CatalogId);
  if (Region !== undefined && Region !== context.region)
    throw notFound(`The resource link ${name} leads into ${Region}, which is another region.`);
}
