import { Fault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import { invalidRequest } from "./athena-faults.ts";
import { athenaPage } from "./athena-page.ts";
import { onCatalog } from "./athena-permissions.ts";
import { defaultDatabase, keepDefaultDatabase } from "./default-database.ts";
import type { CatalogTable } from "./file-format.ts";

const ownName = "AwsDataCatalog";

/** The one catalog that there is: Glue's. */
function checkCatalog(name: string): void {
  if (name.toLowerCase() !== ownName.toLowerCase()) throw invalidRequest(`Data catalog ${name} was not found`);
}

const metadataFault = (message: string) => new Fault("MetadataException", message);

/** Says what Glue refuses in the words of Athena. */
async function inCatalog<Result>(ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Fault && error.code === "EntityNotFoundException") throw metadataFault(error.message);
    if (error instanceof Fault && error.code === "InvalidInputException") throw invalidRequest(error.message);
    throw error;
  }
}

const columns = (of: CatalogTable["PartitionKeys"]) =>
  (of ?? []).map(({ Name = "", Type = "string", Comment }) => ({
    ...{ Name, Type },
    ...(Comment !== undefined && { Comment }),
  }));

const shownTable = ({
  Name = "",
  CreateTime,
  LastAccessTime,
  Parameters,
  PartitionKeys,
  StorageDescriptor,
  TableType,
}: CatalogTable) => {
  const { InputFormat, Location, OutputFormat, SerdeInfo } = StorageDescriptor ?? {};
  const storage = {
    ...{ inputformat: InputFormat, location: Location, outputformat: OutputFormat },
    "serde.serialization.lib": SerdeInfo?.SerializationLibrary,
    ...Object.fromEntries(
      Object.entries(SerdeInfo?.Parameters ?? {}).map(([name, value]) => [`serde.param.${name}`, value]),
    ),
  };
  const all = Object.entries({ ...Parameters, ...storage }).filter(([, value]) => value !== undefined);
  return {
    ...{ Name, CreateTime, LastAccessTime, TableType },
    Columns: columns(StorageDescriptor?.Columns),
    PartitionKeys: columns(PartitionKeys),
    Parameters: Object.fromEntries(all) as Record<string, string>,
  };
};

const paged = (input: { readonly NextToken?: string | undefined; readonly MaxResults?: number | undefined }) => ({
  ...(input.NextToken && { NextToken: input.NextToken }),
  MaxResults: input.MaxResults ?? athenaPage.size,
});

export const dataCatalog = defineOperations(
  "athena",
  {
    GetDataCatalog: onCatalog("GetDataCatalog"),
    GetDatabase: onCatalog("GetDatabase"),
    ListDatabases: onCatalog("ListDatabases"),
    GetTableMetadata: onCatalog("GetTableMetadata"),
    ListTableMetadata: onCatalog("ListTableMetadata"),
  },
  {
    async ListDataCatalogs() {
      return { DataCatalogsSummary: [{ CatalogName: ownName, Type: "GLUE" as const }], NextToken: undefined };
    },

    async GetDataCatalog({ Name }, context) {
      checkCatalog(Name);
      return {
        DataCatalog: {
          Name: ownName,
          Description: "",
          Type: "GLUE" as const,
          Parameters: { "catalog-id": context.account },
        },
      };
    },

    async ListDatabases({ CatalogName, ...input }, context) {
      checkCatalog(CatalogName);
      if (!input.NextToken) await keepDefaultDatabase(context);
      const { DatabaseList = [], NextToken } = await inCatalog(() =>
        context.call("glue", "GetDatabases", paged(input)),
      );
      return { DatabaseList: DatabaseList.map(shownDatabase), NextToken };
    },

    async GetDatabase({ CatalogName, DatabaseName: Name }, context) {
      checkCatalog(CatalogName);
      if (Name.toLowerCase() === defaultDatabase) await keepDefaultDatabase(context);
      const { Database } = await inCatalog(() => context.call("glue", "GetDatabase", { Name }));
      return { Database: shownDatabase(Database!) };
    },

    async GetTableMetadata({ CatalogName, DatabaseName, TableName: Name }, context) {
      checkCatalog(CatalogName);
      const { Table } = await inCatalog(() => context.call("glue", "GetTable", { DatabaseName, Name }));
      return { TableMetadata: shownTable(Table as CatalogTable) };
    },

    async ListTableMetadata({ CatalogName, DatabaseName, Expression, ...input }, context: Context) {
      checkCatalog(CatalogName);
      const asked = { DatabaseName, ...(Expression !== undefined && { Expression }), ...paged(input) };
      const { TableList = [], NextToken } = await inCatalog(() => context.call("glue", "GetTables", asked));
      return { TableMetadataList: (TableList as CatalogTable[]).map(shownTable), NextToken };
    },
  },
);

const shownDatabase = ({
  Name = "",
  Description,
  Parameters,
}: {
  readonly Name?: string | undefined;
  readonly Description?: string | undefined;
  readonly Parameters?: { readonly [name: string]: string | undefined } | undefined;
}) => ({
  ...{
    Name,
    ...(Description !== undefined && { Description }),
    ...(Parameters && { Parameters: Parameters as Record<string, string> }),
  },
});
