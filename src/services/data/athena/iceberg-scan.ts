import { Fault } from "../../../aws/faults.ts";
import type { EngineFile, EngineTable } from "../../../engines/port.ts";
import type { Context } from "../../../frame/context.ts";
import { bringObjects } from "../../../frame/engine-files.ts";
import { type IcebergTable, placeOf, readManifests } from "../../../frame/iceberg-table.ts";
import { valueBytes } from "../../../iceberg/iceberg-value.ts";
import { contents, type DataFile } from "../../../iceberg/manifest.ts";
import type { ManifestFile } from "../../../iceberg/manifest-list.ts";
import { type FilePredicate, mayName, type PlannedFile, planFiles } from "../../../iceberg/plan-files.ts";
import {
  fieldOf,
  type IcebergSchema,
  type Snapshot,
  schemaOf,
  snapshotOf,
  specOf,
  type TableMetadata,
} from "../../../iceberg/table-metadata.ts";
import { hexOf } from "../../../iceberg/value-text.ts";
import { errorTypes, QueryFailure } from "./athena-faults.ts";
import type { QueryEngine } from "./engine-work.ts";

/** What a statement reads of a table of Iceberg: one of its snapshots. */
export interface IcebergScan extends IcebergTable {
  readonly snapshot: Snapshot | undefined;
  readonly schema: IcebergSchema;
}

/** Reads the current snapshot, with the schema that the table has now. */
export const currentScan = (table: IcebergTable): IcebergScan => ({
  ...table,
  ...{ snapshot: snapshotOf(table.metadata), schema: schemaOf(table.metadata) },
});

/** Returns the files that a scan reads. */
export async function planScan(
  context: Pick<Context, "call">,
  { metadata, schema, snapshot }: IcebergScan,
  predicate: FilePredicate = { all: [] },
): Promise<PlannedFile[]> {
  const isWanted = (manifest: ManifestFile) => mayName(metadata, schema, manifest, predicate);
  return planFiles(metadata, schema, await readManifests(context, snapshot, isWanted), predicate);
}

/** Gives an engine the files of a table. */
export async function bringScan(
  context: Context,
  engine: QueryEngine,
  name: string,
  { metadata, schema, table }: IcebergScan,
  planned: readonly PlannedFile[],
): Promise<EngineTable> {
  const deletes = new Map(planned.flatMap((one) => one.deletes.map((file) => [file.path, file] as const)));
  const all = [...planned.map(({ file }) => file), ...deletes.values()];
  for (const { format, path } of all)
    if (format !== "PARQUET")
      throw new QueryFailure(
        `NOT_SUPPORTED: ${path} of ${table.DatabaseName}.${table.Name} is a file of ${format}, which version ${context.settings.version} does not read; PARQUET is`,
      );
  const brought = await bringFiles(context, engine, name, all);
  const equality = [...deletes.values()].filter(({ content }) => content === contents.equalityDeletes);
  const files = planned.map(({ deletes: own, file, specId }): EngineFile => {
    const constants = constantsOf(metadata, file, specId);
    const equalityDeletes = own.flatMap((one) => (equality.includes(one) ? [equality.indexOf(one)] : []));
    return {
      ...brought.get(file.path)!,
      iceberg: {
        recordCount: Number(file.recordCount),
        ...(Object.keys(constants).length > 0 && { constants }),
        ...(equalityDeletes.length > 0 && { equalityDeletes }),
      },
    };
  });
  const positions = [...deletes.values()].filter(({ content }) => content === contents.positionDeletes);
  const names = namesOf(metadata);
  return {
    ...{ name, columns: [], partitionKeys: [], files },
    format: {
      kind: "iceberg",
      schema: { type: "struct", fields: schema.fields },
      ...(names && { names }),
      positionDeletes: positions.map(({ path }) => brought.get(path)!),
      equalityDeletes: equality.map(({ equalityIds = [], path }) => ({
        file: brought.get(path)!,
        fieldIds: equalityIds,
      })),
    },
  };
}

async function bringFiles(
  context: Context,
  engine: QueryEngine,
  name: string,
  files: readonly DataFile[],
): Promise<Map<string, EngineFile>> {
  const byBucket = Map.groupBy(files, ({ path }) => placeOf(path).Bucket);
  const brought = new Map<string, EngineFile>();
  for (const [bucket, some] of byBucket) {
    const objects = some.map(({ path, sizeBytes }) => ({ key: placeOf(path).Key, sizeBytes: Number(sizeBytes) }));
    const place = { bucket, prefix: "", folder: `${engine.folder}/${name}/${bucket}` };
    const found = await bringObjects(context, engine.runId, place, objects).catch(async (error) => {
      throw (await missing(context, some)) ?? error;
    });
    for (const [at, file] of found.entries()) brought.set(some[at]!.path, { ...file, uri: some[at]!.path });
  }
  return brought;
}

/** Finds a file that is named and is not there. */
async function missing(context: Context, files: readonly DataFile[]): Promise<QueryFailure | undefined> {
  for (const { path } of files) {
    const isGone = await context.call("s3", "HeadObject", placeOf(path)).then(
      () => false,
      (error) => error instanceof Fault && ["NotFound", "NoSuchKey", "NoSuchBucket"].includes(error.code),
    );
    if (isGone)
      return new QueryFailure(`ICEBERG_CANNOT_OPEN_SPLIT: Error opening Iceberg split ${path}: it does not exist`, {
        type: errorTypes.missing,
      });
  }
  return undefined;
}

/** The values of a file's partition that are those of a column. */
function constantsOf(metadata: TableMetadata, { partition }: DataFile, specId: number): Record<string, string> {
  const constants: Record<string, string> = {};
  const schemas = [schemaOf(metadata), ...metadata.schemas];
  for (const [at, field] of specOf(metadata, specId).fields.entries()) {
    const value = partition[at];
    const type = schemas.map((schema) => fieldOf(schema, field["source-id"])?.type).find((one) => one !== undefined);
    if (field.transform !== "identity" || value === undefined || typeof type !== "string") continue;
    constants[field["source-id"]] = hexOf(valueBytes(type, value));
  }
  return constants;
}

interface NamedField {
  readonly "field-id"?: number;
  readonly names?: readonly string[];
  readonly fields?: readonly NamedField[];
}

/** The names that columns have in files without ids. */
function namesOf({ properties }: TableMetadata): Record<string, readonly string[]> | undefined {
  const text = properties["schema.name-mapping.default"];
  if (text === undefined) return undefined;
  const names: Record<string, readonly string[]> = {};
  const visit = (fields: readonly NamedField[]): void => {
    for (const { fields: inside = [], names: own = [], ...field } of fields) {
      if (field["field-id"] !== undefined) names[field["field-id"]] = own;
      visit(inside);
    }
  };
  try {
    visit(JSON.parse(text));
  } catch {
    throw new QueryFailure("ICEBERG_INVALID_METADATA: the property schema.name-mapping.default is no mapping of names");
  }
  return names;
}
