import { defineKind } from "../../../frame/define-kind.ts";
import type { ResourceDocument } from "../../../stores/resources/port.ts";

export interface WantedStatisticsRun {
  readonly DatabaseName: string;
  readonly TableName: string;
  readonly Role: string;
  /** The columns, with Hive's types. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly location: string;
}

/** Times are milliseconds since 1970. */
export interface ActualStatisticsRun {
  /** The query that reads the table. */
  readonly query?: string;
  readonly started?: number;
  readonly ended?: number;
  readonly error?: string;
}

type State = "STARTING" | "RUNNING" | "SUCCEEDED" | "FAILED" | "STOPPED";

export type StatisticsRunDocument = ResourceDocument<WantedStatisticsRun, ActualStatisticsRun>;

/** Reads a table once, and keeps statistics of its columns. */
export const statisticsRunKind = defineKind<WantedStatisticsRun, ActualStatisticsRun, State>({
  service: "glue",
  kind: "column-statistics-run",
  key: ["ColumnStatisticsTaskRunId"],
  exactCase: true,
  title: "Column statistics run",
  listedBy: "ListColumnStatisticsTaskRuns",
  statuses: {
    STARTING: { final: false },
    RUNNING: { final: false },
    SUCCEEDED: { final: true, tone: "good" },
    FAILED: { final: true, tone: "bad" },
    STOPPED: { final: true },
  },
  running: ["STARTING", "RUNNING"],
  labels: { table: ({ wanted }) => tableLabel(wanted) },
  shownReason: ({ actual }) => actual.error,
});

export const tableLabel = ({ DatabaseName, TableName }: Pick<WantedStatisticsRun, "DatabaseName" | "TableName">) =>
  `${DatabaseName}/${TableName}`;
