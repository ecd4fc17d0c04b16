import type { EngineTable, HiddenColumn } from "../../../engines/port.ts";
import type { Context } from "../../../frame/context.ts";
import { placeOf } from "../../../frame/iceberg-table.ts";
import type { DataFile } from "../../../iceberg/manifest.ts";
import type { PlannedFile } from "../../../iceberg/plan-files.ts";
import { fieldOf, specOf, type TableMetadata } from "../../../iceberg/table-metadata.ts";
import { transformNamed } from "../../../iceberg/transform.ts";
import { shownValue } from "./iceberg-rows.ts";
import type { IcebergScan } from "./iceberg-scan.ts";

const types: Readonly<Record<HiddenColumn, string>> = {
  $path: "varchar",
  $file_size: "bigint",
  $file_modified_time: "timestamp(3) with time zone",
  $partition: "varchar",
};

/** The hidden columns of a table. One of Iceberg has no "$file_size", one without partitions no "$partition". */
export const hiddenOf = (isPartitioned: boolean, isOfIceberg = false) =>
  Object.entries(types).flatMap(([name, type]) =>
    (name === "$partition" && !isPartitioned) || (name === "$file_size" && isOfIceberg) ? [] : [{ name, type }],
  );

/** So many objects are asked for at a time. */
const askedTogether = 32;

/** Adds to the files of a table of Iceberg what the hidden columns say of them that a statement names. */
export async function withFileFacts(
  context: Pick<Context, "call">,
  { metadata }: IcebergScan,
  planned: readonly PlannedFile[],
  table: EngineTable,
  isNamed: (column: HiddenColumn) => boolean,
): Promise<EngineTable> {
  if (!isNamed("$partition") && !isNamed("$file_modified_time")) return table;
  const files: EngineTable["files"][number][] = [];
  const known = async (at: number) => {
    const { file, specId } = planned[at]!;
    const { LastModified } = isNamed("$file_modified_time")
      ? await context.call("s3", "HeadObject", placeOf(file.path))
      : {};
    return {
      ...{ ...table.files[at]!, partition: partitionPath(metadata, file, specId) },
      ...(LastModified && { modified: LastModified.getTime() }),
    };
  };
  for (let from = 0; from < planned.length; from += askedTogether) {
    const some = planned.slice(from, from + askedTogether);
    files.push(...(await Promise.all(some.map((_, index) => known(from + index)))));
  }
  return { ...table, files };
}

const two = (value: number, width = 2) => String(value).padStart(width, "0");

/** The value of a partition's field as Iceberg writes it in a path: of a month since 1970 `2024-01`. */
function fieldText(transform: string, source: string, value: DataFile["partition"][number]): string {
  if (value === undefined) return "null";
  const number = Number(value);
  if (transform === "year") return two(1970 + number, 4);
  if (transform === "month") return `${two(1970 + Math.floor(number / 12), 4)}-${two((((number % 12) + 12) % 12) + 1)}`;
  if (transform === "hour") return new Date(number * 3_600_000).toISOString().slice(0, 13).replace("T", "-");
  return shownValue(transformNamed(transform).type(source), value);
}

/** As Java's URLEncoder writes a text. */
const encoded = (text: string) =>
  encodeURIComponent(text)
    .replaceAll("%20", "+")
    .replaceAll(/[!'()~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

/** `day=2024-01-31/item=pens`: the partition of a file; nothing for a table without. */
function partitionPath(metadata: TableMetadata, { partition }: DataFile, specId: number): string {
  return specOf(metadata, specId)
    .fields.flatMap(({ name, "source-id": source, transform }, at) => {
      const type = metadata.schemas.map((schema) => fieldOf(schema, source)?.type).find((one) => one !== undefined);
      if (transform === "void" || typeof type !== "string") return [];
      return [`${encoded(name)}=${encoded(fieldText(transform, type, partition[at]))}`];
    })
    .join("/");
}
