import {
  BatchGetNamedQueryCommand,
  CreateNamedQueryCommand,
  DeleteNamedQueryCommand,
  GetNamedQueryCommand,
  ListNamedQueriesCommand,
  type NamedQuery,
  UpdateNamedQueryCommand,
} from "@aws-sdk/client-athena";
import { savedAddress } from "../catalog/sql-address.ts";
import { StatementField } from "../catalog/statement-field.tsx";
import { defineResource } from "../declare/define-resource.ts";
import { statement } from "../panels/statement.tsx";
import { athena } from "../services/athena.ts";

const query = { member: "QueryString", title: "Statement", as: StatementField } as const;

export const namedQuery = defineResource<
  typeof ListNamedQueriesCommand,
  typeof GetNamedQueryCommand,
  typeof CreateNamedQueryCommand,
  NamedQuery
>({
  service: athena,
  kind: "athena/named-query",
  title: "Saved query",
  plural: "Saved queries",
  area: "SQL",
  words: "Statements under a name, to be asked again.",
  name: "NamedQueryId",
  label: ({ Name }) => String(Name),
  list: ListNamedQueriesCommand,
  filters: [{ member: "WorkGroup" }],
  pageSize: 50,
  expand: {
    command: BatchGetNamedQueryCommand,
    input: ({ NamedQueryIds }) => ((NamedQueryIds as string[]).length > 0 ? { NamedQueryIds } : undefined),
    itemsIn: "NamedQueries",
  },
  columns: ["NamedQueryId", "Database", "Description", "WorkGroup"],
  describe: GetNamedQueryCommand,
  inside: "NamedQuery",
  sections: [{ title: "Query", members: ["Name", "Database", "WorkGroup", "Description"] }],
  panels: [statement],
  actions: [
    { title: "Open", to: savedAddress },
    {
      title: "Edit",
      command: UpdateNamedQueryCommand,
      leaves: true,
      input: (item) => item,
      form: [{ title: "Query", fields: ["Name", "Description", query] }],
    },
  ],
  create: CreateNamedQueryCommand,
  form: [{ title: "Query", fields: [{ member: "Name", isName: true }, "Database", "Description", "WorkGroup", query] }],
  delete: DeleteNamedQueryCommand,
});
