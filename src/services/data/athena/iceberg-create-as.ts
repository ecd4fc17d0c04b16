import { Fault } from "../../../aws/faults.ts";
import { addedFile } from "../../../frame/iceberg-files.ts";
import { snapshotWith } from "../../../frame/iceberg-table.ts";
import { type IcebergField, type IcebergType, newTableMetadata } from "../../../iceberg/table-metadata.ts";
import { parseTrinoType, type TrinoType } from "../../../prep/sql/result-type.ts";
import type { PartitionTransform } from "../../../prep/sql/trino/statement.ts";
import { translate } from "../../../prep/sql/trino/translate.ts";
import { translateInsert } from "../../../prep/sql/trino/translate-change.ts";
import { QueryFailure } from "./athena-faults.ts";
import { namedColumns } from "./columns-of-query.ts";
import { withEngine } from "./engine-work.ts";
import { removeFiles, summaryOf } from "./iceberg-commit.ts";
import { checkLocationEmpty, existing, locationOf, partitionFields, registerIceberg } from "./iceberg-create.ts";
import { icebergProperties } from "./iceberg-properties.ts";
import { removeEarlierFiles, targetOf, writeToTable } from "./iceberg-write.ts";
import { placeOf } from "./named-table.ts";
import { putManifest } from "./put-manifest.ts";
import type { Outcome, QueryRun } from "./query-run.ts";
import { scannedOf } from "./scanned.ts";
import { evaluateBy, resolveTables, sessionOf } from "./session-tables.ts";
import type { StatementOf } from "./statement-of.ts";

/** CREATE TABLE ... WITH (table_type = 'ICEBERG', ...) AS: the table is there with its rows, or not at all. */
export async function createIcebergAs(statement: StatementOf<"create-table-as">, run: QueryRun): Promise<Outcome> {
  const { columns: given, ifNotExists, properties, query, table, withData } = statement;
  const { context } = run;
  const { is_external, location: asked, partitioning, table_type: _, ...more } = properties;
  if (is_external !== false)
    throw new QueryFailure("INVALID_TABLE_PROPERTY: is_external has to be false for a table of Iceberg");
  const name = placeOf(run, table);
  const location = locationOf(String(asked ?? `${run.query.wanted.output}tables/${run.query.key.name}`));
  const found = await existing(run, name);
  if (found === "other" && !ifNotExists)
    throw new QueryFailure(`TABLE_ALREADY_EXISTS: line 1:1: Table '${name.DatabaseName}.${name.Name}' already exists`);
  if (found) return { manifest: await putManifest(run, "", []) };
  await checkLocationEmpty(run, location);

  const made = await withEngine(run, async (engine) => {
    const started = performance.now();
    const session = sessionOf(run);
    const tables = await resolveTables({ kind: "query", query }, context, session, evaluateBy(engine, session));
    const whole = { ...session, tables: tables.known };
    const { columns } = translate({ query }, whole);
    const schema = schemaOfQuery(namedColumns(columns, given));
    const metadata = newTableMetadata({
      ...{ uuid: context.ids.uuid(), location, now: context.clock.now(), schema },
      partitionFields: partitionFields(
        schema,
        [partitioning ?? []].flat().map((text) => transformOf(String(text))),
      ),
      properties: icebergProperties(more),
    });
    const target = targetOf(metadata, "");
    const text = translateInsert({ query, table }, whole, target);
    const brought = await tables.bring(engine, text);
    const scanned = scannedOf(run, brought);
    await removeEarlierFiles(run, metadata);
    const planningMilliseconds = Math.round(performance.now() - started);
    const sql = withData ? text : `SELECT * FROM (${text}) LIMIT 0`;
    const written = await writeToTable(run, engine, metadata, { sql, tables: brought, attempt: 1 });
    const engineMilliseconds = Math.round(written.milliseconds);
    const statistics = { planningMilliseconds, ...scanned, outputBytes: written.bytes, engineMilliseconds };
    return { metadata, written, statistics: { ...statistics, outputRows: written.rows } };
  });
  const { metadata, statistics, written } = made;
  const added = written.files.map((file, at) => addedFile(metadata, file, written.paths[at]!, []));
  const change =
    added.length === 0
      ? { metadata }
      : snapshotWith(
          context,
          metadata,
          { manifests: [], entries: new Map() },
          {
            ...{ operation: "append", added, summary: summaryOf(run, written.rows) },
          },
        );
  try {
    run.signal.throwIfAborted();
    await registerIceberg(run, name, change);
  } catch (error) {
    if (!(await existing(run, name).catch(() => "own")) || error instanceof Fault)
      await removeFiles(run, written.paths);
    if (error instanceof Fault && error.code === "AlreadyExistsException")
      throw new QueryFailure(
        `TABLE_ALREADY_EXISTS: line 1:1: Table '${name.DatabaseName}.${name.Name}' already exists`,
      );
    throw error;
  }
  return {
    statistics,
    manifest: await putManifest(run, "", written.paths),
  };
}

/** Reads "day(seen)" or "bucket(id, 16)"; the number may stand first. */
export function transformOf(text: string): PartitionTransform {
  const [, transform = "", first = "", second] =
    /^\s*(\w+)\s*\(\s*"?([^",)]+?)"?\s*(?:,\s*"?([^",)]+?)"?\s*)?\)\s*$/.exec(text) ?? [];
  if (transform === "") return { transform: "identity", column: text.trim().replaceAll('"', "").toLowerCase() };
  const name = transform.toLowerCase();
  if (second === undefined) return { transform: name, column: first.toLowerCase() };
  const isNumberFirst = /^\d+$/.test(first);
  const [column, argument] = isNumberFirst ? [second, first] : [first, second];
  return { transform: name, column: column.toLowerCase(), argument: Number(argument) };
}

const plain: Readonly<Record<string, string>> = {
  ...{ boolean: "boolean", tinyint: "int", smallint: "int", integer: "int", bigint: "long", real: "float" },
  ...{ double: "double", varchar: "string", char: "string", varbinary: "binary", date: "date", time: "time" },
  ...{ uuid: "uuid", timestamp: "timestamp", "timestamp with time zone": "timestamptz" },
};

/** The schema of a table that holds the rows of a query. */
function schemaOfQuery(columns: readonly { readonly name: string; readonly type: string }[]) {
  let last = columns.length;
  const nextId = () => ++last;
  const fields = columns.map(
    ({ name, type }, at): IcebergField => ({
      ...{ id: at + 1, name, required: false, type: typeOf(parseTrinoType(type), nextId, name) },
    }),
  );
  return { type: "struct" as const, fields };
}

function typeOf({ name, numbers, parts }: TrinoType, nextId: () => number, column: string): IcebergType {
  const inside = (at: number) => typeOf(parts[at]!.type, nextId, column);
  if (name === "decimal") return `decimal(${numbers[0] ?? 38}, ${numbers[1] ?? 0})`;
  if (name === "array") return { type: "list", "element-id": nextId(), "element-required": false, element: inside(0) };
  if (name === "map") {
    const ids = { "key-id": nextId(), "value-id": nextId() };
    return { type: "map", ...ids, key: inside(0), "value-required": false, value: inside(1) };
  }
  if (name === "row") {
    const ids = parts.map(() => nextId());
    const fields = parts.map((part, at) => ({
      ...{ id: ids[at]!, name: part.name ?? `field${at}`, required: false, type: inside(at) },
    }));
    return { type: "struct", fields };
  }
  const type = plain[name];
  if (type === undefined)
    throw new QueryFailure(`NOT_SUPPORTED: Type not supported for Iceberg: ${name} of the column ${column}`);
  return type;
}
