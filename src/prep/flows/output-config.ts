import type { JsonObject } from "../json-object.ts";
import { StepFault } from "../step-fault.ts";
import type { FlowNode } from "./flow.ts";

/** How the rows of an output are written. */
export interface OutputConfig {
  readonly format: "csv" | "parquet";
  readonly delimiter: string;
  readonly compression: "none" | "gzip" | "snappy" | "zstd";
  /** Into how many files. */
  readonly partitions: number;
  readonly partitionBy: readonly string[];
  readonly hasHeader: boolean;
}

const compressions = { none: "none", uncompressed: "none", gzip: "gzip", snappy: "snappy", zstd: "zstd" } as const;

/** Reads an `output_config`, of a destination of a flow or of a job's `--output-config`. @throws StepFault */
export function readOutputConfig(given: JsonObject): OutputConfig {
  const type = String(given.output_content_type ?? given.content_type ?? "CSV").toUpperCase();
  if (type !== "CSV" && type !== "PARQUET")
    throw new StepFault(`The content type of the output is ${JSON.stringify(type)}; give CSV or PARQUET.`);
  const compression = String(given.compression ?? "none").toLowerCase();
  if (!Object.hasOwn(compressions, compression))
    throw new StepFault(
      `The compression of the output is ${JSON.stringify(compression)}; give one of ${Object.keys(compressions).join(", ")}.`,
    );
  const partition = given.partition_config;
  const config =
    typeof partition === "object" && partition !== null && !Array.isArray(partition) ? (partition as JsonObject) : {};
  const count = Number(config.num_partitions ?? 1);
  if (!Number.isSafeInteger(count) || count < 1 || count > 9_999)
    throw new StepFault(
      `num_partitions is ${JSON.stringify(config.num_partitions)}; give a whole number from 1 to 9999.`,
    );
  const by = config.partition_by ?? [];
  const delimiter = String(given.delimiter ?? ",");
  if ([...delimiter].length !== 1)
    throw new StepFault(`The delimiter of the output is ${JSON.stringify(delimiter)}; give one character.`);
  return {
    format: type === "CSV" ? "csv" : "parquet",
    delimiter,
    compression: compressions[compression as keyof typeof compressions],
    partitions: count,
    partitionBy: (Array.isArray(by) ? by : [by]).map(String),
    hasHeader: config.has_headers !== false && given.has_headers !== false,
  };
}

/** The configuration of a destination; undefined for another node. */
export function destinationConfig({ parameters, type }: FlowNode): JsonObject | undefined {
  if (type !== "DESTINATION") return undefined;
  const config = parameters.output_config;
  return typeof config === "object" && config !== null && !Array.isArray(config) ? (config as JsonObject) : {};
}
