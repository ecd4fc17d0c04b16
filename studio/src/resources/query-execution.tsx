import {
  BatchGetQueryExecutionCommand,
  GetQueryExecutionCommand,
  ListQueryExecutionsCommand,
  type QueryExecution,
  StopQueryExecutionCommand,
} from "@aws-sdk/client-athena";
import { sqlAddress } from "../catalog/sql-address.ts";
import { defineResource } from "../declare/define-resource.ts";
import { statement } from "../panels/statement.tsx";
import { athena } from "../services/athena.ts";
import { isUnderWay } from "../values/status.tsx";

type List = typeof ListQueryExecutionsCommand;

export const queryExecution = defineResource<List, typeof GetQueryExecutionCommand, List, QueryExecution>({
  service: athena,
  kind: "athena/query-execution",
  title: "Query",
  plural: "Queries",
  area: "SQL",
  words: "Statements that were asked, by anyone of the account: what came of them, how long they took, what they read.",
  name: "QueryExecutionId",
  label: ({ QueryExecutionId }) => String(QueryExecutionId).slice(0, 8),
  status: "Status.State",
  list: ListQueryExecutionsCommand,
  filters: [{ member: "WorkGroup" }],
  pageSize: 50,
  expand: {
    command: BatchGetQueryExecutionCommand,
    input: ({ QueryExecutionIds }) => ((QueryExecutionIds as string[]).length > 0 ? { QueryExecutionIds } : undefined),
    itemsIn: "QueryExecutions",
  },
  columns: [
    "QueryExecutionId",
    "Status.State",
    { member: "Query", title: "Statement", cell: ({ Query }) => <span className="clipped">{Query}</span> },
    { member: "Status.SubmissionDateTime", title: "Asked" },
    { member: "Statistics.DataScannedInBytes", title: "Read" },
  ],
  describe: GetQueryExecutionCommand,
  inside: "QueryExecution",
  sections: [
    {
      title: "Query",
      members: [
        "Status.StateChangeReason",
        "Status.SubmissionDateTime",
        "ResultConfiguration.OutputLocation",
        "QueryExecutionContext.Database",
        "WorkGroup",
        "Statistics.DataScannedInBytes",
        "Statistics.TotalExecutionTimeInMillis",
      ],
    },
    { title: "Times", members: ["Statistics", "StatementType", "SubstatementType"] },
  ],
  panels: [statement],
  actions: [
    { title: "Open", to: (_, name) => sqlAddress({ query: name }) },
    {
      title: "Cancel",
      command: StopQueryExecutionCommand,
      refused: ({ Status }) => (isUnderWay((Status as QueryExecution["Status"])?.State) ? undefined : "It has ended"),
    },
  ],
});
