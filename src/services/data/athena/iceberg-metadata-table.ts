import { readManifests } from "../../../frame/iceberg-table.ts";
import { readValue } from "../../../iceberg/iceberg-value.ts";
import { partitionTypes } from "../../../iceberg/manifest.ts";
import { fieldOf, snapshotOf, specOf } from "../../../iceberg/table-metadata.ts";
import type { SessionTable } from "../../../prep/sql/trino/scope.ts";
import { partitionRows } from "./iceberg-partition-table.ts";
import { type Caller, int, liveFiles, moment, type Rows, shownValue, text, whole } from "./iceberg-rows.ts";
import type { IcebergScan } from "./iceberg-scan.ts";
import { rowsTable } from "./rows-table.ts";

const map = <Key, Value>(
  entries: ReadonlyMap<Key, Value> | undefined,
  key: (of: Key) => string,
  value: (of: Value) => string,
): string =>
  entries === undefined
    ? "NULL"
    : `MAP([${[...entries.keys()].map(key).join(", ")}], [${[...entries.values()].map(value).join(", ")}])`;
const list = (values: readonly string[] | undefined): string =>
  values === undefined ? "NULL" : `[${values.join(", ")}]`;

/** The tables that stand behind a table: "orders$files". */
const tables: Readonly<Record<string, (scan: IcebergScan, context: Caller) => Rows | Promise<Rows>>> = {
  snapshots: ({ metadata }) => ({
    columns: [
      ...([
        ["committed_at", "timestamp(3) with time zone"],
        ["snapshot_id", "bigint"],
      ] as const),
      ...([
        ["parent_id", "bigint"],
        ["operation", "varchar"],
        ["manifest_list", "varchar"],
      ] as const),
      ["summary", "map(varchar, varchar)"],
    ],
    rows: metadata.snapshots.map((one) => {
      const { operation, ...summary } = one.summary;
      return [
        ...[moment(one["timestamp-ms"]), whole(one["snapshot-id"]), whole(one["parent-snapshot-id"])],
        ...[text(operation), text(one["manifest-list"]), map(new Map(Object.entries(summary)), text, text)],
      ];
    }),
  }),

  history({ metadata }) {
    const ancestors = new Set<bigint>();
    for (let one = snapshotOf(metadata); one; ) {
      ancestors.add(BigInt(one["snapshot-id"]));
      const parent = one["parent-snapshot-id"];
      one = metadata.snapshots.find((other) => other["snapshot-id"] === parent && parent !== undefined);
    }
    return {
      columns: [
        ...([
          ["made_current_at", "timestamp(3) with time zone"],
          ["snapshot_id", "bigint"],
        ] as const),
        ...([
          ["parent_id", "bigint"],
          ["is_current_ancestor", "boolean"],
        ] as const),
      ],
      rows: metadata["snapshot-log"].map((entry) => {
        const id = entry["snapshot-id"];
        const parent = metadata.snapshots.find((one) => one["snapshot-id"] === id)?.["parent-snapshot-id"];
        return [moment(entry["timestamp-ms"]), whole(id), whole(parent), String(ancestors.has(BigInt(id)))];
      }),
    };
  },

  refs: ({ metadata }) => ({
    columns: [
      ...([
        ["name", "varchar"],
        ["type", "varchar"],
        ["snapshot_id", "bigint"],
      ] as const),
      ...([
        ["max_reference_age_in_ms", "bigint"],
        ["min_snapshots_to_keep", "integer"],
      ] as const),
      ["max_snapshot_age_in_ms", "bigint"],
    ],
    rows: Object.entries(metadata.refs).map(([name, of]) => [
      ...[text(name), text(of.type.toUpperCase()), whole(of["snapshot-id"])],
      ...[whole(of["max-ref-age-ms"]), int(of["min-snapshots-to-keep"]), whole(of["max-snapshot-age-ms"])],
    ]),
  }),

  async manifests({ metadata, schema, snapshot }, context) {
    const manifests = await readManifests(context, snapshot, () => false);
    return {
      columns: [
        ...([
          ["path", "varchar"],
          ["length", "bigint"],
          ["partition_spec_id", "integer"],
        ] as const),
        ...([
          ["added_snapshot_id", "bigint"],
          ["added_data_files_count", "integer"],
        ] as const),
        ...([
          ["added_rows_count", "bigint"],
          ["existing_data_files_count", "integer"],
        ] as const),
        ...([
          ["existing_rows_count", "bigint"],
          ["deleted_data_files_count", "integer"],
        ] as const),
        ["deleted_rows_count", "bigint"],
        [
          "partition_summaries",
          "array(row(contains_null boolean, contains_nan boolean, lower_bound varchar, upper_bound varchar))",
        ],
      ],
      rows: manifests.map(([one]) => {
        const types = partitionTypes(specOf(metadata, one.specId), schema);
        const bound = (bytes: Uint8Array | undefined, at: number) =>
          text(bytes && shownValue(types[at]!, readValue(types[at]!, bytes)));
        return [
          ...[text(one.path), whole(one.sizeBytes), int(one.specId), whole(one.addedSnapshotId)],
          ...[int(one.files.added), whole(one.rows.added), int(one.files.existing), whole(one.rows.existing)],
          ...[int(one.files.deleted), whole(one.rows.deleted)],
          list(
            (one.partitions ?? []).map(
              (field, at) =>
                `{contains_null: ${field.containsNull}, contains_nan: ${field.containsNan ?? "NULL::BOOLEAN"}, lower_bound: CAST(${bound(field.lowerBound, at)} AS VARCHAR), upper_bound: CAST(${bound(field.upperBound, at)} AS VARCHAR)}`,
            ),
          ),
        ];
      }),
    };
  },

  async files(scan, context) {
    const files = await liveFiles(scan, context);
    return {
      columns: [
        ...([
          ["content", "integer"],
          ["file_path", "varchar"],
          ["file_format", "varchar"],
        ] as const),
        ...([
          ["spec_id", "integer"],
          ["record_count", "bigint"],
          ["file_size_in_bytes", "bigint"],
        ] as const),
        ...(["column_sizes", "value_counts", "null_value_counts", "nan_value_counts"] as const).map(
          (name) => [name, "map(integer, bigint)"] as const,
        ),
        ...([
          ["lower_bounds", "map(integer, varchar)"],
          ["upper_bounds", "map(integer, varchar)"],
        ] as const),
        ...([
          ["key_metadata", "varbinary"],
          ["split_offsets", "array(bigint)"],
        ] as const),
        ["equality_ids", "array(integer)"],
      ],
      rows: files.map(({ file, specId }) => {
        const bounds = (of: ReadonlyMap<number, Uint8Array> | undefined) =>
          map(of && new Map([...of].map(([id, bytes]) => [id, boundText(scan, id, bytes)])), int, text);
        return [
          ...[int(file.content), text(file.path), text(file.format), int(specId)],
          ...[whole(file.recordCount), whole(file.sizeBytes)],
          ...[file.columnSizes, file.valueCounts, file.nullCounts, file.nanCounts].map((of) => map(of, int, whole)),
          ...[bounds(file.lowerBounds), bounds(file.upperBounds), "NULL"],
          ...[list(file.splitOffsets?.map(whole)), list(file.equalityIds?.map(int))],
        ];
      }),
    };
  },

  partitions: partitionRows,
};

function boundText({ metadata }: IcebergScan, id: number, bytes: Uint8Array): string | undefined {
  for (const schema of metadata.schemas) {
    const type = fieldOf(schema, id)?.type;
    if (typeof type === "string") return shownValue(type, readValue(type, bytes));
  }
  return undefined;
}

const name = /^(.+)\$([a-z]+)$/;

/** Returns the table and its part that a name like "orders$files" means; undefined for another name. */
export function metadataTableName(of: string): readonly [table: string, part: string] | undefined {
  const [, table = "", part = ""] = name.exec(of) ?? [];
  return part in tables ? [table, part] : undefined;
}

/** Returns a table that stands behind another one, with its rows. */
export async function metadataTable(part: string, scan: IcebergScan, context: Caller): Promise<SessionTable> {
  return rowsTable(await tables[part]!(scan, context));
}
