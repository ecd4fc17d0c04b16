import {
  CreateTableCommand,
  DeleteTableCommand,
  GetTableCommand,
  SearchTablesCommand,
  UpdateTableCommand,
} from "@aws-sdk/client-glue";
import { namedIn } from "../catalog/named-in.ts";
import { quoted, sqlAddress } from "../catalog/sql-address.ts";
import { TableFormat } from "../catalog/table-format.tsx";
import { defineResource } from "../declare/define-resource.ts";
import { partitions } from "../panels/partitions.tsx";
import { sample } from "../panels/sample.tsx";
import { schema } from "../panels/schema.tsx";
import { snapshots } from "../panels/snapshots.tsx";
import { tableVersions } from "../panels/table-versions.tsx";
import { glue } from "../services/glue.ts";

const columns = (member: string, title: string, entry: string) =>
  ({ member, title, entry, start: { Type: "string" }, fields: ["Name", "Type", "Comment"] }) as never;
const columnFields = [columns("TableInput.StorageDescriptor.Columns", "Columns", "Column")];
const location = {
  member: "TableInput.StorageDescriptor.Location",
  note: "The folder with its files.",
  required: true,
} as const;

export const table = defineResource({
  service: glue,
  kind: "glue/table",
  title: "Table",
  plural: "Tables",
  area: "SQL",
  words: "Files in S3 as rows and columns: SQL asks them where they lie.",
  name: "Name",
  named: namedIn("DatabaseName", "Name"),
  list: SearchTablesCommand,
  filters: [{ member: "SearchText", title: "Words of a table" }],
  columns: ["Name", { member: "DatabaseName", title: "Database" }, "TableType", "Description", "UpdateTime"],
  describe: GetTableCommand,
  inside: "Table",
  sections: [
    { title: "Table", members: ["Description", "TableType", "StorageDescriptor.Location", "UpdateTime"] },
    { title: "Storage", members: ["StorageDescriptor.SerdeInfo", "StorageDescriptor.InputFormat", "CreatedBy"] },
    { title: "Properties", members: ["Parameters"] },
    { title: "View", members: ["ViewExpandedText"] },
  ],
  panels: [schema, sample, partitions, snapshots, tableVersions],
  actions: [
    {
      title: "Query",
      to: ({ DatabaseName, Name }) =>
        sqlAddress({ database: String(DatabaseName), text: `SELECT * FROM ${quoted(String(Name))} LIMIT 100` }),
    },
    {
      title: "Make a report",
      to: ({ DatabaseName, Name }) =>
        `/new-report?${new URLSearchParams({ database: String(DatabaseName), table: String(Name) })}`,
    },
    {
      title: "Edit",
      command: UpdateTableCommand,
      input: ({ DatabaseName, VersionId, ...TableInput }) => ({ DatabaseName, VersionId, TableInput }),
      form: [
        { title: "Table", fields: ["TableInput.Description", location, "TableInput.Parameters"] },
        { title: "Columns", fields: columnFields },
      ],
    },
  ],
  create: CreateTableCommand,
  start: () => ({ TableInput: { TableType: "EXTERNAL_TABLE" } }),
  again: (TableInput) => ({ DatabaseName: TableInput.DatabaseName, TableInput }),
  form: [
    {
      title: "Table",
      fields: ["DatabaseName", { member: "TableInput.Name", isName: true, required: true }, "TableInput.Description"],
    },
    {
      title: "Files",
      fields: [
        location,
        { member: "TableInput.StorageDescriptor.SerdeInfo", title: "Format", as: TableFormat, required: true },
      ],
    },
    { title: "Columns", fields: [...columnFields, columns("TableInput.PartitionKeys", "Partition keys", "Key")] },
  ],
  delete: DeleteTableCommand,
  deleteWords: "It leaves the catalog. Its files in S3 stay.",
});
