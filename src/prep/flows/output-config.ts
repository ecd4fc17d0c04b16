import type { JsonObject } from "../json-object.ts";
import { StepFault } from "../step-fault.ts";
import type { FlowNode } from "./flow.ts";

/** How the rows of an output are written. */
export interface OutputConfig {
  readonly format: "csv" | "parquet" | "json" | "image";
  readonly delimiter: string;
  readonly compression: (typeof compressions)[keyof typeof compressions];
  /** Into how many files. */
  readonly partitions: number;
  /** Files that would be larger become several. Absent: no limit. */
  readonly mostFileBytes?: number;
  readonly partitionBy: readonly string[];
  readonly hasHeader: boolean;
}

const compressions = {
  none: "none",
  uncompressed: "none",
  gzip: "gzip",
  bzip2: "bzip2",
  deflate: "deflate",
  snappy: "snappy",
  zstd: "zstd",
} as const;

/** What each format can be compressed with. Text is not split into blocks, which Snappy needs. */
const ofFormat = {
  csv: ["none", "gzip", "bzip2", "deflate", "zstd"],
  json: ["none", "gzip", "bzip2", "deflate", "zstd"],
  parquet: ["none", "gzip", "snappy", "zstd"],
  /** Each row's image is a file; they are compressed by themselves. */
  image: ["none"],
} as const;

/** Reads an `output_config`, of a destination of a flow or of a job's `--output-config`. @throws StepFault */
export function readOutputConfig(given: JsonObject): OutputConfig {
  const type = String(given.output_content_type ?? given.content_type ?? "CSV").toLowerCase();
  if (!Object.hasOwn(ofFormat, type))
    throw new StepFault(
      `The content type of the output is ${JSON.stringify(type.toUpperCase())}; give CSV, PARQUET, JSON or IMAGE.`,
    );
  const format = type as keyof typeof ofFormat;
  const word = String(given.compression ?? "none").toLowerCase();
  const compression = Object.hasOwn(compressions, word) ? compressions[word as keyof typeof compressions] : undefined;
  const known: readonly (typeof compression)[] = ofFormat[format];
  if (compression === undefined || !known.includes(compression))
    throw new StepFault(
      `The compression of the output is ${JSON.stringify(word)}; give one of ${known.join(", ")} for ${type.toUpperCase()}.`,
    );
  const partition = given.partition_config;
  const config =
    typeof partition === "object" && partition !== null && !Array.isArray(partition) ? (partition as JsonObject) : {};
  const count = Number(config.num_partitions ?? 1);
  if (!Number.isSafeInteger(count) || count < 1 || count > 9_999)
    throw new StepFault(
      `num_partitions is ${JSON.stringify(config.num_partitions)}; give a whole number from 1 to 9999.`,
    );
  const most = config.max_partition_size_in_mb ?? undefined;
  if (most !== undefined && !(Number(most) > 0))
    throw new StepFault(`max_partition_size_in_mb is ${JSON.stringify(most)}; give a number of megabytes above 0.`);
  const by = config.partition_by ?? [];
  const delimiter = String(given.delimiter ?? ",");
  if ([...delimiter].length !== 1)
    throw new StepFault(`The delimiter of the output is ${JSON.stringify(delimiter)}; give one character.`);
  return {
    format,
    delimiter,
    compression,
    partitions: count,
    ...(most !== undefined && { mostFileBytes: Math.floor(Number(most) * 1_000_000) }),
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
