import {
  CreateDatabaseCommand,
  DeleteDatabaseCommand,
  GetDatabaseCommand,
  GetDatabasesCommand,
  UpdateDatabaseCommand,
} from "@aws-sdk/client-glue";
import { sqlAddress } from "../catalog/sql-address.ts";
import { defineResource } from "../declare/define-resource.ts";
import { tablesOf } from "../panels/tables-of.tsx";
import { arnInGlue, glue } from "../services/glue.ts";

const described = [
  "DatabaseInput.Description",
  { member: "DatabaseInput.LocationUri", title: "Location", note: "Where tables go that are made without a place." },
] as const;

export const database = defineResource({
  service: glue,
  kind: "glue/database",
  title: "Database",
  plural: "Databases",
  area: "SQL",
  words: "A part of the Data Catalog: tables under one name, whose files lie in S3.",
  name: "Name",
  arnOf: (name) => arnInGlue("database", name),
  list: GetDatabasesCommand,
  columns: ["Name", "Description", { member: "LocationUri", title: "Location" }, "CreateTime"],
  describe: GetDatabaseCommand,
  inside: "Database",
  sections: [
    { title: "Database", members: ["Description", "LocationUri", "CreateTime", "Parameters", "TargetDatabase"] },
  ],
  panels: [tablesOf],
  actions: [
    { title: "Query", to: (_, name) => sqlAddress({ database: name }) },
    {
      title: "Edit",
      command: UpdateDatabaseCommand,
      input: (item, name) => ({ Name: name, DatabaseInput: item }),
      form: [{ title: "Database", fields: [...described, "DatabaseInput.Parameters"] }],
    },
  ],
  create: CreateDatabaseCommand,
  again: (DatabaseInput) => ({ DatabaseInput }),
  form: [
    {
      title: "Database",
      fields: [
        { member: "DatabaseInput.Name", isName: true, required: true, note: "It is kept in lower case." },
        ...described,
      ],
    },
  ],
  delete: DeleteDatabaseCommand,
  deleteWords: "Its tables leave the catalog with it. Their files in S3 stay.",
});
