import { closeSync, fstatSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { readThrift, type ThriftList, type ThriftStruct, type ThriftValue, writeThrift } from "./thrift-compact.ts";

/** Fields of Parquet's metadata, as its definition in Thrift numbers them. */
const file = { schema: 2, rows: 3, groups: 4, orders: 7 };
const element = { children: 5 };
const group = { columns: 1, bytes: 2, rows: 3, offset: 5, compressed: 6 };
const chunk = { offset: 2, metadata: 3, offsetIndex: 4, columnIndex: 6 };
const column = { data: 9, index: 10, dictionary: 11, bloom: 14 };

const mark = "PAR1";
/** The length of the metadata, and the mark. */
const endBytes = 8;
const copiedBytes = 1024 ** 2;

interface Part {
  readonly path: string;
  /** The pages of its columns are before it. */
  readonly end: number;
  readonly metadata: ThriftStruct;
}

/**
 * Makes one Parquet file of several that have the same number of rows: their columns, in the order of the files. The columns' pages are
 * copied as they are, and each file is removed once it is, so the disk holds little more than the result.
 * @throws Error when the files have not the same numbers of rows in their row groups
 */
export function joinColumns(paths: readonly string[], target: string): void {
  const parts = paths.map(readPart);
  const rows = (part: Part) =>
    listOf(part.metadata, file.groups).map((one) => numberOf(one as ThriftStruct, group.rows));
  const wanted = String(rows(parts[0]!));
  const other = parts.find((part) => String(rows(part)) !== wanted);
  if (other) throw new Error(`${other.path} has row groups of ${rows(other)} rows, and ${paths[0]} of ${wanted}.`);
  const descriptor = openSync(target, "w");
  try {
    writeSync(descriptor, mark);
    let at = mark.length;
    const moved: ThriftStruct[] = [];
    for (const part of parts) {
      const by = at - mark.length;
      moved.push(shifted(part.metadata, by));
      at += copyPages(part, descriptor);
      rmSync(part.path);
    }
    const metadata = writeThrift(together(moved));
    const end = Buffer.alloc(endBytes);
    end.writeUInt32LE(metadata.length);
    end.write(mark, 4);
    for (const bytes of [metadata, end]) writeWhole(descriptor, bytes);
  } finally {
    closeSync(descriptor);
  }
}

function readPart(path: string): Part {
  const descriptor = openSync(path, "r");
  try {
    const { size } = fstatSync(descriptor);
    const end = Buffer.alloc(endBytes);
    readSync(descriptor, end, 0, endBytes, size - endBytes);
    if (size < endBytes + mark.length || end.toString("latin1", 4) !== mark)
      throw new Error(`${path} is no Parquet file.`);
    const bytes = Buffer.alloc(end.readUInt32LE());
    const start = size - endBytes - bytes.length;
    readSync(descriptor, bytes, 0, bytes.length, start);
    return { path, end: start, metadata: readThrift(bytes) };
  } finally {
    closeSync(descriptor);
  }
}

/** Copies what is between the mark and the metadata. Returns how many bytes that were. */
function copyPages({ end, path }: Part, target: number): number {
  const descriptor = openSync(path, "r");
  try {
    const piece = Buffer.alloc(copiedBytes);
    for (let at = mark.length; at < end; ) {
      const length = readSync(descriptor, piece, 0, Math.min(piece.length, end - at), at);
      if (length === 0) throw new Error(`${path} breaks off before its end.`);
      writeWhole(target, piece.subarray(0, length));
      at += length;
    }
    return end - mark.length;
  } finally {
    closeSync(descriptor);
  }
}

function writeWhole(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
}

const listOf = (struct: ThriftStruct, id: number): readonly ThriftValue[] =>
  (struct.get(id)?.value as ThriftList | undefined)?.items ?? [];
const numberOf = (struct: ThriftStruct, id: number): bigint => (struct.get(id)?.value as bigint | undefined) ?? 0n;

/** The struct with other values of fields that it has. */
function having(struct: ThriftStruct, values: Readonly<Record<number, ThriftValue>>): ThriftStruct {
  const changed = new Map(struct);
  for (const [id, value] of Object.entries(values)) {
    const field = struct.get(Number(id));
    if (field) changed.set(Number(id), { ...field, value });
  }
  return changed;
}

function withItems(struct: ThriftStruct, id: number, items: readonly ThriftValue[]): ThriftValue {
  return { ...(struct.get(id)!.value as ThriftList), items };
}

/** The metadata of a file whose pages lie so many bytes further on. */
function shifted(metadata: ThriftStruct, by: number): ThriftStruct {
  // Zero stands for a place that is not told.
  const further = (place: bigint) => (place === 0n ? place : place + BigInt(by));
  const moved = (struct: ThriftStruct, ids: readonly number[]) =>
    having(struct, Object.fromEntries(ids.map((id) => [id, further(numberOf(struct, id))])));
  const groups = listOf(metadata, file.groups).map((one) => {
    const columns = listOf(one as ThriftStruct, group.columns).map((each) => {
      const whole = moved(each as ThriftStruct, [chunk.offset, chunk.offsetIndex, chunk.columnIndex]);
      const inner = whole.get(chunk.metadata)!.value as ThriftStruct;
      const offsets = [column.data, column.index, column.dictionary, column.bloom];
      return having(whole, { [chunk.metadata]: moved(inner, offsets) });
    });
    const outer = moved(one as ThriftStruct, [group.offset]);
    return having(outer, { [group.columns]: withItems(outer, group.columns, columns) });
  });
  return having(metadata, { [file.groups]: withItems(metadata, file.groups, groups) });
}

/** The metadata of all columns. */
function together(all: readonly ThriftStruct[]): ThriftStruct {
  const first = all[0]!;
  const roots = all.map((one) => listOf(one, file.schema)[0] as ThriftStruct);
  const sum = (structs: readonly ThriftStruct[], id: number) =>
    structs.reduce((total, one) => total + numberOf(one, id), 0n);
  const root = having(roots[0]!, { [element.children]: sum(roots, element.children) });
  const schema = [root, ...all.flatMap((one) => listOf(one, file.schema).slice(1))];
  const groups = listOf(first, file.groups).map((one, index) => {
    const same = all.map((metadata) => listOf(metadata, file.groups)[index] as ThriftStruct);
    const columns = same.flatMap((each) => listOf(each, group.columns));
    return having(one as ThriftStruct, {
      [group.columns]: withItems(one as ThriftStruct, group.columns, columns),
      [group.bytes]: sum(same, group.bytes),
      [group.compressed]: sum(same, group.compressed),
    });
  });
  return having(first, {
    [file.schema]: withItems(first, file.schema, schema),
    [file.groups]: withItems(first, file.groups, groups),
    ...(first.has(file.orders) && {
      [file.orders]: withItems(
        first,
        file.orders,
        all.flatMap((one) => listOf(one, file.orders)),
      ),
    }),
  });
}
