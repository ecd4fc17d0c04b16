import type { Context } from "../../../frame/context.ts";
import { defineKind } from "../../../frame/define-kind.ts";
import type { ResourceDocument } from "../../../stores/resources/port.ts";
import type { InputOf } from "../../../wire/operations.ts";

export type OptimizerInput = InputOf<typeof import("@aws-sdk/client-glue"), "CreateTableOptimizer">;
export type OptimizerType = OptimizerInput["Type"];
export type OptimizerConfiguration = OptimizerInput["TableOptimizerConfiguration"];

export interface WantedOptimizer {
  readonly configuration: OptimizerConfiguration;
}

/** What one run of an optimizer did. Times are milliseconds since 1970. */
export interface OptimizerRun {
  readonly event: "in_progress" | "completed" | "failed";
  readonly started: number;
  readonly ended?: number;
  readonly error?: string;
  readonly compacted?: { readonly files: number; readonly bytes: number };
  readonly expired?: { readonly data: number; readonly manifests: number; readonly manifestLists: number };
  readonly orphans?: number;
}

export interface ActualOptimizer {
  /** The id of the table's document: a table of that name made anew has no optimizer. */
  readonly tableId: string;
  /** When it runs next, in milliseconds since 1970. */
  readonly next: number;
  /** The newest runs, the last first. */
  readonly runs: readonly OptimizerRun[];
  /** The query of a compaction that is under way, and the metadata file of the table that it began with. */
  readonly query?: { readonly id: string; readonly before: string };
  /** The metadata file that the last compaction left. */
  readonly seen?: string;
}

export type OptimizerDocument = ResourceDocument<WantedOptimizer, ActualOptimizer>;

/** What keeps a table of Iceberg small from time to time, one of each type for a table. */
export const optimizerKind = defineKind<WantedOptimizer, ActualOptimizer, "Enabled" | "Disabled">({
  service: "glue",
  kind: "table-optimizer",
  key: ["DatabaseName", "TableName", "Type"],
  statuses: { Enabled: { final: false }, Disabled: { final: true } },
});

export const optimizerKey = (
  context: Pick<Context, "account" | "region">,
  { DatabaseName, TableName, Type }: Pick<OptimizerInput, "DatabaseName" | "TableName" | "Type">,
) => optimizerKind.key(context, { DatabaseName, TableName, Type });

export const statusOf = ({ enabled = false }: OptimizerConfiguration) => (enabled ? "Enabled" : "Disabled");
