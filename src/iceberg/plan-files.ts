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

/** What is asked of a column: values from one to another, both included, where nulls do not pass; or nulls. */
export type ColumnRange =
  | { readonly fieldId: number; readonly from?: PlainValue; readonly to?: PlainValue; readonly isNull?: never }
  | { readonly fieldId: number; readonly isNull: true };

/** What has to hold of the rows that are asked for. */
export type FilePredicate =
  | ColumnRange
  | { readonly all: readonly FilePredicate[] }
  | { readonly any: readonly FilePredicate[] };

type Entries = readonly (readonly [ManifestFile, readonly ManifestEntry[]])[];

/** Returns the files to read of a snapshot, without those that can hold no row of which the predicate holds. */
export function planFiles(
  metadata: TableMetadata,
  schema: IcebergStruct,
  manifests: Entries,
  predicate: FilePredicate = { all: [] },
): PlannedFile[] {
  const live = manifests.flatMap(([{ specId }, entries]) =>
    entries.filter(({ status }) => status !== statuses.deleted).map((entry) => ({ ...entry, specId })),
  );
  const deletes = live.filter(({ file }) => file.content !== contents.data);
  const ofOneFile = Map.groupBy(deletes, ({ file }) => onlyPath(file));
  const others = ofOneFile.get(undefined) ?? [];
  return live
    .filter(({ file, specId }) => file.content === contents.data && mayHold(metadata, schema, specId, file, predicate))
    .map(({ file, specId, sequenceNumber }) => ({
      ...{ file, specId },
      deletes: [...(ofOneFile.get(file.path) ?? []), ...others]
        .filter((one) => concerns(one, { file, specId, sequenceNumber }))
        .map((one) => one.file),
    }));
}

type Live = Pick<ManifestEntry, "file" | "sequenceNumber"> & { readonly specId: number };

/** Deletes concern what was there before them, of their own partition; equality deletes without one concern all. */
function concerns(one: Live, data: Live): boolean {
  const [own, other] = [BigInt(one.sequenceNumber ?? 0), BigInt(data.sequenceNumber ?? 0)];
  const isEquality = one.file.content === contents.equalityDeletes;
  if (isEquality ? own <= other : own < other) return false;
  if (isEquality && one.file.partition.length === 0) return true;
  if (!isEquality && !mayConcern(one.file, data.file.path)) return false;
  return one.specId === data.specId && one.file.partition.every((value, at) => isSame(value, data.file.partition[at]));
}

/** The path of the only file that a file of positions names; undefined where it may name several. */
export function onlyPath({ content, lowerBounds, upperBounds }: DataFile): string | undefined {
  const [lower, upper] = [lowerBounds?.get(filePathId), upperBounds?.get(filePathId)];
  if (content !== contents.positionDeletes || !lower || !upper || compareValues(lower, upper) !== 0) return undefined;
  return String(readValue("string", lower));
}

/** The field of paths in files of positions. */
const filePathId = 2147483546;

/** Whether a file of positions may name another file, by the bounds of what it names. */
function mayConcern({ lowerBounds, upperBounds }: DataFile, path: string): boolean {
  const [lower, upper] = [lowerBounds?.get(filePathId), upperBounds?.get(filePathId)];
  if (lower && compareValues(readValue("string", lower), path) > 0) return false;
  return !upper || compareValues(readValue("string", upper), path) >= 0;
}

const isSame = (one: PlainValue | undefined, other: PlainValue | undefined): boolean =>
  one === undefined || other === undefined ? one === other : compareValues(one, other) === 0;

const holds = (predicate: FilePredicate, test: (range: ColumnRange) => boolean): boolean => {
  if ("all" in predicate) return predicate.all.every((one) => holds(one, test));
  if ("any" in predicate) return predicate.any.some((one) => holds(one, test));
  return test(predicate);
};

function mayHold(
  metadata: TableMetadata,
  schema: IcebergStruct,
  specId: number,
  file: DataFile,
  predicate: FilePredicate,
): boolean {
  const spec = specOf(metadata, specId);
  return holds(predicate, (range) => {
    const { fieldId } = range;
    const type = fieldOf(schema, fieldId)?.type;
    if (typeof type !== "string") return true;
    const nulls = file.nullCounts?.get(fieldId);
    if (range.isNull) return nulls === undefined || Number(nulls) > 0;
    if (nulls !== undefined && file.valueCounts?.get(fieldId) === nulls) return false;
    const lower = file.lowerBounds?.get(fieldId);
    const upper = file.upperBounds?.get(fieldId);
    if (lower && range.to !== undefined && compareValues(readValue(type, lower), range.to) > 0) return false;
    if (upper && range.from !== undefined && compareValues(readValue(type, upper), range.from) < 0) return false;
    return spec.fields.every(
      (field, at) => field["source-id"] !== fieldId || mayBeIn(file.partition[at], field.transform, type, range),
    );
  });
}

/** Whether a manifest may name a file with such rows, by what its list says of partitions. */
export function mayName(
  metadata: TableMetadata,
  schema: IcebergStruct,
  { content, partitions, specId }: ManifestFile,
  predicate: FilePredicate,
): boolean {
  if (content === "deletes" || !partitions) return true;
  const spec = specOf(metadata, specId);
  return holds(predicate, (range) => {
    const source = fieldOf(schema, range.fieldId)?.type;
    if (range.isNull || typeof source !== "string") return true;
    const { from, to } = range;
    return spec.fields.every((field, at) => {
      const transform = transformNamed(field.transform);
      const { lowerBound, upperBound } = partitions[at] ?? {};
      if (field["source-id"] !== range.fieldId || !transform.keepsOrder || !lowerBound || !upperBound) return true;
      const type = transform.type(source);
      const of = (end: PlainValue) => transform.apply(end, source)!;
      return (
        (to === undefined || compareValues(readValue(type, lowerBound), of(to)) <= 0) &&
        (from === undefined || compareValues(readValue(type, upperBound), of(from)) >= 0)
      );
    });
  });
}

/** Whether the value of a partition may be that of a value in the range. */
function mayBeIn(
  value: PlainValue | undefined,
  name: string,
  type: string,
  { from, to }: Pick<Exclude<ColumnRange, { readonly isNull: true }>, "from" | "to">,
): boolean {
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
