import {
  BatchGetPreparedStatementCommand,
  CreatePreparedStatementCommand,
  DeletePreparedStatementCommand,
  GetPreparedStatementCommand,
  ListPreparedStatementsCommand,
  type PreparedStatement,
  UpdatePreparedStatementCommand,
} from "@aws-sdk/client-athena";
import { namedIn } from "../catalog/named-in.ts";
import { StatementField } from "../catalog/statement-field.tsx";
import { defineResource } from "../declare/define-resource.ts";
import { statement } from "../panels/statement.tsx";
import { athena } from "../services/athena.ts";

const query = { member: "QueryStatement", title: "Statement", as: StatementField } as const;

export const preparedStatement = defineResource<
  typeof ListPreparedStatementsCommand,
  typeof GetPreparedStatementCommand,
  typeof CreatePreparedStatementCommand,
  PreparedStatement
>({
  service: athena,
  kind: "athena/prepared-statement",
  title: "Prepared statement",
  plural: "Prepared statements",
  area: "SQL",
  words: "Statements with question marks, which EXECUTE gives their values.",
  name: "StatementName",
  named: namedIn("WorkGroupName", "StatementName", "WorkGroup"),
  list: ListPreparedStatementsCommand,
  listInput: { WorkGroup: "primary" },
  filters: [{ member: "WorkGroup" }],
  pageSize: 50,
  expand: {
    command: BatchGetPreparedStatementCommand,
    input({ PreparedStatements }, { WorkGroup }) {
      const PreparedStatementNames = (PreparedStatements as PreparedStatement[]).map((one) => one.StatementName!);
      return PreparedStatementNames.length > 0 ? { PreparedStatementNames, WorkGroup } : undefined;
    },
    itemsIn: "PreparedStatements",
  },
  columns: ["StatementName", { member: "WorkGroupName", title: "Work group" }, "Description", "LastModifiedTime"],
  describe: GetPreparedStatementCommand,
  inside: "PreparedStatement",
  sections: [{ title: "Statement", members: ["WorkGroupName", "Description", "LastModifiedTime"] }],
  panels: [statement],
  actions: [
    {
      title: "Edit",
      command: UpdatePreparedStatementCommand,
      leaves: true,
      input: (item) => ({ ...item, WorkGroup: item.WorkGroupName }),
      form: [{ title: "Statement", fields: ["Description", query] }],
    },
  ],
  create: CreatePreparedStatementCommand,
  start: () => ({ WorkGroup: "primary" }),
  again: (item) => ({ ...item, WorkGroup: item.WorkGroupName }),
  form: [
    { title: "Statement", fields: [{ member: "StatementName", isName: true }, "WorkGroup", "Description", query] },
  ],
  delete: DeletePreparedStatementCommand,
});
