import { describe, expect, it } from "vitest";
import { dividingBytes, recordHead, recordPadding } from "./recordio.ts";
import { createRecordReader, writeRecords } from "./recordio-protobuf.ts";

/** As the SageMaker SDK's sagemaker.amazon.common writes them. */
const written = {
  float32:
    "0a23d7ce2c0000000a160a0676616c756573120c120a0a080000c03f0000004012120a0676616c756573120812060a040000803f" +
    "0a23d7ce2c0000000a160a0676616c756573120c120a0a08000040400000c07f12120a0676616c756573120812060a0400000000",
  float64:
    "0a23d7ce380000000a1e0a0676616c75657312141a120a10000000000000f83f000000000000004012160a0676616c756573120c1a0a0a08000000000000f03f",
  int32: "0a23d7ce2c0000000a190a0676616c756573120f3a0d0a0b07feffffffffffffffff01120f0a0676616c75657312053a030a0101",
  sparse:
    "0a23d7ce330000000a1d0a0676616c756573121312110a080000004000008040120201031a010412120a0676616c756573120812060a040000803f00" +
    "0a23d7ce2e0000000a180a0676616c756573120e120c0a040000a0401201001a010412120a0676616c756573120812060a04000000000000",
  unlabelled: "0a23d7ce180000000a160a0676616c756573120c120a0a080000a0400000c040",
};
const bytesOf = (hex: string) => Uint8Array.from(hex.match(/../g)!, (pair) => Number.parseInt(pair, 16));

function read(...hexes: string[]) {
  const reader = createRecordReader();
  for (const [i, hex] of hexes.entries()) reader.read(bytesOf(hex), { channel: "train", file: `part-${i}` });
  return reader;
}

const numbers = ({ values }: { values: Float32Array }) => [...values];
const none = Number.NaN;

describe("records", () => {
  it.each<[keyof typeof written, number, number[], number[]]>([
    ["float32", 2, [1.5, 2, 3, none], [1, 0]],
    ["float64", 2, [1.5, 2], [1]],
    ["int32", 2, [7, -2], [1]],
    ["sparse", 4, [none, 2, none, 4, 5, none, none, none], [1, 0]],
  ])("of %s", (name, columns, values, labels) => {
    const data = read(written[name]).labelled();
    expect(data.features).toMatchObject({ rows: labels.length, columns });
    expect(numbers(data.features)).toEqual(values);
    expect([...data.labels]).toEqual(labels);
  });

  it("of several files, without labels, in a wider table", () => {
    const reader = read(written.unlabelled, written.float64);
    expect([reader.rows(), reader.columns()]).toEqual([2, 2]);
    expect(numbers(reader.features(3))).toEqual([5, 6, none, 1.5, 2, none]);
    expect(() => reader.labelled()).toThrow(
      "Channel train: part-0, record 1: it has no label named values; training needs one.",
    );
  });

  it("in pieces of any size, and in parts of any size as AWS's and MXNet's writers divide them", () => {
    const whole = bytesOf(written.float32 + written.sparse);
    for (let size = 1; size < whole.length; size += 3) {
      const reader = createRecordReader();
      const file = reader.open({ file: "pipe" });
      for (let at = 0; at < whole.length; at += size) file.push(whole.subarray(at, at + size));
      file.end();
      expect(numbers(reader.features())).toEqual(numbers(read(written.float32, written.sparse).features()));
    }
    const data = bytesOf(written.float64).subarray(8);
    const part = (flag: number, bytes: Uint8Array) => {
      const head = recordHead(bytes.length);
      head[7]! |= flag << 5;
      return [...head, ...bytes, ...recordPadding(bytes.length)];
    };
    for (let at = 1; at < data.length - 8; at++) {
      const plain = [data.subarray(0, at), data.subarray(at, at + 5), data.subarray(at + 5)];
      const divided = [data.subarray(0, at), data.subarray(at + 4)];
      const hasMagic = Uint8Array.from(data);
      hasMagic.set(dividingBytes, at);
      for (const [parts, wanted] of [
        [plain, data],
        [divided, hasMagic],
      ] as const) {
        const flags = parts.length === 3 ? [1, 2, 3] : [1, 3];
        const expected = () => {
          const reader = createRecordReader();
          reader.read(Uint8Array.from([...recordHead(wanted.length), ...wanted]), { file: "whole" });
          return numbers(reader.features());
        };
        const given = () => {
          const reader = createRecordReader();
          reader.read(Uint8Array.from(parts.flatMap((bytes, index) => part(flags[index]!, bytes))), { file: "parts" });
          return numbers(reader.features());
        };
        // The magic number within a tag or a length makes another message, or none.
        let values: number[];
        try {
          values = expected();
        } catch {
          continue;
        }
        expect(given()).toEqual(values);
      }
    }
  });

  it("say where they stand", () => {
    const { placeOf } = read(written.float32, written.sparse).labelled();
    expect([placeOf(1), placeOf(2)]).toMatchObject([
      { file: "part-0", line: 2, unit: "record" },
      { file: "part-1", line: 1 },
    ]);
  });

  it.each<[string, string]>([
    ["31", "record 1: it ends within its head."],
    ["312c322c330a302c", "record 1: it does not begin with RecordIO's magic number 0xced7230a."],
    ["0a23d7ce10000000ffff", "record 1: it ends within its data."],
    ["0a23d7ce02000020ffff0000", "record 1: it ends before its last part."],
    ["0a23d7ce02000060ffff0000", "record 1: it is a later part of a record without a first one."],
    [`0a23d7ce02000020ffff0000${written.float32}`, "record 2: it begins before the one before it ends."],
    ["0a23d7ce020000a0ffff0000", "record 1: it has the flag 5; 0 to 3 are RecordIO's."],
    ["0a23d7ce02000000ffff0000", "record 1: it cannot be read as aialgs.data.Record: it ends within a number."],
    ["0a23d7ce0000000000000000", "record 1: it has no feature named values."],
    [
      `${written.unlabelled}0a23d7ce0e0000000a0c0a0676616c756573120212000000`,
      "record 2: it has 0 values, the records before it have 2.",
    ],
    ["0a23d7ce020000000a7f0000", "a field runs past the end of its message."],
  ])("%s are refused", (hex, message) => {
    expect(() => read(hex)).toThrow(message);
  });

  it("are written as they are read", () => {
    const records = writeRecords([{ values: [1.5, none] }, { values: [2, 3] }, {}]);
    // The reader takes features for the row: field 1 instead of 2, of the first byte after each head.
    expect([...records.subarray(0, 8)]).toEqual([0x0a, 0x23, 0xd7, 0xce, 0x18, 0, 0, 0]);
    for (const at of [8, 40]) records[at] = 0x0a;
    const reader = createRecordReader();
    reader.read(records.subarray(0, 64), { file: "payload" });
    expect(numbers(reader.features())).toEqual([1.5, none, 2, 3]);
    expect([...records.subarray(64)]).toEqual([0x0a, 0x23, 0xd7, 0xce, 0, 0, 0, 0]);
  });
});
