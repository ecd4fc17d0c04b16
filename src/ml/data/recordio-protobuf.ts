import { counted } from "../../base/counted.ts";
import { DataError, type DataSource } from "./data-error.ts";
import { growingArray } from "./growing-array.ts";
import type { LabelledData, Matrix } from "./matrix.ts";
import { delimitedField, type Field, fieldsOf, joined, ProtobufError, varintsOf } from "./protobuf.ts";
import { createRecordCutter, dividingBytes, type RecordCutter, recordHead, recordPadding } from "./recordio.ts";
import { rowPlaces } from "./row-places.ts";
import { createSparseRows } from "./sparse-rows.ts";

/**
 * application/x-recordio-protobuf: RecordIO, each record one `aialgs.data.Record`: a map of features and a map of labels,
 * whose entry "values" is a tensor. A tensor with keys is sparse: what it does not name is a missing value, as in libsvm.
 */
export interface RecordReader {
  /** Reads a whole file or payload. */
  read(bytes: Uint8Array, source: DataSource): void;
  /** Begins a file whose bytes come in pieces. */
  open(source: DataSource): RecordCutter;
  rows(): number;
  /** Values of a dense row; of sparse rows the largest of their shapes and keys. */
  columns(): number;
  features(columns?: number): Matrix;
  labelled(columns?: number): LabelledData;
}

const mostCells = 2 ** 29;
const decoder = new TextDecoder();
const encoder = new TextEncoder();

interface Tensor {
  readonly values: readonly number[];
  readonly keys: readonly number[];
  readonly shape: readonly number[];
}

export function createRecordReader(): RecordReader {
  const labels = growingArray((length) => new Float32Array(length));
  const sparse = createSparseRows();
  const places = rowPlaces();
  let columns = 0;
  let denseWidth: number | undefined;
  let firstUnlabelled: number | undefined;

  const addRow = (features: Tensor, label: number | undefined, refuse: (problem: string) => never) => {
    const isSparse = features.keys.length > 0 || features.shape.length > 0;
    if (isSparse && features.keys.length !== features.values.length)
      refuse(`has ${features.values.length} values and ${features.keys.length} keys.`);
    const width = isSparse
      ? features.keys.reduce((most, key) => Math.max(most, key + 1), features.shape[0] ?? 0)
      : features.values.length;
    if (!isSparse) {
      denseWidth ??= width;
      if (width !== denseWidth) refuse(`has ${width} values, the records before it have ${denseWidth}.`);
    }
    for (const [at, value] of features.values.entries()) {
      const index = isSparse ? features.keys[at]! : at;
      if (!(index >= 0 && index < 2 ** 31 - 1)) refuse(`has the key ${index}.`);
      sparse.add(index, value);
    }
    if (label === undefined) firstUnlabelled ??= labels.length;
    labels.push(label ?? Number.NaN);
    sparse.endRow();
    columns = Math.max(columns, width);
  };

  const open = (source: DataSource): RecordCutter => {
    let record = 0;
    const refuse = (problem: string): never => {
      throw new DataError({ ...source, line: record, unit: "record" }, `it ${problem}`);
    };
    return createRecordCutter({
      begin: () => record++,
      refuse,
      take(parts) {
        try {
          const { features, label } = readParts(parts);
          if (!features) refuse("has no feature named values.");
          if (label && label.values.length !== 1) refuse(`has ${label.values.length} labels; give one.`);
          places.add(labels.length, { ...source, line: record, unit: "record" });
          addRow(features!, label?.values[0], refuse);
        } catch (error) {
          if (!(error instanceof ProtobufError)) throw error;
          refuse(`cannot be read as aialgs.data.Record: ${error.message}.`);
        }
      },
    });
  };

  const features = (wanted = columns): Matrix => {
    const width = Math.max(wanted, columns);
    const rows = labels.length;
    if (rows * width > mostCells)
      throw new DataError(
        undefined,
        `The data has ${counted(rows, "row")} and ${counted(width, "column")}; this version holds at most ${mostCells} values in a table.`,
      );
    return sparse.table(width);
  };

  return {
    read(bytes, source) {
      const cutter = open(source);
      cutter.push(bytes);
      cutter.end();
    },
    open,
    rows: () => labels.length,
    columns: () => columns,
    features,
    labelled(wanted) {
      if (firstUnlabelled !== undefined)
        throw new DataError(places.find(firstUnlabelled), "it has no label named values; training needs one.");
      return { features: features(wanted), labels: labels.take(), placeOf: places.find };
    },
  };
}

/**
 * AWS's reader joins the parts of a record as they are; MXNet's writer leaves out four bytes where it divides, and its
 * reader puts them in again.
 */
function readParts(parts: readonly Uint8Array[]): { features?: Tensor; label?: Tensor } {
  if (parts.length === 1) return readRecord(parts[0]!);
  try {
    return readRecord(joined(parts));
  } catch (error) {
    if (!(error instanceof ProtobufError)) throw error;
    return readRecord(joined(parts.flatMap((part, index) => (index === 0 ? [part] : [dividingBytes, part]))));
  }
}

function readRecord(record: Uint8Array): { features?: Tensor; label?: Tensor } {
  let [features, label]: (Tensor | undefined)[] = [];
  for (const field of fieldsOf(record)) {
    if (field.number !== 1 && field.number !== 2) continue;
    const tensor = readEntry(field);
    if (field.number === 1) features = tensor ?? features;
    else label = tensor ?? label;
  }
  return { ...(features ? { features } : {}), ...(label ? { label } : {}) };
}

/** Returns the tensor of a map's entry; undefined for another key than "values". */
function readEntry(entry: Field): Tensor | undefined {
  let key = "";
  let tensor: Tensor | undefined;
  for (const field of fieldsOf(entry.bytes)) {
    if (field.number === 1) key = decoder.decode(field.bytes);
    else if (field.number === 2) for (const kind of fieldsOf(field.bytes)) tensor = readTensor(kind) ?? tensor;
  }
  return key === "values" ? tensor : undefined;
}

/** float32_tensor is 2, float64_tensor 3, int32_tensor 7; each has values 1, keys 2 and shape 3, packed or one by one. */
function readTensor({ number, bytes }: Field): Tensor | undefined {
  const size = number === 2 ? 4 : number === 3 ? 8 : number === 7 ? 0 : undefined;
  if (size === undefined) return undefined;
  const tensor = { values: [] as number[], keys: [] as number[], shape: [] as number[] };
  for (const field of fieldsOf(bytes)) {
    const integers = () => (field.wire === 0 ? [field.value] : varintsOf(field.bytes));
    const into = { 1: tensor.values, 2: tensor.keys, 3: tensor.shape }[field.number];
    if (!into) continue;
    for (const value of field.number === 1 && size > 0 ? floats(field.bytes, size) : integers()) into.push(value);
  }
  return tensor;
}

function floats(bytes: Uint8Array, size: number): number[] {
  if (bytes.length % size) throw new ProtobufError("a list of numbers ends within a number");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / size }, (_, i) =>
    size === 4 ? view.getFloat32(4 * i, true) : view.getFloat64(8 * i, true),
  );
}

/** Rows as records: each entry of a row is a label of that name, a float32 tensor. */
export function writeRecords(rows: readonly Readonly<Record<string, readonly number[]>>[]): Uint8Array {
  return joined(rows.flatMap((row) => frameOf(joined(Object.entries(row).map(labelEntry)))));
}

function labelEntry([name, numbers]: readonly [string, readonly number[]]): Uint8Array {
  const packed = new Uint8Array(4 * numbers.length);
  const view = new DataView(packed.buffer);
  for (const [i, value] of numbers.entries()) view.setFloat32(4 * i, value, true);
  const value = delimitedField(2, delimitedField(2, delimitedField(1, packed)));
  return delimitedField(2, joined([delimitedField(1, encoder.encode(name)), value]));
}

const frameOf = (data: Uint8Array): Uint8Array[] => [recordHead(data.length), data, recordPadding(data.length)];
