import { gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { filesSource, flowNode, rowsOfFlow } from "./flow-rows.fixture.ts";

const csv = (context: object, files: Readonly<Record<string, string | Uint8Array>>) =>
  rowsOfFlow([filesSource("s", context)], files);
const utf16be = (text: string) => Buffer.from(`\ufeff${text}`, "utf16le").swap16();

describe("a source of CSV", () => {
  it.each<readonly [string, object, string | Uint8Array, readonly string[], readonly unknown[][]]>([
    ["with the names in the first line", {}, "a,b\n1,x\n", ["a", "b"], [["1", "x"]]],
    ["without names", { s3HasHeader: false }, "1,x\n", ["_c0", "_c1"], [["1", "x"]]],
    ["with another delimiter", { s3FieldDelimiter: ";" }, "a;b\n1,5;x\n", ["a", "b"], [["1,5", "x"]]],
    ["with tabs", { s3FieldDelimiter: "\t" }, "a\tb\n1\tx\n", ["a", "b"], [["1", "x"]]],
    ["with lines before the header", { s3SkipLines: 2 }, "made by\nsomebody\na,b\n1,x\n", ["a", "b"], [["1", "x"]]],
    ["with quotes", {}, 'a,"b ""c"""\n"1,2","x ""y"""\n', ["a", 'b "c"'], [["1,2", 'x "y"']]],
    [
      "with values over several lines",
      {},
      'a,b\n"x\ny",1\nz,2\n',
      ["a", "b"],
      [
        ["x\ny", "1"],
        ["z", "2"],
      ],
    ],
    ["with lines that end as Windows has it", {}, 'a,b\r\n"x\r\ny",1\r\n', ["a", "b"], [["x\r\ny", "1"]]],
    [
      "with lines of too few values and of too many",
      {},
      "a,b\n1\n1,2,3\n,\n",
      ["a", "b"],
      [
        ["1", null],
        ["1", "2"],
        [null, null],
      ],
    ],
    ["with a mark of its encoding", {}, "\ufeffa,b\n1,ü\n", ["a", "b"], [["1", "ü"]]],
    [
      "in Latin-1",
      { s3CsvEncodingType: "ISO_8859_1" },
      Buffer.from("a,b\n1,caf\u00e9\n", "latin1"),
      ["a", "b"],
      [["1", "café"]],
    ],
    [
      "in UTF-16",
      { s3CsvEncodingType: "UTF_16" },
      Buffer.from("\ufeffa,b\n1,日本\n", "utf16le"),
      ["a", "b"],
      [["1", "日本"]],
    ],
    [
      "in UTF-16, the other way round",
      { s3CsvEncodingType: "UTF_16" },
      utf16be("a,b\n1,日本\n"),
      ["a", "b"],
      [["1", "日本"]],
    ],
    [
      "in Windows-1252",
      { s3CsvEncodingType: "windows-1252" },
      Buffer.from("a,b\n1,\x80\n", "latin1"),
      ["a", "b"],
      [["1", "€"]],
    ],
    [
      "in Shift JIS",
      { s3CsvEncodingType: "SHIFT_JIS" },
      Buffer.from("612c620a312c93fa967b0a", "hex"),
      ["a", "b"],
      [["1", "日本"]],
    ],
    ["with a value of 3 MB", {}, `a,b\n${"x".repeat(3_000_000)},2\n`, ["a", "b"], [["x".repeat(3_000_000), "2"]]],
    ["with a name of 70 KB", {}, `${"n".repeat(70_000)},b\n1,2\n`, ["n".repeat(70_000), "b"], [["1", "2"]]],
    ["without an end of its last line", {}, "a,b\n1,2", ["a", "b"], [["1", "2"]]],
    ["without rows", {}, "a,b\n", ["a", "b"], []],
  ])("%s", async (_, context, body, columns, rows) => {
    expect(await csv(context, { "s/rows.csv": body })).toEqual({ columns, rows });
  });

  it("may be of several files, compressed in two ways and not, one of them empty", async () => {
    const files = {
      "s/0.csv": "",
      "s/1.csv": "a,b\n1,x\n",
      "s/2.csv.gz": gzipSync("a,b\n2,y\n"),
      "s/3.csv.zst": zstdCompressSync("a,b\n3,z\n"),
      "s/_SUCCESS": "",
    };
    expect((await csv({}, files)).rows).toEqual([
      ["1", "x"],
      ["2", "y"],
      ["3", "z"],
    ]);
  });

  it("says the file of each row, also where it is written anew in UTF-8", async () => {
    const context = { s3AddsFilenameColumn: true, s3DirIncludesNested: true };
    const rows = (await csv(context, { "s/a.csv": "n\n1\n", "s/deep/b.csv": "n\n2\n" })).rows;
    expect(rows).toEqual([
      ["1", "a.csv"],
      ["2", "deep/b.csv"],
    ]);
    const files = { "s/a.csv": Buffer.from("n\n1\n", "utf16le"), "s/deep/b.csv": Buffer.from("n\n2\n", "utf16le") };
    expect((await csv({ ...context, s3CsvEncodingType: "UTF_16LE" }, files)).rows).toEqual(rows);
  });

  it("reads folders below it where that is asked for", async () => {
    const files = { "s/a.csv": "n\n1\n", "s/deep/er/b.csv": "n\n2\n" };
    expect((await csv({}, files)).rows).toEqual([["1"]]);
    expect((await csv({ s3DirIncludesNested: true }, files)).rows).toEqual([["1"], ["2"]]);
  });

  it.each<readonly [string, object, Readonly<Record<string, string | Uint8Array>>, RegExp]>([
    [
      "another encoding far down",
      {},
      {
        "s/r.csv": Buffer.concat([Buffer.from(`a,b\n${"1,2\n".repeat(50_000)}`), Buffer.from("caf\xe9,2\n", "latin1")]),
      },
      /^In node s, s3_source: r\.csv, line 50002, is not encoded in utf-8. Name its encoding in the source, s3CsvEncodingType/,
    ],
    [
      "half a character of UTF-16",
      { s3CsvEncodingType: "UTF_16" },
      { "s/r.csv": Buffer.from("\ufeffa\n1\n", "utf16le").subarray(0, 7) },
      /The file r\.csv is not encoded in utf-16/,
    ],
    [
      "an encoding that is not known",
      { s3CsvEncodingType: "KLINGON" },
      { "s/r.csv": "a\n" },
      /The encoding "KLINGON" is not read; give one of UTF_8,/,
    ],
    [
      "lines that cannot be skipped",
      { s3SkipLines: -1 },
      { "s/r.csv": "a\n" },
      /s3SkipLines is -1; give how many lines/,
    ],
    [
      "a delimiter of two characters",
      { s3FieldDelimiter: "||" },
      { "s/r.csv": "a\n" },
      /The delimiter "\|\|" is not one character/,
    ],
    [
      "files whose columns differ",
      {},
      { "s/1.csv": "a,b\n1,2\n", "s/2.csv": "b,a\n1,2\n" },
      /Column 1 is "a" in 1\.csv and "b" in 2\.csv/,
    ],
    [
      "a file that has a column more",
      {},
      { "s/1.csv": "a\n1\n", "s/2.csv": "a,b\n1,2\n" },
      /Column 2 is no column in 1\.csv and "b" in 2\.csv/,
    ],
    [
      "gzip under another name",
      {},
      { "s/r.csv": gzipSync("a\n1\n") },
      /r\.csv is compressed with gzip, and its name does not end with \.gz/,
    ],
    ["bzip2", {}, { "s/r.csv.bz2": Buffer.from("BZh91AY&SY") }, /compressed with bzip2, which is not read/],
    [
      "what is named as compressed, and is not",
      {},
      { "s/r.csv.gz": "a\n1\n" },
      /named as one that is compressed with gzip, and is not/,
    ],
    [
      "two columns of one name",
      {},
      { "s/r.csv": "a,A\n1,2\n" },
      /r\.csv has two columns that differ in case alone, "a" and "A"/,
    ],
    [
      "a column without a name",
      {},
      { "s/r.csv": "a,\n1,2\n" },
      /Column 2 of r\.csv has no name. Give it one in the file/,
    ],
    [
      "1,001 columns",
      {},
      { "s/r.csv": `${Array.from({ length: 1_001 }, (_, at) => `c${at}`).join(",")}\n` },
      /has 1001 columns; at most 1000 are imported, and "c1000" is the first that is too many/,
    ],
    [
      "an empty folder",
      {},
      { "s/deep/er/r.csv": "a\n", "s/deep2/r.csv": "a\n" },
      /has no file: there is none directly below s3:\/\/b\/s\/\..*"s3DirIncludesNested" is true/,
    ],
  ])("refuses %s, with the node, the value and what to do", async (_, context, files, message) => {
    await expect(csv(context, files)).rejects.toThrow(message);
  });

  it("takes 1,000 columns", async () => {
    const names = Array.from({ length: 1_000 }, (_, at) => `c${at}`).join(",");
    const { columns, rows } = await csv({}, { "s/r.csv": `${names}\n${names}\n` });
    expect([columns.length, rows[0]![999]]).toEqual([1_000, "c999"]);
  });
});

describe("a path with parameters", () => {
  const files = {
    "s/2026-01-01/a.csv": "n\n1\n",
    "s/2026-01-02/b.csv": "n\n2\n",
    "s/2026-01-03/c.csv": "n\n3\n",
    "s/2026-13-40/d.csv": "n\n4\n",
  };
  const read = async (uri: string, parameters: object[], options: object = {}) => {
    const all = { parameters, key: "data/", now: Date.UTC(2026, 0, 3, 12), ...options };
    return (await rowsOfFlow([filesSource("s", { s3Uri: uri })], files, all)).rows.flat().join(" ");
  };
  const day = { name: "day", type: "datetime", format: "yyyy-MM-dd", value: "24 hours" };

  it("reads the times before the job starts, those between two times, and those that a pattern fits", async () => {
    expect(await read("s3://b/data/{{day}}/", [day])).toBe("2 3");
    expect(await read("s3://b/data/{{day}}/", [{ ...day, format: "%Y-%m-%d" }])).toBe("2 3");
    expect(await read("s3://b/data/{{day}}/", [{ ...day, value: { start: "2026-01-01", end: "2026-01-02" } }])).toBe(
      "1 2",
    );
    expect(await read("s3://b/data/{{day}}/", [day], { overrides: { day: "/2026-01-01" } })).toBe("1");
    const two = [day, { name: "file", type: "Pattern", value: "(?P<name>[ac])" }];
    expect(await read("s3://b/data/{{day}}/{{file}}.csv", two, { overrides: { day: "1 years" } })).toBe("1 3");
    const month = [
      { name: "year", type: "Number", value: 2026 },
      { name: "rest", type: "Pattern", value: "01-0[13]" },
    ];
    expect(await read("s3://b/data/{{year}}-{{rest}}/", month)).toBe("1 3");
  });

  it.each<readonly [string, object, RegExp]>([
    [
      "s3://b/data/{{day}}/",
      { ...day, value: "yesterday" },
      /In node s, s3_source: The datetime day is "yesterday"; give how long before now/,
    ],
    ["s3://b/data/{{day}}/", { ...day, format: "EEE" }, /The datetime day has the format "EEE"; give one of yyyy/],
    [
      "s3://b/data/{{day}}/",
      { ...day, type: "Pattern", value: "[" },
      /The pattern day is "\[", which is no regular expression/,
    ],
    ["s3://{{day}}/data/", day, /The datetime day is in the name of the bucket/],
    [
      "s3://b/data/{{day}}/",
      { ...day, value: "1999-01-01/1999-02-01" },
      /no key below s3:\/\/b\/data\/ fits the parameters/,
    ],
  ])("%s with %j is refused", async (uri, parameter, message) => {
    await expect(read(uri, [parameter])).rejects.toThrow(message);
  });
});

describe("a source of JSON", () => {
  it("has nested values, and keys that not all objects have", async () => {
    const lines = '{"a":1,"b":{"c":["x","y"]}}\n{"a":2.5,"d":null}\n';
    const { columns, rows } = await rowsOfFlow([filesSource("s", { s3ContentType: "jsonl" })], { "s/r.jsonl": lines });
    expect(columns).toEqual(["a", "b", "d"]);
    expect(rows[0]!.slice(0, 1)).toEqual([1]);
    expect(rows[1]).toEqual([2.5, null, null]);
    const gzip = { "s/r.json.gz": gzipSync('[{"a":1},{"a":2}]') };
    expect((await rowsOfFlow([filesSource("s", { s3ContentType: "json" })], gzip)).rows).toEqual([[1], [2]]);
  });

  it("takes values of several types as text", async () => {
    const lines = { "s/r.jsonl": '{"a":1}\n{"a":"x"}\n{"a":true}\n' };
    expect((await rowsOfFlow([filesSource("s", { s3ContentType: "jsonl" })], lines)).rows).toEqual([
      ["1"],
      ["x"],
      ["true"],
    ]);
  });

  it("refuses what is no JSON with its line", async () => {
    const lines = { "s/r.jsonl": '{"a":1}\n{"a":\n' };
    await expect(rowsOfFlow([filesSource("s", { s3ContentType: "jsonl" })], lines)).rejects.toThrow(
      /In node s, s3_source: .*r\.jsonl/,
    );
  });
});

describe("a sample of a source", () => {
  const rows = Array.from({ length: 200 }, (_, at) => `${at},${at % 4 === 0 ? "rare" : "often"}`).join("\n");
  const fitted = (sampling: object) => {
    const source = { ...filesSource("s", {}), outputs: [{ name: "default", sampling }] };
    const cast = flowNode("t", "TRANSFORM", "spark.infer_and_cast_type", {}, "s");
    const encode = flowNode(
      "e",
      "TRANSFORM",
      "spark.encode_categorical",
      {
        operator: "Ordinal encode",
        ordinal_encode_parameters: { input_column: "k", invalid_handling_strategy: "Error" },
      },
      "t",
    );
    return rowsOfFlow([source, cast, encode], { "s/r.csv": `n,k\n${rows}\n` });
  };

  it.each([
    { sampling_method: "sample_by_limit", limit_rows: 10 },
    { sampling_method: "sample_by_count", sample_size: 50 },
    { sampling_method: "sample_by_stratification", sample_size: 40, stratify_column: "k" },
  ])("%j is what steps learn from, and all rows are done", async (sampling) => {
    const done = await fitted(sampling);
    expect(done.rows).toHaveLength(200);
    expect(done.rows.slice(0, 2)).toEqual([
      [0, 1],
      [1, 0],
    ]);
  });

  it("names the column that it has not", async () => {
    const wrong = { sampling_method: "sample_by_stratification", sample_size: 4, stratify_column: "kk" };
    await expect(fitted(wrong)).rejects.toThrow(/In node s, s3_source: There is no column "kk"; was "k" meant\?/);
  });
});

describe("bad input", () => {
  const source = (id: string) => filesSource(id, {});
  const types = (id: string, input: string) => flowNode(id, "TRANSFORM", "spark.infer_and_cast_type", {}, input);
  const files = { "l/r.csv": "id,t\n1,x\n2,y\n", "r/r.csv": "id,u\na,x\nb,y\n" };

  it("of mixed types: what is no number becomes null where most are", async () => {
    const body = { "l/r.csv": `id\n${"1\n".repeat(9)}x\n` };
    const { rows } = await rowsOfFlow([source("l"), types("t", "l")], body);
    expect(rows.flat()).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, null]);
  });

  it("refuses a formula with a typo by its node, the name and what was meant", async () => {
    const formula = (text: string) =>
      rowsOfFlow(
        [
          source("l"),
          types("t", "l"),
          flowNode("f", "TRANSFORM", "spark.custom_formula", { output_column: "o", formula: text }, "t"),
        ],
        files,
      );
    await expect(formula("idd + 1")).rejects.toThrow(/In node f, custom_formula: .*idd.*id/);
    await expect(formula("uper(t)")).rejects.toThrow(/In node f, custom_formula: .*uper.*upper/);
    await expect(formula("id + ")).rejects.toThrow(/In node f, custom_formula: /);
  });

  it("refuses a join on columns of different types by both names and types", async () => {
    const join = flowNode(
      "j",
      "TRANSFORM",
      "spark.join_tables",
      { left_column: "id", right_column: "id", join_type: "inner" },
      "lt",
      "rt",
    );
    const nodes = [source("l"), source("r"), types("lt", "l"), types("rt", "r"), join];
    await expect(rowsOfFlow(nodes, files)).rejects.toThrow(/In node j, join_tables: .*id.*long.*id.*(text|string)/);
  });
});
