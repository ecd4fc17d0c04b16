import { defineKind } from "../../../frame/define-kind.ts";
import type { Tag } from "../../../frame/resource-tags.ts";
import type { ResourceDocument } from "../../../stores/resources/port.ts";
import type { InputOf } from "../../../wire/operations.ts";
import { type FirstCaller, fromFirstShape, type QueryCaller } from "./query-caller.ts";

type Client = typeof import("@aws-sdk/client-athena");
export type Started = InputOf<Client, "StartQueryExecution">;
export type WorkGroupConfiguration = NonNullable<InputOf<Client, "CreateWorkGroup">["Configuration"]>;

export interface WantedWorkGroup {
  readonly Name: string;
  readonly Description?: string | undefined;
  readonly Configuration: WorkGroupConfiguration;
  readonly Tags: readonly Tag[];
}
export interface ActualWorkGroup {
  readonly state: "ENABLED" | "DISABLED";
}

export const workGroupKind = defineKind<WantedWorkGroup, ActualWorkGroup>({
  service: "athena",
  kind: "workgroup",
  arn: "workgroup/{WorkGroup}",
  exactCase: true,
  title: "Work group",
  tags: true,
  listedBy: "ListWorkGroups",
});

export interface WantedQuery extends Omit<Started, "ClientRequestToken"> {
  readonly WorkGroup: string;
  readonly caller: QueryCaller;
  /** "s3://bucket/prefix/": where results go. */
  readonly output: string;
  readonly bytesCutoff?: number;
  /** Whether the work group has its queries counted by CloudWatch. */
  readonly publishesMetrics?: true;
}

export interface QueryStatistics {
  readonly queueMilliseconds?: number;
  readonly planningMilliseconds?: number;
  readonly engineMilliseconds?: number;
  readonly totalMilliseconds?: number;
  readonly scannedBytes?: number;
  readonly inputRows?: number;
  readonly outputRows?: number;
  readonly outputBytes?: number;
}

export interface ActualQuery {
  readonly statementType: "DDL" | "DML" | "UTILITY";
  readonly substatementType: string;
  /** The object with the result: "s3://bucket/prefix/ID.csv". */
  readonly location: string;
  readonly completed?: number;
  readonly reason?: string;
  readonly error?: { readonly type: number; readonly category: number };
  readonly statistics: QueryStatistics;
  readonly manifest?: string;
  /** The current metadata file of a table of Iceberg that is dropped: the next attempt removes the files that this one left. */
  readonly dropping?: string;
  /** The query whose result this one took over. */
  readonly reused?: string;
  /** By which it is known that another query has the same result: `reuseMark`. */
  readonly mark?: string;
}

export type QueryDocument = ResourceDocument<WantedQuery, ActualQuery>;
export type QueryState = "QUEUED" | "RUNNING" | "SUCCEEDED" | "FAILED" | "CANCELLED";

export const queryKind = defineKind<WantedQuery, ActualQuery, QueryState, "QueryString">({
  service: "athena",
  kind: "query-execution",
  key: ["QueryExecutionId"],
  exactCase: true,
  title: "Query",
  listedBy: "ListQueryExecutions",
  schema: 2,
  upgrade: {
    1: ({ wanted, actual }) => {
      const { caller, ...rest } = wanted as WantedQuery;
      return { wanted: { ...rest, caller: fromFirstShape(caller as FirstCaller) }, actual };
    },
  },
  large: ["QueryString"],
  statuses: {
    QUEUED: { final: false },
    RUNNING: { final: false },
    SUCCEEDED: { final: true, tone: "good" },
    FAILED: { final: true, tone: "bad" },
    CANCELLED: { final: true },
  },
  running: ["QUEUED", "RUNNING"],
  labels: { workgroup: ({ wanted }) => wanted.WorkGroup },
  shownReason: ({ actual }) => actual.reason,
});

export const queryStates: readonly QueryState[] = ["QUEUED", "RUNNING", "SUCCEEDED", "FAILED", "CANCELLED"];

export interface WantedNamedQuery {
  readonly Name: string;
  readonly Description?: string | undefined;
  readonly Database: string;
  readonly QueryString: string;
  readonly WorkGroup: string;
}

export const namedQueryKind = defineKind<WantedNamedQuery, Record<string, never>, never, "QueryString">({
  service: "athena",
  kind: "named-query",
  key: ["NamedQueryId"],
  exactCase: true,
  title: "Named query",
  listedBy: "ListNamedQueries",
  large: ["QueryString"],
  labels: { workgroup: ({ wanted }) => wanted.WorkGroup },
});

export interface WantedPrepared {
  readonly StatementName: string;
  readonly WorkGroup: string;
  readonly QueryStatement: string;
  readonly Description?: string | undefined;
}

export const preparedKind = defineKind<WantedPrepared, Record<string, never>, never, "QueryStatement">({
  service: "athena",
  kind: "prepared-statement",
  key: ["WorkGroup", "StatementName"],
  exactCase: true,
  title: "Prepared statement",
  listedBy: "ListPreparedStatements",
  large: ["QueryStatement"],
  labels: { workgroup: ({ wanted }) => wanted.WorkGroup },
});
