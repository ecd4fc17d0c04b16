import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createCsvReader } from "./csv.ts";
import { createLibsvmReader } from "./libsvm.ts";
import { notANumber, parseFloatBytes } from "./parse-float.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const parse = (text: string) => parseFloatBytes(bytes(text), 0, bytes(text).length);

describe("parseFloatBytes", () => {
  it("reads what Number reads, to the last bit", () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), fc.nat(20), (value, digits) => {
        for (const text of [String(value), value.toExponential(), value.toFixed(digits)])
          if (!text.includes("Infinity")) expect(parse(text)).toBe(Number(text));
      }),
      { seed: 3 },
    );
  });

  it.each<[string, number]>([
    ["", Number.NaN],
    [" \t", Number.NaN],
    ["NaN", Number.NaN],
    ["-nan", Number.NaN],
    [" 1.5\r", 1.5],
    ["+.5", 0.5],
    ["5.", 5],
    ["-0", -0],
    ["1e-400", 0],
    ["12345678901234567890123", 1.2345678901234568e22],
    ...["inf", "1e39", "0x10", "1,5", "1 2", ".", "-", "1e", "abc", "1_000"].map((text): [string, number] => [
      text,
      notANumber,
    ]),
  ])("%j -> %d", (text, value) => expect(parse(text)).toBe(value));
});

function csv(text: string, weighted = false) {
  const reader = createCsvReader();
  reader.read(bytes(text), { file: "train.csv", line: 1 });
  const { features, labels, weights } = reader.labelled({ weighted });
  return {
    rows: features.rows,
    columns: features.columns,
    features: [...features.values],
    labels: [...labels],
    weights: weights && [...weights],
  };
}

describe("csv", () => {
  it("takes labels and weights off the front, keeps missing values, passes over blank lines", () => {
    expect(csv("\uFEFF1,2,3\r\n\r\n0,,nan\n1,-1e2,.5")).toEqual({
      ...{ rows: 3, columns: 2, labels: [1, 0, 1], weights: undefined },
      features: [2, 3, Number.NaN, Number.NaN, -100, 0.5],
    });
    expect(csv("1,2,3\n0,4,5\n", true)).toMatchObject({
      columns: 1,
      features: [3, 5],
      labels: [1, 0],
      weights: [2, 4],
    });
    expect(csv("1;2\n0;3").features).toEqual([2, 3]);
    expect(csv("1|2.5|3\n0||4").features).toEqual([2.5, 3, Number.NaN, 4]);
    // The Sniffer would take "1" for the delimiter, and the container would read nothing.
    expect(csv("11|2.5|13\n1|-2|3").features).toEqual([2.5, 13, -2, 3]);
    expect(csv("1 2.5 3\r\n0 1 4\r\n").features).toEqual([2.5, 3, 1, 4]);
    expect(csv("1:2:3").features).toEqual([2, 3]);
    expect(csv("1~2~-3").features).toEqual([2, -3]);
    expect(csv("1\t\t2").features).toEqual([Number.NaN, 2]);
    expect(csv("")).toMatchObject({ rows: 0 });
  });

  it("counts lines over pieces of a file", () => {
    const reader = createCsvReader();
    reader.read(bytes("1,2\n0,3\n"), { file: "a", line: 1 });
    expect(() => reader.read(bytes("1,4\n1,x\n"), { file: "a", line: 3 })).toThrow(
      'a, line 4: "x" in column 2 is not a number (fields are separated by ",").',
    );
  });

  it.each([
    ["1,2,3\n0,2\n", 'train.csv, line 2: the row has 2 values, the rows before it have 3: "0,2".'],
    ["1,2\n\n0,abc\n", 'train.csv, line 3: "abc" in column 2 is not a number (fields are separated by ",").'],
    ["1 2\n0 abc\n", 'train.csv, line 2: "abc" in column 2 is not a number (fields are separated by a blank).'],
    [
      "M|2\nB|3\n",
      'train.csv, line 1: "M" in column 1 is not a number (fields are separated by "|"). If the line is a header, give the data without it, as `tail -n +2 train.csv > train.csv.without-first-line` writes it to another file; if it is a row of data, write a number there, or nothing for a missing value.',
    ],
    // A number that cannot be read is no header.
    ["inf,1\n", '"inf" in column 1 is infinite, and only finite numbers are read (fields are separated by ",").'],
    ["-4e38,1\n", '"-4e38" in column 1 is beyond 3.4e38, the largest number that a 32-bit float holds (fields'],
    [
      '1,"2"\n',
      '"\\"2\\"" in column 2 has quotes around its number (fields are separated by ","). Write numbers without quotes, as `tr -d \'"\' < train.csv > train.csv.without-quotes` writes them to another file.',
    ],
    ["0x1f,1\n", '"0x1f" in column 1 is not written in decimal digits (fields'],
    // A comma is preferred to a semicolon, as the container prefers it.
    ["1,5;2,5\n", '"5;2" in column 2 is not a number (fields are separated by ",")'],
    [
      "1 0:2 1:3\n",
      'train.csv, line 1: "1 0:2 1:3" is not a row of numbers; it looks like libsvm. Set the ContentType to text/libsvm.',
    ],
  ])("refuses %j", (text, message) => expect(() => csv(text)).toThrow(message));
});

function libsvm(text: string, labels: "required" | "optional" = "required", columns?: number) {
  const reader = createLibsvmReader({ labels });
  reader.read(bytes(text), { file: "train", line: 1 });
  const data = reader.labelled(columns);
  return {
    columns: data.features.columns,
    features: [...data.features.values],
    labels: [...data.labels],
    weights: data.weights && [...data.weights],
  };
}

describe("libsvm", () => {
  const gap = Number.NaN;

  it("reads rows, weights and comments; an index that is not named is missing", () => {
    expect(libsvm("1 0:2 2:-1.5 # note\n-1\n\n0:3 1:4\r\n")).toEqual({
      ...{ columns: 3, labels: [1, -1, 0], weights: [1, 1, 3] },
      features: [2, gap, -1.5, gap, gap, gap, gap, 4, gap],
    });
    expect(libsvm("1:2 0:1\n0 0:5\n").weights).toEqual([2, 1]);
    expect(libsvm("0:1 1:2", "optional")).toMatchObject({ features: [1, 2], labels: [0] });
    expect(libsvm("1 0:1", "required", 3).features).toEqual([1, gap, gap]);
  });

  it.each([
    ["a 0:1\n", 'train, line 1: the label "a" is not a number.'],
    [
      "1,2,3\n",
      'train, line 1: the label "1,2,3" is not a number. The line looks like CSV: set the ContentType to text/csv.',
    ],
    ["a:2 0:1\n", 'train, line 1: the label "a" is not a number.'],
    ["1:x 0:1\n", 'train, line 1: the weight in "1:x" is not a number.'],
    ["1:inf 0:1\n", 'the weight in "1:inf" is infinite, and only finite numbers are read.'],
    [
      "1 0:1\n1 x:1\n",
      'train, line 2: "x:1" has an index that is not a number; an index is a whole number from 0 to 2147483646, in digits.',
    ],
    ["1 -5:1\n", '"-5:1" has a negative index; an index is a whole number from 0 to 2147483646, in digits.'],
    ["1 +5:1\n", '"+5:1" has a sign before its index; an'],
    ["1 1.5:1\n", '"1.5:1" has an index that is not written as a whole number; an'],
    ["1 1e3:1\n", '"1e3:1" has an index that is not written as a whole number; an'],
    ["1 :1\n", '":1" has no index before its colon; an'],
    ["1 qid:3 1:1\n", '"qid:3" names a group of rows, which ranking takes and no objective that is built here; an'],
    ["1 0:1e39\n", '"0:1e39" has a value that is beyond 3.4e38, the largest number that a 32-bit float holds.'],
    ["1 0:z\n", 'train, line 1: "0:z" has a value that is not a number.'],
    ["1 7\n", 'train, line 1: "7" is not of the form index:value.'],
    ["1 99999999999:1\n", 'train, line 1: "99999999999:1" has an index that is too large; an'],
    [
      "1 2147483646:1\n",
      "train: it has 1 row and 2147483647 columns (its largest index is 2147483646): as a table that takes about 94 GiB, and there are 4.0 GiB. Nothing was read into it. Give less data, or an instance type with more memory.",
    ],
  ])("refuses %j", (text, message) => expect(() => libsvm(text)).toThrow(message));
});

describe("a table that does not fit", () => {
  it("is refused by its rows and columns, before it is made", () => {
    const mostBytes = 7 * 1024 * 100 + 40 * 100;
    const rows = (count: number) => bytes(`${Array.from({ length: 100 }, () => 1).join(",")}\n`.repeat(count));
    const reader = createCsvReader({ mostBytes });
    reader.read(rows(1024), { channel: "train", file: "a.csv", line: 1 });
    expect(() => reader.read(rows(1), { channel: "train", file: "b.csv", line: 1 })).toThrow(
      /^Channel train: b\.csv: it has 1025 rows and 100 columns so far: as a table that takes about 0\.00067 GiB/,
    );
    const wide = createLibsvmReader({ labels: "optional", mostBytes });
    wide.read(bytes("1 3:1\n".repeat(1024)), { file: "payload", line: 1 });
    expect(wide.features(100).columns).toBe(100);
    expect(() => wide.features(101)).toThrow(/^payload: it has 1024 rows and 101 columns \(its largest index is 3\)/);
  });
});
