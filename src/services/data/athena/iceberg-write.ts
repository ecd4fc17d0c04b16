import type { IcebergWrite, IcebergWritten, WrittenFiles } from "../../../engines/port.ts";
import { schemaOf, specOf, type TableMetadata } from "../../../iceberg/table-metadata.ts";
import type { TargetTable } from "../../../prep/sql/trino/target-table.ts";
import { QueryFailure } from "./athena-faults.ts";
import type { QueryEngine } from "./engine-work.ts";
import { removeFiles } from "./iceberg-commit.ts";
import { trinoTypeOf } from "./iceberg-type.ts";
import { isAgain } from "./named-table.ts";
import { putFiles } from "./put-files.ts";
import type { QueryRun } from "./query-run.ts";
import { keysBelow } from "./s3-keys.ts";

/** Where the files of a table's rows go. */
const dataFolder = ({ location, properties }: TableMetadata): string =>
  (properties["write.data.path"] ?? `${location.replace(/\/+$/, "")}/data`).replace(/\/+$/, "");

const codecs: Readonly<Record<string, WrittenFiles["compression"]>> = {
  ...{ zstd: "zstd", gzip: "gzip", snappy: "snappy", uncompressed: "none", none: "none" },
};

/** How files of a table are written. @throws QueryFailure for a format or a compression that is not written */
function formatOf({ properties }: TableMetadata, version: string): Pick<IcebergWrite, "compression" | "fileSizeBytes"> {
  const format = (properties["write.format.default"] ?? "parquet").toLowerCase();
  if (format !== "parquet")
    throw new QueryFailure(
      `NOT_SUPPORTED: tables of Iceberg with files of ${format.toUpperCase()} are not written by version ${version}; PARQUET is`,
    );
  const codec = (properties["write.parquet.compression-codec"] ?? "zstd").toLowerCase();
  const compression = codecs[codec];
  if (compression === undefined)
    throw new QueryFailure(
      `NOT_SUPPORTED: compression ${codec} is not written by version ${version}; ${Object.keys(codecs).join(", ")} are`,
    );
  const size = Number(properties["write.target-file-size-bytes"] ?? 2 ** 29);
  return { compression, fileSizeBytes: Math.max(2 ** 20, Math.min(size || 2 ** 29, 2 ** 30)) };
}

/** A table as statements that write its rows see it. */
export const targetOf = (metadata: TableMetadata, relation: string): TargetTable => ({
  relation,
  columns: schemaOf(metadata).fields.map(({ name, required, type }) => ({
    ...{ name: name.toLowerCase(), type: trinoTypeOf(type), required },
  })),
});

export interface WrittenToTable extends IcebergWritten {
  /** Where each file is, in their order. */
  readonly paths: readonly string[];
  readonly bytes: number;
  readonly milliseconds: number;
}

/** Runs a query whose rows are a table's, or changes of it, and puts the files where the table has its own. */
export async function writeToTable(
  run: QueryRun,
  engine: QueryEngine,
  metadata: TableMetadata,
  {
    attempt,
    table,
    ...statement
  }: {
    readonly sql: string;
    readonly tables: Parameters<QueryEngine["ask"]>[0]["statement"]["tables"];
    /** The name of the table whose rows are changed. */
    readonly table?: string;
    readonly attempt: number;
  },
): Promise<WrittenToTable> {
  const files: IcebergWrite = {
    ...{ rows: table === undefined ? "rows" : "changes", ...(table !== undefined && { table }) },
    schema: { type: "struct", fields: schemaOf(metadata).fields },
    partition: specOf(metadata).fields.map((field) => ({ sourceId: field["source-id"], transform: field.transform })),
    ...formatOf(metadata, run.context.settings.version),
  };
  const folder = `${dataFolder(metadata)}/`;
  const nameOf = (path: string) => `${run.query.key.name}-${attempt}-${path.replaceAll(/[/=]/g, "-")}`;
  const answer = engine.ask({ statement, results: { form: "iceberg", files } });
  const put = await putFiles(run, answer, folder, nameOf).catch(async (error) => {
    await removeBelow(run, `${folder}${nameOf("")}`).catch(() => {});
    throw error;
  });
  const written = put.iceberg!;
  const paths = written.files.map(({ path }) => `${folder}${nameOf(path)}`);
  return { ...written, paths, bytes: put.bytes, milliseconds: put.milliseconds };
}

/** Removes what a query had written before the server that ran it was killed. */
export async function removeEarlierFiles(run: QueryRun, metadata: TableMetadata): Promise<void> {
  if (!isAgain(run)) return;
  await removeBelow(run, `${dataFolder(metadata)}/${run.query.key.name}`);
}

async function removeBelow(run: QueryRun, start: string): Promise<void> {
  const [, bucket = ""] = /^s3[an]?:\/\/([^/]+)/.exec(start) ?? [];
  const keys = await keysBelow(run.context, start.replace(/^s3[an]:/, "s3:"));
  await removeFiles(
    run,
    keys.map((key) => `s3://${bucket}/${key}`),
  );
}
