import { compareValues, type PlainValue, readValue } from "./iceberg-value.ts";
import { contents, type DataFile, type ManifestEntry, statuses } from "./manifest.ts";
import type { ManifestFile } from "./manifest-list.ts";
import { fieldOf, type IcebergStruct, specOf, type TableMetadata } from "./table-metadata.ts";
import { transformNamed } from "./transform.ts";

/** A file with rows, and the files whose deletes may concern it. */
export interface PlannedFile {
  readonly file: DataFile;
  readonly specId: number;
  readonly deletes: readonly DataFile[];
}

/** What is asked of a column: values from one to another, both included; nulls do not pass. */
export interface ColumnRange {
  readonly fieldId: number;
  readonly from?: PlainValue;
  readonly to?: PlainValue;
}

type Entries = readonly (readonly [ManifestFile, readonly ManifestEntry[]])[];

/** Returns the files to read of a snapshot, without those in which no row can lie in all the ranges. */
export function planFiles(
  metadata: TableMetadata,
  schema: IcebergStruct,
  manifests: Entries,
  ranges: readonly ColumnRange[] = [],
): PlannedFile[] {
  const live = manifests.flatMap(([{ specId }, entries]) =>
    entries.filter(({ status }) => status !== statuses.deleted).map((entry) => ({ ...entry, specId })),
  );
  const deletes = live.filter(({ file }) => file.content !== contents.data);
  return live
    .filter(({ file, specId }) => file.content === contents.data && mayHold(metadata, schema, specId, file, ranges))
    .map(({ file, specId, sequenceNumber }) => ({
      ...{ file, specId },
      deletes: deletes.filter((one) => concerns(one, { file, specId, sequenceNumber })).map((one) => one.file),
    }));
}

type Live = Pick<ManifestEntry, "file" | "sequenceNumber"> & { readonly specId: number };

/** Deletes concern what was there before them, of their own partition; equality deletes without one concern all. */
function concerns(one: Live, data: Live): boolean {
  const [own, other] = [BigInt(one.sequenceNumber ?? 0), BigInt(data.sequenceNumber ?? 0)];
  const isEquality = one.file.content === contents.equalityDeletes;
  if (isEquality ? own <= other : own < other) return false;
  if (isEquality && one.file.partition.length === 0) return true;
  if (!isEquality && !mayName(one.file, data.file.path)) return false;
  return one.specId === data.specId && one.file.partition.every((value, at) => isSame(value, data.file.partition[at]));
}

/** The field of paths in files of positions. */
const filePathId = 2147483546;

/** Whether a file of positions may name another file, by the bounds of what it names. */
function mayName({ lowerBounds, upperBounds }: DataFile, path: string): boolean {
  const [lower, upper] = [lowerBounds?.get(filePathId), upperBounds?.get(filePathId)];
  if (lower && compareValues(readValue("string", lower), path) > 0) return false;
  return !upper || compareValues(readValue("string", upper), path) >= 0;
}

const isSame = (one: PlainValue | undefined, other: PlainValue | undefined): boolean =>
  one === undefined || other === undefined ? one === other : compareValues(one, other) === 0;

function mayHold(
  metadata: TableMetadata,
  schema: IcebergStruct,
  specId: number,
  file: DataFile,
  ranges: readonly ColumnRange[],
): boolean {
  const spec = specOf(metadata, specId);
  return ranges.every((range) => {
    const type = fieldOf(schema, range.fieldId)?.type;
    if (typeof type !== "string") return true;
    const lower = file.lowerBounds?.get(range.fieldId);
    const upper = file.upperBounds?.get(range.fieldId);
    if (lower && range.to !== undefined && compareValues(readValue(type, lower), range.to) > 0) return false;
    if (upper && range.from !== undefined && compareValues(readValue(type, upper), range.from) < 0) return false;
    return spec.fields.every(
      (field, at) => field["source-id"] !== range.fieldId || mayBeIn(file.partition[at], field.transform, type, range),
    );
  });
}

/** Whether the value of a partition may be that of a value in the range. */
function mayBeIn(value: PlainValue | undefined, name: string, type: string, { from, to }: ColumnRange): boolean {
  const transform = transformNamed(name);
  if (name === "void") return true;
  if (value === undefined) return false;
  const of = (end: PlainValue) => transform.apply(end, type)!;
  if (transform.keepsOrder)
    return (
      (from === undefined || compareValues(value, of(from)) >= 0) &&
      (to === undefined || compareValues(value, of(to)) <= 0)
    );
  const isOne = from !== undefined && to !== undefined && compareValues(from, to) === 0;
  return !isOne || compareValues(value, of(from)) === 0;
}
