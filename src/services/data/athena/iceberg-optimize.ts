import { setTimeout } from "node:timers/promises";
import { addedFile } from "../../../frame/iceberg-files.ts";
import { type PackOptions, packFiles, unusedDeletes } from "../../../iceberg/pack-files.ts";
import type { PlannedFile } from "../../../iceberg/plan-files.ts";
import { specOf, type TableMetadata } from "../../../iceberg/table-metadata.ts";
import { predicatesOf } from "../../../prep/sql/trino/predicates.ts";
import { SqlFault } from "../../../prep/sql/trino/sql-fault.ts";
import type { Expression } from "../../../prep/sql/trino/syntax.ts";
import { tableKey } from "../../../prep/sql/trino/table-key.ts";
import { translate } from "../../../prep/sql/trino/translate.ts";
import { askRows } from "./ask-rows.ts";
import { QueryFailure } from "./athena-faults.ts";
import { type QueryEngine, withEngine } from "./engine-work.ts";
import { queryOf } from "./iceberg-as-of.ts";
import { changedTable } from "./iceberg-change.ts";
import { Conflicting, commitChange, committedBy, removeFiles } from "./iceberg-commit.ts";
import { literal } from "./iceberg-partition-table.ts";
import { filePredicate } from "./iceberg-predicate.ts";
import { bringScan, currentScan, type IcebergScan, planScan } from "./iceberg-scan.ts";
import { trinoTypeOf } from "./iceberg-type.ts";
import { removeEarlierFiles, targetOf, writeToTable } from "./iceberg-write.ts";
import { placeOf } from "./named-table.ts";
import { putLines } from "./put-result.ts";
import type { Outcome, QueryRun } from "./query-run.ts";
import { sessionOf } from "./session-tables.ts";
import type { StatementOf } from "./statement-of.ts";

const megabyte = 1024 ** 2;
const mostAttempts = 10;

/** What Athena does unless the table says something else. */
function optionsOf({ properties }: TableMetadata): PackOptions {
  const number = (name: string, usual: number) => Number(properties[name] ?? usual);
  const target = number("write.target-file-size-bytes", 512 * megabyte);
  return {
    minBytes: number("optimize_rewrite_min_data_file_size_bytes", 0.75 * target),
    maxBytes: number("optimize_rewrite_max_data_file_size_bytes", 1.8 * target),
    minFiles: Math.max(2, number("optimize_rewrite_data_file_threshold", 5)),
    minDeletes: Math.max(1, number("optimize_rewrite_delete_file_threshold", 2)),
  };
}

/** OPTIMIZE ... REWRITE DATA USING BIN_PACK: the same rows in fewer files, and without the deletes. */
export async function optimize(statement: StatementOf<"optimize">, run: QueryRun): Promise<Outcome> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await tryOptimize(statement, run, attempt);
    } catch (error) {
      if (!(error instanceof Conflicting)) throw error;
      if (attempt === mostAttempts) throw new QueryFailure(`ICEBERG_COMMIT_ERROR: ${error.message}`);
      await setTimeout(run.context.random.next() * 50 * attempt, undefined, { signal: run.signal });
    }
  }
}

async function tryOptimize(
  { table: name, where }: StatementOf<"optimize">,
  run: QueryRun,
  attempt: number,
): Promise<Outcome> {
  const table = await changedTable(run, name, "OPTIMIZE is");
  const { metadata } = table;
  const done = committedBy(run, metadata) !== undefined;
  if (!done && attempt === 1) await removeEarlierFiles(run, metadata);
  const scan = currentScan(table);
  const made = done ? undefined : await rewrite(run, scan, name, where, attempt);
  if (made) {
    const { packed, planned, written } = made;
    const gone = new Set(packed.map(({ file }) => file.path));
    const removed = new Set([...gone, ...unusedDeletes(planned, gone)]);
    const added = written.files.map((file, at) => addedFile(metadata, file, written.paths[at]!, planned));
    // Rows that come later than the files were read are told by the sequence number of what was read.
    const changes = {
      ...({ operation: "replace", added, removed } as const),
      dataSequenceNumber: scan.snapshot!["sequence-number"],
    };
    try {
      const state = { scan, planned, predicate: { all: [] }, heedsNewRows: false, touched: gone };
      await commitChange(run, placeOf(run, name), changes, 0, state);
    } catch (error) {
      const now = await changedTable(run, name, "").catch(() => undefined);
      if (now && committedBy(run, now.metadata) === undefined) await removeFiles(run, written.paths);
      throw error;
    }
  }
  await putLines(run, [], []);
  return { statistics: made?.statistics ?? {} };
}

async function rewrite(
  run: QueryRun,
  scan: IcebergScan,
  name: StatementOf<"optimize">["table"],
  where: Expression | undefined,
  attempt: number,
) {
  const planned = await planScan(run.context, scan);
  return withEngine(run, async (engine) => {
    const chosen = where ? await filesWhere(run, engine, scan, planned, name, where) : planned;
    const packed = packFiles(chosen, optionsOf(scan.metadata), scan.metadata["default-spec-id"]).flat();
    if (packed.length === 0) return undefined;
    const brought = await bringScan(run.context, engine, "target", scan, packed);
    const columns = targetOf(scan.metadata, "").columns.map((column) => `"${column.name.replaceAll('"', '""')}"`);
    const asked = { sql: `SELECT ${columns.join(", ")} FROM "target"`, tables: [brought], attempt };
    const written = await writeToTable(run, engine, scan.metadata, asked);
    const statistics = { engineMilliseconds: Math.round(written.milliseconds), outputBytes: written.bytes };
    return { packed, planned, written, statistics };
  });
}

/** The files whose partitions a condition allows: it may name the columns by which the table is partitioned. */
async function filesWhere(
  run: QueryRun,
  engine: QueryEngine,
  scan: IcebergScan,
  planned: readonly PlannedFile[],
  name: StatementOf<"optimize">["table"],
  where: Expression,
): Promise<PlannedFile[]> {
  const { metadata, schema } = scan;
  const partitioning = (isWanted: (transform: string) => boolean) =>
    schema.fields.filter(
      (field) =>
        typeof field.type === "string" &&
        metadata["partition-specs"].every((spec) =>
          spec.fields.some((one) => one["source-id"] === field.id && isWanted(one.transform)),
        ),
    );
  const exact = partitioning((transform) => transform === "identity");
  try {
    return await filesOfValues(run, engine, scan, planned, { name, where, columns: exact });
  } catch (error) {
    const all = partitioning((transform) => transform !== "void");
    if (!(error instanceof SqlFault) || error.code !== "COLUMN_NOT_FOUND" || all.length === exact.length) throw error;
    return filesOfBounds(run, scan, planned, { name, where, columns: all });
  }
}

interface Condition {
  readonly name: StatementOf<"optimize">["table"];
  readonly where: Expression;
  /** What it may name. */
  readonly columns: IcebergScan["schema"]["fields"];
}

/** A query of one column with the condition, over a relation that has the columns which it may name. */
function conditionQuery(run: QueryRun, { columns, name: table, where }: Condition, relation: string) {
  const { catalog, database, name } = table;
  const session = sessionOf(run);
  const shown = columns.map((column) => ({ name: column.name.toLowerCase(), type: trinoTypeOf(column.type) }));
  const known = { relation, columns: [{ name: "$index", type: "integer" }, ...shown] };
  const key = tableKey({ catalog, database, name }, session);
  const from = [catalog, database, name].filter((part) => part !== undefined).map((part) => `"${part}"`);
  const query = queryOf(`SELECT "$index" FROM ${from.join(".")} WHERE NULL`, where);
  return { key, query, session: { ...session, tables: new Map([[key, known]]) } };
}

/**
 * The files that may have rows of which a condition holds, by what is known of their partitions and values: to pack a file more
 * changes no row. A condition that says nothing of them is refused.
 */
async function filesOfBounds(
  run: QueryRun,
  scan: IcebergScan,
  planned: readonly PlannedFile[],
  condition: Condition,
): Promise<PlannedFile[]> {
  const { key, query, session } = conditionQuery(run, condition, '"target"');
  translate({ query }, session);
  const predicate = predicatesOf({ kind: "query", query }, session).get(key);
  if (predicate === undefined || ("all" in predicate && predicate.all.length === 0))
    throw new QueryFailure(
      "NOT_SUPPORTED: the WHERE of OPTIMIZE has to compare the columns by which the table is partitioned with constants",
    );
  const some = await planScan(run.context, scan, filePredicate(predicate, scan.schema));
  const paths = new Set(some.map(({ file }) => file.path));
  return planned.filter(({ file }) => paths.has(file.path));
}

/** The files of whose partitions' values a condition holds. */
async function filesOfValues(
  run: QueryRun,
  engine: QueryEngine,
  { metadata }: IcebergScan,
  planned: readonly PlannedFile[],
  condition: Condition,
): Promise<PlannedFile[]> {
  const { columns } = condition;
  const rows = planned.map(({ file, specId }, index) => {
    const ids = specOf(metadata, specId).fields.map((one) => (one.transform === "identity" ? one["source-id"] : -1));
    const values = columns.map(({ id, type }) => literal(type as string, file.partition[ids.indexOf(id)]));
    return `(${[index, ...values].join(", ")})`;
  });
  if (rows.length === 0) return [];
  const names = ["$index", ...columns.map((column) => column.name.toLowerCase())].map(
    (one) => `"${one.replaceAll('"', '""')}"`,
  );
  const relation = `(SELECT * FROM (VALUES ${rows.join(", ")}) AS v(${names.join(", ")}))`;
  const { query, session } = conditionQuery(run, condition, relation);
  const { columns: results, sql } = translate({ query }, session);
  const lines = await askRows(engine, sql, results);
  return lines.map(([index]) => planned[Number(index)]!);
}
