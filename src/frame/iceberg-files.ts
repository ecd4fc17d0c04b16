import type { IcebergColumnFacts, IcebergWrittenFile } from "../engines/port.ts";
import { readValue } from "../iceberg/iceberg-value.ts";
import { contents, partitionTypes } from "../iceberg/manifest.ts";
import type { AddedFile } from "../iceberg/new-snapshot.ts";
import type { PlannedFile } from "../iceberg/plan-files.ts";
import { schemaOf, specOf, type TableMetadata } from "../iceberg/table-metadata.ts";
import { bytesOfHex } from "../iceberg/value-text.ts";

type Facts = readonly (readonly [id: number, facts: IcebergColumnFacts])[];

/** A file that an engine has written, as manifests name it. */
export function addedFile(
  metadata: TableMetadata,
  written: IcebergWrittenFile,
  path: string,
  planned: readonly PlannedFile[],
): AddedFile {
  const facts: Facts = Object.entries(written.columns).map(([id, of]) => [Number(id), of]);
  const numbers = (of: (facts: IcebergColumnFacts) => number | undefined) =>
    new Map(facts.flatMap(([id, one]) => (of(one) === undefined ? [] : [[id, of(one)!] as const])));
  const bounds = (of: (facts: IcebergColumnFacts) => string | undefined) =>
    new Map(facts.flatMap(([id, one]) => (of(one) === undefined ? [] : [[id, bytesOfHex(of(one)!)] as const])));
  const { deletesOf, recordCount, sizeBytes } = written;
  return {
    ...{ path, format: "PARQUET", recordCount, sizeBytes },
    ...(deletesOf === undefined ? ofRows(metadata, written) : ofDeletes(planned, deletesOf)),
    columnSizes: numbers((one) => one.sizeBytes),
    valueCounts: numbers((one) => one.values),
    nullCounts: numbers((one) => one.nulls),
    nanCounts: numbers((one) => one.nans),
    lowerBounds: bounds((one) => one.lower),
    upperBounds: bounds((one) => one.upper),
  };
}

function ofRows(metadata: TableMetadata, { partition = [] }: IcebergWrittenFile) {
  const specId = metadata["default-spec-id"];
  const types = partitionTypes(specOf(metadata, specId), schemaOf(metadata));
  const values = partition.map((hex, at) => (hex === null ? undefined : readValue(types[at]!, bytesOfHex(hex))));
  return { content: contents.data, specId, partition: values };
}

/** Positions are of the partition of the file that has the rows. */
function ofDeletes(planned: readonly PlannedFile[], path: string) {
  const { file, specId } = planned.find((one) => one.file.path === path)!;
  return { content: contents.positionDeletes, specId, partition: file.partition };
}
