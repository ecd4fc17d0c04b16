import type { TableMetadata } from "../../../iceberg/table-metadata.ts";
import { QueryFailure } from "./athena-faults.ts";

/** The properties that Athena takes of a table, and what Iceberg calls them; those without another name keep it. */
const names: Readonly<Record<string, string>> = {
  format: "write.format.default",
  write_compression: "write.parquet.compression-codec",
  write_target_data_file_size_bytes: "write.target-file-size-bytes",
  vacuum_max_metadata_files_to_keep: "write.metadata.previous-versions-max",
  ...Object.fromEntries(
    [
      ...["vacuum_max_snapshot_age_seconds", "vacuum_min_snapshots_to_keep"],
      ...["optimize_rewrite_data_file_threshold", "optimize_rewrite_delete_file_threshold"],
      ...["optimize_rewrite_min_data_file_size_bytes", "optimize_rewrite_max_data_file_size_bytes"],
    ].map((name) => [name, name]),
  ),
};
const numbers = /_(bytes|threshold|keep|seconds)$/;
const lowered: ReadonlySet<string> = new Set(["format", "write_compression"]);

/** Returns the properties of a table as Iceberg has them. @throws QueryFailure for one that Athena does not take */
export function icebergProperties(given: Readonly<Record<string, unknown>>): Record<string, string> {
  const properties: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    const own = names[name];
    if (own === undefined)
      throw new QueryFailure(
        `Unsupported table property key: ${name}; ${Object.keys(names).join(", ")} are those of a table of Iceberg`,
      );
    const text = String(value);
    if (numbers.test(name) && !/^\d+$/.test(text))
      throw new QueryFailure(`INVALID_TABLE_PROPERTY: ${name} has to be a number that is not negative: ${text}`);
    properties[own] = lowered.has(name) ? text.toLowerCase() : text;
  }
  return properties;
}

/** Returns Iceberg's names of properties. */
export const icebergNames = (given: readonly string[]): string[] => given.map((name) => names[name] ?? name);

/** Returns the properties of a table as Athena shows them. */
export function shownProperties({ properties }: TableMetadata): Record<string, string> {
  const back = new Map(Object.entries(names).map(([name, own]) => [own, name]));
  const shown: Record<string, string> = { table_type: "iceberg", format: "parquet", write_compression: "zstd" };
  for (const [own, value] of Object.entries(properties)) shown[back.get(own) ?? own] = value;
  return shown;
}
