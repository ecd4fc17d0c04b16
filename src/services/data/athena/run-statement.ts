import { checkParameters } from "../../../prep/sql/trino/count-parameters.ts";
import type { Statement } from "../../../prep/sql/trino/statement.ts";
import { QueryFailure } from "./athena-faults.ts";
import { checkOutput } from "./check-output.ts";
import { changeIceberg } from "./iceberg-change.ts";
import { optimize } from "./iceberg-optimize.ts";
import { vacuum } from "./iceberg-vacuum.ts";
import type { Outcome, QueryRun } from "./query-run.ts";
import { alterTable, repairTable } from "./run-alter.ts";
import {
  alterDatabase,
  createDatabase,
  createTable,
  createView,
  dropDatabase,
  dropTable,
  dropView,
} from "./run-definition.ts";
import { explain } from "./run-explain.ts";
import { insertInto } from "./run-insert.ts";
import { deallocate, prepare, preparedOf } from "./run-prepared.ts";
import { runSelect } from "./run-select.ts";
import {
  describe,
  showColumns,
  showCreateTable,
  showCreateView,
  showDatabases,
  showPartitions,
  showProperties,
  showTables,
} from "./run-show.ts";
import { createTableAs, unload } from "./run-write.ts";
import type { StatementOf } from "./statement-of.ts";

type Runner<Kind extends Statement["kind"]> = (statement: StatementOf<Kind>, run: QueryRun) => Promise<Outcome>;

/** How each kind of statement is run. */
const runners: { readonly [Kind in Statement["kind"]]?: Runner<Kind> } = {
  query: runSelect,
  "create-database": createDatabase,
  "drop-database": dropDatabase,
  "alter-database-properties": alterDatabase,
  "create-table": createTable,
  "drop-table": dropTable,
  "alter-table": alterTable,
  "msck-repair": repairTable,
  "create-view": createView,
  "drop-view": dropView,
  "show-databases": showDatabases,
  "show-tables": showTables,
  "show-views": showTables,
  "show-columns": showColumns,
  "show-partitions": showPartitions,
  "show-tblproperties": showProperties,
  "show-create-table": showCreateTable,
  "show-create-view": showCreateView,
  describe,
  "create-table-as": createTableAs,
  insert: insertInto,
  ...{ optimize, vacuum },
  ...{ delete: changeIceberg, update: changeIceberg, merge: changeIceberg },
  ...{ unload, explain },
  prepare,
  deallocate,
  async execute(statement, run) {
    const prepared = await preparedOf(statement, run);
    return runStatement(prepared.statement, prepared.run);
  },
};

/** Statements that change the catalog, and need no engine that begins them. */
const defining: readonly Statement["kind"][] = [
  ...(["create-database", "drop-database", "alter-database-properties", "create-table", "drop-table"] as const),
  ...(["alter-table", "msck-repair", "create-view", "drop-view", "vacuum", "prepare", "deallocate"] as const),
];

/** What they prepare or execute has the parameters. */
const withOwnParameters: readonly Statement["kind"][] = ["prepare", "execute"];

export async function runStatement(statement: Statement, run: QueryRun): Promise<Outcome> {
  const runner = runners[statement.kind] as Runner<Statement["kind"]> | undefined;
  if (!runner)
    throw new QueryFailure(`NOT_SUPPORTED: ${statement.kind} is not built in version ${run.context.settings.version}.`);
  if (!withOwnParameters.includes(statement.kind))
    checkParameters(statement, run.query.wanted.ExecutionParameters?.length ?? 0);
  await checkOutput(statement, run);
  // Before the first change: the next server would else not know that there may be one.
  if (defining.includes(statement.kind)) await run.begun();
  run.signal.throwIfAborted();
  return runner(statement as never, run);
}
