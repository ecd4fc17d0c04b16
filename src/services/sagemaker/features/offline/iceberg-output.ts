import type { EngineRequest } from "../../../../engines/engine-frame.ts";
import type { IcebergWrittenFile } from "../../../../engines/port.ts";
import { schemaOf, specOf, type TableMetadata } from "../../../../iceberg/table-metadata.ts";
import type { FeatureGroupDocument } from "../feature-group-state.ts";
import { dataFolder } from "./offline-catalog.ts";
import { fileName } from "./offline-file-name.ts";

/** What an engine is to make of rows of a group's table of Iceberg: files of its schema and partitions. */
export const icebergOutput = (metadata: TableMetadata): EngineRequest["results"] => ({
  form: "iceberg",
  files: {
    rows: "rows",
    schema: { type: "struct", fields: schemaOf(metadata).fields },
    partition: specOf(metadata).fields.map((field) => ({
      sourceId: field["source-id"],
      transform: field.transform,
    })),
    ...{ compression: "snappy", fileSizeBytes: 2 ** 29 },
  },
});

/** The day of a file's rows: the first ten characters of their event times. */
export const dayOf = ({ partition }: IcebergWrittenFile): string =>
  Buffer.from(partition?.[0] ?? "", "hex").toString("utf8");

/** Where the n-th file of a batch or a merge is put. */
export function icebergFile(
  group: FeatureGroupDocument,
  { file, index, stem }: { readonly stem: string; readonly index: number; readonly file: IcebergWrittenFile },
): { readonly folder: string; readonly name: string; readonly path: string } {
  const folder = dataFolder(group);
  const time = `${group.wanted.EventTimeFeatureName!.toLowerCase()}_trunc`;
  const name = `${stem.slice(-8).toLowerCase()}/${time}=${dayOf(file)}/${fileName(stem, index)}`;
  return { folder, name, path: `${folder}/${name}` };
}
