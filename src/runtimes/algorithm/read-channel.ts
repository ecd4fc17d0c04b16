import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { createCsvReader } from "../../ml/data/csv.ts";
import { DataError } from "../../ml/data/data-error.ts";
import { createLibsvmReader } from "../../ml/data/libsvm.ts";
import type { LabelledData } from "../../ml/data/matrix.ts";
import { createRecordReader } from "../../ml/data/recordio-protobuf.ts";
import type { DataFormat, InputFormats } from "../../ml/define-algorithm.ts";
import { contentTypesOf, dataFormat } from "../content-type.ts";
import { ClientError } from "./client-error.ts";
import type { Channel } from "./configuration.ts";
import { filePieces } from "./file-pieces.ts";
import { linePieces } from "./line-pieces.ts";
import { pipedParquet } from "./piped-parquet.ts";
import { readParquet } from "./read-parquet.ts";

export interface ReadOptions {
  readonly formats: InputFormats;
  readonly weightsInCsv: boolean;
  /**
   * The columns of the training data: libsvm data of another channel has at least this many, other data exactly this
   * many.
   */
  readonly columns?: number;
  /** What the table may take of the run's memory. */
  readonly mostBytes: number;
  log(line: string): void;
}

/** Reads all files of a channel, in the order of their paths, or its first pipe into one table. */
export async function readChannel(root: string, channel: Channel, options: ReadOptions): Promise<LabelledData> {
  const format = channelFormat(channel, options.formats);
  const { folder, files } = await channelFiles(root, channel, format);
  const data = await readFiles(folder, channel.name, files, format, options);
  if (data.labels.length === 0) {
    const names = files.slice(0, 3).join(", ") + (files.length > 3 ? ", ..." : "");
    const isEmpty = files.every((file) => isEmptyFile(join(folder, file)));
    const [one, several] = isEmpty ? ["is empty", "are empty"] : ["holds no row", "hold no row"];
    const problem = files.length === 1 ? `the file ${one}.` : `the files ${several}.`;
    throw new DataError({ channel: channel.name, file: names }, problem);
  }
  if (format !== "libsvm" && options.columns !== undefined) checkWidth(data, options.columns);
  return data;
}

/** Of a pipe it is not known, once it is read, whether it held anything. */
function isEmptyFile(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found?.isFile() === true && found.size === 0;
}

interface ChannelFiles {
  readonly folder: string;
  /** Paths below the folder. */
  readonly files: readonly string[];
}

async function channelFiles(root: string, { name, isPiped }: Channel, format: DataFormat): Promise<ChannelFiles> {
  const data = join(root, "input/data");
  if (isPiped) {
    // The table is read once, whatever the number of rounds.
    const pipe = `${name}_0`;
    return format === "parquet"
      ? pipedParquet(join(data, pipe), join(root, "piped", name))
      : { folder: data, files: [pipe] };
  }
  const folder = join(data, name);
  const files = dataFiles(folder);
  if (files.length === 0)
    throw new ClientError(`Channel ${name} holds no files (files whose name begins with "." or "_" are passed over).`);
  return { folder, files };
}

async function readFiles(
  folder: string,
  channel: string,
  files: readonly string[],
  format: DataFormat,
  options: ReadOptions,
): Promise<LabelledData> {
  if (format === "parquet") {
    const named = files.map((file) => ({ path: join(folder, file), source: { channel, file } }));
    return readParquet(named, options.mostBytes);
  }
  if (format === "recordio-protobuf") {
    const reader = createRecordReader();
    for (const file of files) {
      const records = reader.open({ channel, file });
      for (const bytes of filePieces(join(folder, file))) records.push(bytes);
      records.end();
    }
    return reader.labelled(options.columns);
  }
  const reader = format === "csv" ? createCsvReader(options) : createLibsvmReader({ ...options, labels: "required" });
  for (const file of files)
    for (const { bytes, place } of linePieces(join(folder, file), { channel, file })) reader.read(bytes, place);
  if (!("separator" in reader)) return reader.labelled(options.columns);
  if (reader.rows() > 0) options.log(`INFO: Determined delimiter of CSV input is '${reader.separator()}'`);
  if (options.weightsInCsv && reader.columns() === 1) {
    const problem = "csv_weights is 1 and rows have one value; the second must be the weight.";
    throw new DataError({ channel, file: files[0]! }, problem);
  }
  return reader.labelled({ weighted: options.weightsInCsv && reader.rows() > 0 });
}

function checkWidth({ features, placeOf }: LabelledData, columns: number): void {
  if (features.columns !== columns)
    throw new DataError(
      placeOf(0),
      `rows have ${features.columns} features, those of channel train have ${columns}; both must have the same.`,
    );
}

function channelFormat({ name, contentType, isPiped }: Channel, formats: InputFormats): DataFormat {
  const found = contentType ? dataFormat(contentType) : { format: formats.channelDefault, parameters: {} };
  if (!found || !formats.read.includes(found.format))
    throw new ClientError(
      `Channel ${name}: ${contentType} is not an accepted ContentType; give one of ${contentTypesOf(formats.read)}.`,
    );
  if (isPiped && !formats.piped.includes(found.format)) {
    const types = formats.piped.length > 0 ? `data of ${contentTypesOf(formats.piped)}` : "no data";
    throw new ClientError(
      `Channel ${name}: the image reads ${types} in mode Pipe, and the channel has ${contentType ?? contentTypesOf([found.format])}; use File or FastFile.`,
    );
  }
  const { label_size: labelSize = "1" } = found.parameters;
  if (found.format === "csv" && labelSize !== "1")
    throw new ClientError(`Channel ${name}: label_size is ${labelSize}; the label is the first column, so give 1.`);
  return found.format;
}

/** Returns the paths below the folder, nested ones included, sorted; names that begin with "." or "_" are not data. */
function dataFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && !/^[._]/.test(basename(entry.name)))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}
