import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type EngineColumn,
  EngineFault,
  type EngineStatement,
  type EngineTable,
  type FileFormat,
  type OpenEngine,
  type SqlEngine,
} from "./port.ts";

const never = new AbortController().signal;
const text = { kind: "text", delimiter: ",", nullText: "\\N", elements: "|", keys: ":", skippedLines: 0 } as const;
const csv = { kind: "csv", separator: ",", quote: '"', escape: "\\", skippedLines: 0 } as const;
const json = { kind: "json", anyCase: true, ignoresMalformed: false, paths: {} } as const;

/** The tests of what every engine promises. Statements are in words that all SQL has. */
export function engineContract(engine: SqlEngine): void {
  describe(`${engine.name} keeps the engine contract`, () => {
    const root = mkdtempSync(join(tmpdir(), "engine-"));
    const [tables, output, spill] = ["tables", "output", "spill"].map((name) => join(root, name)) as [
      string,
      string,
      string,
    ];
    let open: OpenEngine;
    const limits = { memoryBytes: 256 * 1024 ** 2, spillBytes: 1024 ** 3, threads: 2 };
    const opened = (changes: object = {}) => engine.open({ ...limits, tables, output, spill, prelude: [], ...changes });

    beforeEach(async () => {
      for (const folder of [tables, output, spill]) mkdirSync(folder, { recursive: true });
      open = await opened();
    });
    afterEach(() => {
      open.close();
      for (const folder of [tables, output, spill]) rmSync(folder, { recursive: true, force: true });
    });
    afterAll(() => rmSync(root, { recursive: true, force: true }));

    const columns = (...all: readonly string[]): EngineColumn[] =>
      all.map((one) => ({ name: one.split(" ")[0]!, type: one.split(" ")[1]! }));

    function table(
      name: string,
      format: FileFormat,
      of: readonly EngineColumn[],
      files: Readonly<Record<string, string | Uint8Array>>,
      partitionKeys: readonly EngineColumn[] = [],
    ): EngineTable {
      for (const [path, body] of Object.entries(files)) {
        mkdirSync(dirname(join(tables, path)), { recursive: true });
        writeFileSync(join(tables, path), body);
      }
      const list = Object.entries(files).map(([path]) => ({
        ...{ path, uri: `s3://lake/${path}`, sizeBytes: statSync(join(tables, path)).size },
      }));
      return { name, format, columns: of, partitionKeys, files: list };
    }

    async function rows(statement: EngineStatement | string, of: OpenEngine = open): Promise<unknown[][]> {
      const asked = typeof statement === "string" ? { sql: statement, tables: [] } : statement;
      const { batches } = await of.rows(asked, never);
      const all: unknown[][] = [];
      for await (const batch of batches)
        for (let row = 0; row < batch.rowCount; row++) all.push(batch.columns.map((column) => column[row]));
      return all;
    }
    const fault = async (asked: Promise<unknown>): Promise<EngineFault> => {
      const error = await asked.then(
        () => undefined,
        (thrown) => thrown,
      );
      expect(error).toBeInstanceOf(EngineFault);
      return error;
    };

    it("gives the values of each type", async () => {
      const { columns: shown, batches } = await open.rows(
        {
          sql: `SELECT true, CAST(7 AS INTEGER), CAST(9007199254740993 AS BIGINT), CAST(0.5 AS DOUBLE),
                CAST(-1.05 AS DECIMAL(10,2)), 'ä', DATE '1970-01-02', TIMESTAMP '1970-01-01 00:00:01.5', NULL`,
          tables: [],
        },
        never,
      );
      expect(shown.map(({ type }) => type.kind)).toEqual(
        "boolean integer bigint double decimal string date timestamp".split(" ").concat(shown[8]!.type.kind),
      );
      for await (const { columns } of batches)
        expect(columns.map(([value]) => value)).toEqual([
          true,
          7,
          9007199254740993n,
          0.5,
          "-1.05",
          "ä",
          1,
          1_500_000n,
          null,
        ]);
    });

    it("gives many rows in batches, and only as they are read", async () => {
      const lines = Array.from({ length: 100_000 }, (_, index) => `${index}`).join("\n");
      const many = table("many", text, columns("n bigint"), { "many/a": lines });
      const { batches } = await open.rows({ sql: "SELECT n FROM many ORDER BY n", tables: [many] }, never);
      let [count, next] = [0, 0n];
      for await (const { rowCount, columns } of batches) {
        count++;
        expect(columns[0]![0]).toBe(next);
        next += BigInt(rowCount);
      }
      expect([count > 1, next]).toEqual([true, 100_000n]);
    });

    it("reads lines of values: nulls, what is no value, lists and pairs, compressed too", async () => {
      const of = columns("n int", "price double", "name string", "tags array<string>", "more map<string,int>");
      const first = "1,0.5,a b,x|y,k:1|l:2\n\\N,x,\\N,,\n1.5,1e3\n2,,c,d,k:z,left,out\n";
      const lists = table("t", text, of, { "t/a": first, "t/b.gz": gzipSync("9,9,z,q,\n"), "t/empty": "" });
      expect(await rows({ sql: "SELECT n, price, name, tags, more FROM t", tables: [lists] })).toEqual([
        [
          1,
          0.5,
          "a b",
          ["x", "y"],
          [
            ["k", 1],
            ["l", 2],
          ],
        ],
        [null, null, null, [], []],
        [1, 1000, null, null, null],
        [2, null, "c", ["d"], [["k", null]]],
        [9, 9, "z", ["q"], []],
      ]);
    });

    it("takes for a number or a moment only what Hive does, and loses no zone", async () => {
      const of = columns("i int", "d double", "n decimal(5,2)", "day date", "t timestamp");
      const lines = [
        ...[
          "1.9|1d|1.5|2020-01-01 10:00:00|2020-01-01 10:00:00.5",
          "1_0|1_0.5|1_0|2020/01/01|2020-01-01 10:00:00+02:00",
        ],
        ...["1e3|inf|1e2|2020-01-01T00:00:00|2020-01-01", "0x1|NaN| 1|20200101|2020-01-01 10:00:00 UTC"],
      ];
      const odd = table("t", { ...text, delimiter: "|" }, of, { "t/a": lines.join("\n") });
      const shown = "i, CAST(d AS VARCHAR), CAST(n AS VARCHAR), CAST(day AS VARCHAR), CAST(t AS VARCHAR)";
      expect(await rows({ sql: `SELECT ${shown} FROM t`, tables: [odd] })).toEqual([
        [1, "1.0", "1.50", "2020-01-01", "2020-01-01 10:00:00.5"],
        [null, null, null, null, null],
        [null, null, "100.00", null, null],
        [null, "nan", null, null, null],
      ]);
    });

    it("reads scalars of JSON: whole numbers cut off, moments in UTC or since 1970, short texts", async () => {
      const of = columns("i int", "b boolean", "t timestamp", "day date", "c varchar(3)", "l array<struct<n:bigint>>");
      const lines = [
        { i: 1.7, b: 1, t: "2020-01-01T10:00:00.123+02:00", day: 18262, c: "abcd", l: [{ n: 2.5 }] },
        { i: "-2", b: "TRUE", t: 1577836800, day: "2020-01-01", c: 12345, l: [{ n: "9007199254740993" }] },
        { i: 1e2, b: true, t: "1577836800123", day: "2020-01-01T23:00:00", c: null, l: null },
        { I: 3, t: "2020-01-01 10:00:00", l: [{ N: 4 }] },
      ];
      const said = lines.map((line) => JSON.stringify(line)).join("\n");
      const json = { kind: "json", anyCase: true, ignoresMalformed: false, paths: {} } as const;
      const scalars = table("t", json, of, { "t/a": said });
      const shown = "i, b, CAST(t AS VARCHAR), CAST(day AS VARCHAR), c, l[1].n";
      const wanted = [
        [1, false, "2020-01-01 08:00:00.123", "2020-01-01", "abc", 2n],
        [-2, true, "2020-01-01 00:00:00", "2020-01-01", "123", 9007199254740993n],
        [100, true, "2020-01-01 00:00:00.123", "2020-01-01", null, null],
        [3, null, "2020-01-01 10:00:00", null, null, 4n],
      ];
      expect(await rows({ sql: `SELECT ${shown} FROM t`, tables: [scalars] })).toEqual(wanted);
      const plain = table("p", json, of, { "p/a": said.split("\n").slice(0, 3).join("\n") });
      expect(await rows({ sql: `SELECT ${shown} FROM p`, tables: [plain] })).toEqual(wanted.slice(0, 3));
      const wrong = table("w", json, of, { "w/a": '{"i": 1}\n{"i": true}' });
      expect((await fault(rows({ sql: "SELECT i FROM w", tables: [wrong] }))).message).toBe(
        'HIVE_BAD_DATA: Error parsing column i as int: the value is "true" in s3://lake/w/a, line 2',
      );
    });

    it("writes lines that are read as they were", async () => {
      const of = columns("n int", "s string", "a array<string>", "m map<string,double>", "r struct<x:int,y:string>");
      const form = { delimiter: ",", escape: "\\", nullText: "", elements: "|", keys: ":" };
      const written = {
        ...{ format: "text", text: { ...form, header: true }, columns: of, compression: "none" },
        ...{ partitionedBy: [], name: "q" },
      };
      const values =
        "SELECT 1, 'a,b\\' || chr(10) || 'c', ['x', NULL], MAP {'k': 'inf'::DOUBLE}, {x: 1, y: 'z'} UNION ALL SELECT 2, NULL, [], NULL, NULL";
      expect(await open.write({ sql: values, tables: [] }, written as never, never)).toBe(2);
      const body = readFileSync(join(output, "q_0.txt"));
      open.close();
      open = await opened();
      const again = table("t", { kind: "text", ...form, skippedLines: 1 }, of, { "t/a": body });
      const sql = "SELECT n, s, a[1], len(a), CAST(m['k'] AS VARCHAR), r.y FROM t ORDER BY n";
      expect(await rows({ sql, tables: [again] })).toEqual([
        [1, "a,b\\\nc", "x", 2n, "inf", "z"],
        [2, null, null, null, null, null],
      ]);
    });

    it("fails of a line that is wrong, however far down it is, and says of which file", async () => {
      const lines = Buffer.concat([Buffer.from("1,2\n".repeat(60_000)), Buffer.from("caf\xe9,2\n", "latin1")]);
      const format = { kind: "delimited", delimiter: ",", encoding: "utf-8", skippedLines: 0 } as const;
      const wrong = table("wrong", format, columns("a string", "b string"), { "wrong/a.csv": lines });
      await rows({ sql: "SELECT 1", tables: [wrong] });
      const { kind, message } = await fault(rows("SELECT a FROM wrong"));
      expect([kind, message]).toEqual(["data", expect.stringMatching(/Line: 60001.*s3:\/\/lake\/wrong\/a\.csv/s)]);
    });

    it("fails of a value that is wrong, however far down it is", async () => {
      const lines = `${'{"n": 1}\n'.repeat(300_000)}{"n": 0}\n`;
      const json = { kind: "json", anyCase: true, ignoresMalformed: false, paths: {} } as const;
      const far = table("far", json, columns("n int"), { "far/a": lines });
      const sql = "SELECT CASE WHEN n = 0 THEN CAST('nothing' AS INTEGER) ELSE n END FROM far";
      expect((await fault(rows({ sql, tables: [far] }))).message).toMatch(/nothing/);
    });

    it("reads an empty line as a row, and takes what is escaped as it is", async () => {
      const of = columns("s string", "n int");
      const gaps = table("t", text, of, { "t/a": "\nx,1\r\n\n,\n", "t/empty": "" });
      expect(await rows({ sql: "SELECT s, n FROM t", tables: [gaps] })).toEqual([
        ["", null],
        ["x", 1],
        ["", null],
        ["", null],
      ]);
      const one = table("o", { ...text, skippedLines: 1 }, columns("n int"), { "o/a": "n\n1\n\n2" });
      expect(await rows({ sql: "SELECT n FROM o", tables: [one] })).toEqual([[1], [null], [2]]);
      const escaped = table("e", { ...text, escape: "\\" }, of, {
        "e/a": "a\\,b,1\nc\\\\,2\n\\N,3\nd\\ne\\\\n\\x,4\n",
      });
      expect(await rows({ sql: "SELECT s, n FROM e", tables: [escaped] })).toEqual([
        ["a,b", 1],
        ["c\\", 2],
        [null, 3],
        ["d\ne\\nx", 4],
      ]);
    });

    it("reads lines of quoted values, and says which is none of its column", async () => {
      const of = columns("n int", "name string");
      const quoted = table("t", { ...csv, skippedLines: 1 }, of, { "t/a": 'n,name\n"1","a, ""b"""\n2,\n' });
      expect(await rows({ sql: "SELECT n, name FROM t", tables: [quoted] })).toEqual([
        [1, 'a, "b"'],
        [2, ""],
      ]);
      const wrong = table("w", csv, of, { "w/a": '1,"a \\" b"\nx,b\n' });
      const { kind, message } = await fault(rows({ sql: "SELECT n FROM w", tables: [wrong] }));
      expect([kind, message]).toEqual([
        "data",
        'HIVE_BAD_DATA: Error parsing column n as int: the value is "x" in s3://lake/w/a, line 2',
      ]);
    });

    it("divides each line of quoted values by itself, as OpenCSVSerDe does", async () => {
      const lines: readonly (readonly [string, ...(string | null)[]])[] = [
        ["1,2,3", "1", "2", "3"],
        ["", null, null, null],
        ['"a, b","",x', "a, b", "", "x"],
        ['"say ""no""","it\\"s",c', 'say "no"', 'it"s', "c"],
        ["only", "only", null, null],
        ["a,b,c,d,e", "a", "b", "c"],
        // A quote that is not closed takes its value away, and no other line.
        ['x,"begins', "x", null, null],
        ['ends",y,z', null, null, null],
        ['"́e","","é́"', "́e", "", "é́"],
        ['x,  "after blanks",z', "x", "after blanks", "z"],
        ['x,in"the"middle,z', "x", 'in"the"middle', "z"],
        ['x,"a" b,z', "x", 'a" b', "z"],
        ["x,back\\slash,\\\\", "x", "backslash", ""],
        ["é,ü\u{1F600},ß", "é", "ü\u{1F600}", "ß"],
      ];
      const of = columns("a string", "b string", "c string");
      const read = (name: string, format: FileFormat, body: string) =>
        rows({ sql: `SELECT a, b, c FROM ${name}`, tables: [table(name, format, of, { [`${name}/a`]: body })] });
      const body = lines.map(([line]) => line).join("\n");
      const expected = lines.map(([, ...values]) => values);
      expect(await read("unix", csv, `${body}\n`)).toEqual(expected);
      expect(await read("dos", { ...csv, skippedLines: 1 }, `"a","b"\r\n${body.replaceAll("\n", "\r\n")}`)).toEqual(
        expected,
      );
      expect(await read("none", { ...csv, quote: "", escape: "" }, 'a,"b,c"\n')).toEqual([["a", '"b', 'c"']]);
      expect(await read("doubled", { ...csv, escape: '"' }, '"a ""b""",c\\,d\n')).toEqual([['a "b"', "c\\", "d"]]);
      expect(await read("odd", { ...csv, separator: "|", quote: "^" }, "^a|b^|c^^d|e\n")).toEqual([
        ["a|b", "c^d", "e"],
      ]);
    });

    it("reads values in other quotes, escaped quotes wherever they come, and leaves out the header of each file", async () => {
      const of = columns("a string", "b string", "c string");
      const single = { ...csv, separator: ";", quote: "'", escape: "|", skippedLines: 1 } as const;
      const quoted = table("s", single, of, {
        "s/a": "a;b;c\n'x;y';'it|'s';plain\n",
        "s/b.gz": gzipSync("a;b;c\n'';\"d\";\\N\n"),
      });
      expect(await rows({ sql: "SELECT a, b, c FROM s", tables: [quoted] })).toEqual([
        ["x;y", "it's", "plain"],
        ["", '"d"', "\\N"],
      ]);
      const late = table("l", csv, of, { "l/a": `${'"a","b","c"\n'.repeat(100_000)}"x \\"y\\", z",1,2\n` });
      expect(await rows({ sql: "SELECT a, b, c FROM l WHERE b = '1'", tables: [late] })).toEqual([
        ['x "y", z', "1", "2"],
      ]);
    });

    it("reads lines with escaped delimiters and their own word for null", async () => {
      const of = columns("a string", "b int", "c string");
      const escaped = { ...text, delimiter: "\t", escape: "\\", nullText: "NULL", skippedLines: 2 } as const;
      const lines = table("t", escaped, of, { "t/a": "title\n\na\\\tb\t1\tNULL\n\\N\tNULL\tback\\\\slash\n\tx\t\n" });
      expect(await rows({ sql: "SELECT a, b, c FROM t", tables: [lines] })).toEqual([
        ["a\tb", 1, null],
        ["N", null, "back\\slash"],
        ["", null, ""],
      ]);
    });

    it("reads objects of JSON, and says where a line is none", async () => {
      const of = columns("n bigint", "who struct<name:string,age:int>", "tags array<string>");
      const objects = table("t", { ...json, paths: { n: "N" } }, of, {
        "t/a": '{"N":1,"who":{"name":"x","age":3},"tags":["a","b"],"more":1}\n{"N":null}\n',
      });
      expect(await rows({ sql: "SELECT n, who, tags FROM t", tables: [objects] })).toEqual([
        [1n, ["x", 3], ["a", "b"]],
        [null, null, null],
      ]);
      const broken = table("b", json, of, { "b/a": '{"n":1}\n{"n":\n' });
      const { kind, message } = await fault(rows({ sql: "SELECT n FROM b", tables: [broken] }));
      expect(kind).toBe("data");
      expect(message).toMatch(/^HIVE_BAD_DATA: .*s3:\/\/lake\/b\/a.* line 2/);
    });

    it("fails of a compressed file that breaks off or is damaged, and reads one of several parts whole", async () => {
      const lines = Array.from({ length: 20_000 }, (_, at) => `${at},${(at * 7919) % 10_007}\n`).join("");
      const [gzip, zstd] = [gzipSync(lines), zstdCompressSync(lines)];
      const damaged = Buffer.from(gzip);
      damaged[damaged.length >> 1]! ^= 0xff;
      for (const [kind, format] of Object.entries({ text, csv })) {
        const of = columns("a string", "b string");
        const count = async (name: string, path: string, body: Uint8Array) => {
          const one = table(name, format, of, { [`${kind}/${path}`]: body });
          return (await rows({ sql: `SELECT count(*) FROM ${name}`, tables: [one] }))[0]![0];
        };
        expect(await count(`${kind}_gz`, "two.gz", Buffer.concat([gzip, gzip]))).toBe(40_000n);
        expect(await count(`${kind}_zst`, "two.zst", Buffer.concat([zstd, zstd]))).toBe(40_000n);
        const broken = {
          "a.gz": gzip.subarray(0, gzip.length >> 1),
          "b.gz": gzip.subarray(0, -9),
          "c.gz": Buffer.concat([gzip, gzip.subarray(0, 100)]),
          "d.gz": damaged,
          "e.zst": zstd.subarray(0, -100),
          "f.zst": Buffer.concat([zstd, zstd.subarray(0, zstd.length >> 1)]),
        };
        for (const [path, body] of Object.entries(broken)) {
          const found = await fault(count(`${kind}_${path[0]}`, path, body));
          expect([path, found.kind, found.message]).toEqual([
            ...[path, "data"],
            expect.stringMatching(
              `^HIVE_CURSOR_ERROR: Failed to read file at s3://lake/${kind}/${path}: its compressed bytes (break off|are damaged)`,
            ),
          ]);
        }
      }
      const object = (key: string, at: number) => zstdCompressSync(`{"${key}":${at}}\n`);
      const parts = table("parts", json, columns("id int"), {
        "j/a.zst": Buffer.concat([object("id", 1), object("ID", 2)]),
      });
      expect(await rows({ sql: "SELECT id FROM parts ORDER BY id", tables: [parts] })).toEqual([[1], [2]]);
    });

    it("reads numbers of JSON as they are written where they are texts, and with all digits where they are decimals", async () => {
      const openx = { ...json, openx: true } as const;
      const written = [
        "1.50",
        "1e10",
        "0.000001",
        "true",
        "12345678901234567890123",
        "-0",
        '"1.50"',
        "1E5",
        "1.0",
        '"a\\u00e9 1.50"',
      ];
      const more = ["0.0000001", "1.5e3", "-2.50e-9", "100e-2", "0.0", "-0.00", "12", '"-0"', "null"];
      const said = [...written, ...more].map((text) => `{"s": ${text}, "t":"12:30 1.50"}`).join("\n");
      const ask = (format: FileFormat, name: string) =>
        rows({
          sql: `SELECT s FROM ${name}`,
          tables: [table(name, format, columns("s string", "t string"), { "t/a": said })],
        });
      const common = ["true", "12345678901234567890123"];
      const [first, second] = [
        ["1.50", "1E+10", "0.000001", ...common, "0", "1.50", "1E+5", "1.0", "aé 1.50"],
        ["1E-7", "1.5E+3", "-2.50E-9", "1.00", "0.0", "0.00", "12", "-0", null],
      ];
      expect((await ask(openx, "o")).flat()).toEqual([...first, ...second]);
      const plain = ["1.50", "1e10", "0.000001", ...common, "-0", "1.50", "1E5", "1.0", "aé 1.50"];
      expect((await ask(json, "h")).flat().slice(0, 10)).toEqual(plain);
      const nested = table(
        "n",
        openx,
        columns("s string", "l array<string>", "m map<string,string>", "w struct<x:string>"),
        {
          "n/a": '{"s":{"a": 1.50, "b" :[1, 2]},"l":["1.0",2.50],"m":{"k":3.10},"w":{"x":1.20}}\n{"s":[1.0,  "x"]}\n',
        },
      );
      expect(await rows({ sql: "SELECT s, l, m, w FROM n", tables: [nested] })).toEqual([
        ['{"a":1.50,"b":[1,2]}', ["1.0", "2.50"], [["k", "3.10"]], ["1.20"]],
        ['[1.0,"x"]', null, null, null],
      ]);
      const digits = table(
        "d",
        json,
        columns("d decimal(38,18)", "n int", "l array<decimal(38,18)>", "g boolean", "p double"),
        {
          "d/a":
            '{"d":12345678901234567890.12,"n":1.7,"p":0.1}\n{"d":"1.5","g":true,"p":1e400}\n{"d":0.123456789012345678901,"l":[1.123456789012345678]}\n{"d":1e3}\n',
        },
      );
      expect(await rows({ sql: "SELECT d, n, l, g, p FROM d", tables: [digits] })).toEqual([
        ["12345678901234567890.120000000000000000", 1, null, null, 0.1],
        ["1.500000000000000000", null, null, true, Number.POSITIVE_INFINITY],
        ["0.123456789012345679", null, ["1.123456789012345678"], null, null],
        ["1000.000000000000000000", null, null, null, null],
      ]);
    });

    it("reads lines of JSON without anything, a mark at the beginning, and bytes as each SerDe has them", async () => {
      const openx = { ...json, openx: true } as const;
      const blank = { "b/a": '\uFEFF{"s":"x","b":"aGVsbG8="}\r\n\r\n{"s":"y"}\r\n   \r\n{"s":"z"}\r\n' };
      const of = columns("s string", "b binary");
      const ask = (name: string, format: FileFormat) =>
        rows({ sql: `SELECT s, decode(b) FROM ${name}`, tables: [table(name, format, of, blank)] });
      expect(await ask("o", openx)).toEqual([
        ["x", "hello"],
        [null, null],
        ["y", null],
        [null, null],
        ["z", null],
      ]);
      expect(await ask("h", json)).toEqual([
        ["x", "aGVsbG8="],
        ["y", null],
        ["z", null],
      ]);
      const torn = table("t", openx, of, { "t/a": '{"s":1.5}\n\n{"s":\n' });
      const { kind, message } = await fault(rows({ sql: "SELECT s FROM t", tables: [torn] }));
      expect([kind, message]).toEqual(["data", expect.stringMatching(/^HIVE_BAD_DATA: .*s3:\/\/lake\/t\/a.* line 3/)]);
      const other = table("u", openx, of, { "t/a": '{"s":1.5}\n[1]\n' });
      expect((await fault(rows({ sql: "SELECT s FROM u", tables: [other] }))).message).toMatch(/s3:\/\/lake\/t\/a/);
      const noBytes = table("v", openx, of, { "t/a": '{"b":"not base64!!"}\n' });
      expect((await fault(rows({ sql: "SELECT b FROM v", tables: [noBytes] }))).message).toMatch(/column b/);
    });

    it("finds keys of JSON in any case, and in several in one table", async () => {
      const of = columns(
        "itemid int",
        "who struct<firstname:string,pets:array<struct<name:string>>>",
        "more map<string,int>",
      );
      const camel = (id: number) =>
        `{"ItemId":${id},"who":{"firstName":"a\\"Who\\": x","pets":[{"Name":"p"}]},"more":{"Key":1}}\n`;
      const asked = (name: string) => `SELECT itemid, who, more FROM ${name} ORDER BY itemid`;
      const expected = (id: number) => [id, ['a"Who": x', [["p"]]], [["Key", 1]]];
      const one = table("one", json, of, { "t/a": camel(1), "t/b.gz": gzipSync(camel(2).repeat(1000)) });
      expect((await rows({ sql: asked("one"), tables: [one] })).slice(0, 2)).toEqual([expected(1), expected(2)]);
      const mixed = table("mixed", json, of, {
        "t/a": camel(1),
        "t/b": `{"itemid":2,"Who":{"firstName":"a\\"Who\\": x","pets":[{"name":"p"}]},"MORE":{"Key":1}}\n`,
        "t/c": '{"ITEMID":"3","who":null}\n{"item id":1}\n',
      });
      expect(await rows({ sql: asked("mixed"), tables: [mixed] })).toEqual([
        expected(1),
        expected(2),
        [3, null, null],
        [null, null, null],
      ]);
      const exact = table("exact", { ...json, anyCase: false }, of, { "t/a": camel(1) });
      expect(await rows({ sql: "SELECT itemid FROM exact", tables: [exact] })).toEqual([[null]]);
      const dotted = table("dotted", { ...json, dotsAsUnderscores: true }, columns("a_b int", "c_d int"), {
        "t/a": '{"a.b":1,"c_d":2}\n{"A.B":3,"C_D":4}\n',
      });
      expect(await rows({ sql: "SELECT a_b, c_d FROM dotted", tables: [dotted] })).toEqual([
        [1, 2],
        [3, 4],
      ]);
      const named = table(
        "named",
        { ...json, paths: { a: "Time-Stamp", b: "time-stamp" } },
        columns("a int", "b string"),
        {
          "t/a": '{"TIME-stamp":5}\n',
        },
      );
      expect(await rows({ sql: "SELECT a, b FROM named", tables: [named] })).toEqual([[5, "5"]]);
    });

    it("leaves out objects of JSON that are none where it is told to, and no value of the wrong type", async () => {
      const lenient = { ...json, ignoresMalformed: true };
      const of = columns("n int", "s string", "l array<int>");
      const torn = table("t", lenient, of, {
        "t/a": '{"n":1,"s":"x","l":[1,null]}\nnot json\n{"n":null,"s":{"a":[1]}}\n{"n":2\n{"N":3,"s":1.5}\n',
      });
      expect(await rows({ sql: "SELECT n, s, l FROM t", tables: [torn] })).toEqual([
        [1, "x", [1, null]],
        [null, null, null],
        [null, '{"a":[1]}', null],
        [null, null, null],
        [3, "1.5", null],
      ]);
      for (const [name, format] of [
        ["w", json],
        ["l", lenient],
      ] as const) {
        const wrong = table(name, format, of, { "w/a": '{"n":1}\n{"n":"x"}\n' });
        const { kind, message } = await fault(rows({ sql: `SELECT n FROM ${name}`, tables: [wrong] }));
        expect([kind, message]).toEqual([
          "data",
          expect.stringMatching(/"x".* s3:\/\/lake\/w\/a.*line 2|s3:\/\/lake\/w\/a.* line 2.*"x"/),
        ]);
      }
    });

    it("takes values from the folders of the files", async () => {
      const keys = columns("day date", "shop string");
      const parts = table(
        "t",
        text,
        columns("n int"),
        {
          "t/day=2024-01-01/shop=a%3Ab/x": "1\n",
          "t/day=2024-01-02/shop=__HIVE_DEFAULT_PARTITION__/x": "2\n",
        },
        keys,
      );
      expect(await rows({ sql: "SELECT n, day, shop FROM t ORDER BY n", tables: [parts] })).toEqual([
        [1, 19723, "a:b"],
        [2, 19724, null],
      ]);
    });

    it("writes Parquet and reads it again by the names of its columns; what a file lacks is null", async () => {
      const files = {
        format: "parquet",
        columns: [{ name: "n" }, { name: "s" }],
        compression: "snappy",
        partitionedBy: [],
        name: "one",
      };
      const sql = "SELECT CAST(1 AS INTEGER), 'x' UNION ALL SELECT CAST(2 AS INTEGER), NULL";
      expect(await open.write({ sql, tables: [] }, files as never, never)).toBe(2);
      expect(readdirSync(output)).toEqual(["one_0.parquet"]);
      const body = readFileSync(join(output, "one_0.parquet"));
      open.close();
      open = await opened();
      const of = columns("more double", "s string", "n bigint");
      const read = table("t", { kind: "parquet" }, of, { "t/a": body });
      expect(await rows({ sql: "SELECT more, s, n FROM t ORDER BY n", tables: [read] })).toEqual([
        [null, "x", 1n],
        [null, null, 2n],
      ]);
      const wrong = table("w", { kind: "parquet" }, columns("s double"), { "w/a": body });
      expect((await fault(rows({ sql: "SELECT s FROM w", tables: [wrong] }))).message).toMatch(
        /^HIVE_BAD_DATA: Field s's type VARCHAR in parquet file s3:\/\/lake\/w\/a is incompatible with type double/,
      );
      const torn = table("v", { kind: "parquet" }, of, { "v/a": body.subarray(0, 60) });
      const { kind, message } = await fault(rows({ sql: "SELECT n FROM v", tables: [torn] }));
      expect([kind, message]).toEqual(["data", expect.stringContaining("s3://lake/v/a")]);
    });

    it("keeps and writes rows in any order where it may, and in their own after that", async () => {
      const numbers = Array.from({ length: 300_000 }, (_, index) => `${index}`);
      const many = table("many", text, columns("n bigint"), { "many/a": numbers.join("\n") });
      await open.keep("kept", { sql: "SELECT DISTINCT n FROM many", tables: [many], anyOrder: true }, never);
      const written = async (sql: string, name: string, anyOrder: boolean): Promise<readonly string[]> => {
        const files = { format: "csv", columns: [{ name: "n" }], compression: "none", partitionedBy: [], name };
        await open.write({ sql, tables: [], anyOrder }, { ...files, header: false } as never, never);
        return readFileSync(join(output, `${name}_0.csv`), "utf8")
          .trimEnd()
          .split("\n");
      };
      const any = await written("SELECT n FROM kept", "any", true);
      expect(any.map(Number).sort((one, other) => one - other)).toEqual(numbers.map(Number));
      expect(await written("SELECT n FROM many", "own", false)).toEqual(numbers);
    }, 20_000);

    it("writes folders by the values of columns", async () => {
      const files = {
        format: "csv",
        columns: [{ name: "n", type: "bigint" }, { name: "d" }],
        compression: "gzip",
        partitionedBy: ["d"],
        name: "q",
      };
      const sql = "SELECT 1, 'a' UNION ALL SELECT 2, 'b'";
      expect(await open.write({ sql, tables: [] }, files as never, never)).toBe(2);
      expect(readdirSync(join(output, "q")).sort()).toEqual(["d=a", "d=b"]);
    });

    it("writes no file without rows", async () => {
      for (const format of ["csv", "json", "parquet"]) {
        const files = { format, columns: [{ name: "n" }], compression: "gzip", partitionedBy: [], name: "q" };
        expect(await open.write({ sql: "SELECT 1 WHERE false", tables: [] }, files as never, never)).toBe(0);
        expect(readdirSync(output)).toEqual([]);
      }
    });

    it("fails alone when a statement needs more than its memory and disk", async () => {
      open.close();
      open = await opened({ memoryBytes: 64 * 1024 ** 2, spillBytes: 16 * 1024 ** 2 });
      const lines = Array.from({ length: 200_000 }, (_, index) => `${index},${"x".repeat(200)}`).join("\n");
      const large = table("t", text, columns("n int", "s string"), { "t/a": lines });
      const sql = "SELECT a.n, a.s, b.s FROM t a, t b WHERE a.n + b.n >= 0 ORDER BY a.s, b.n";
      expect((await fault(rows({ sql, tables: [large] }))).kind).toBe("resources");
      expect(await rows("SELECT 1")).toEqual([[1]]);
    });

    it("ends a query that is cancelled", async () => {
      const stop = new AbortController();
      const endless = Array.from({ length: 8 }, (_, index) => `t t${index}`).join(", ");
      const lines = Array.from({ length: 1_000 }, (_, index) => `${index}`).join("\n");
      const long = table("t", text, columns("n int"), { "t/a": lines });
      const asked = (async () => {
        const { batches } = await open.rows({ sql: `SELECT count(*) FROM ${endless}`, tables: [long] }, stop.signal);
        for await (const _ of batches);
      })();
      setTimeout(() => stop.abort(), 50);
      expect((await fault(asked)).kind).toBe("cancelled");
    });

    it("reads nothing but the files of its tables, and keeps its settings", async () => {
      writeFileSync(join(root, "secret"), "1\n");
      const secret = join(root, "secret");
      for (const sql of [
        ...[`SELECT * FROM '${secret}'`, `SELECT * FROM read_csv('${secret}')`, `SELECT * FROM read_text('${secret}')`],
        ...[`COPY (SELECT 1) TO '${root}/out'`, `ATTACH '${root}/x.db' AS x`, "SET threads = 8", "INSTALL httpfs"],
        ...["LOAD httpfs", "SET enable_external_access = true", "RESET lock_configuration", "SELECT getenv('HOME')"],
        ...["SELECT * FROM read_csv('https://example.com/a')", `EXPORT DATABASE '${root}/all'`],
      ])
        expect([sql, (await fault(rows(sql))).kind]).not.toContain("cancelled");
      expect(readdirSync(root).sort()).toEqual(["output", "secret", "spill", "tables"]);
    });

    it("is followed by one with its settings and folders, which knows nothing of it", async ({ skip }) => {
      const one = table("t", text, columns("n int"), { "t/a": "2\n1\n" });
      await open.keep("kept", { sql: "SELECT n FROM t", tables: [one] }, never);
      const next = await open.next?.();
      if (!next) return skip();
      open = next;
      for (const name of ["t", "kept"]) expect((await fault(rows(`SELECT * FROM ${name}`))).kind).toBe("statement");
      expect(await open.next?.()).toBeUndefined();
      open.close();
      open = (await (await opened()).next?.())!;
      const other = table("t", text, columns("s string"), { "u/a": "x\n" });
      expect(await rows({ sql: "SELECT s FROM t", tables: [other] })).toEqual([["x"]]);
      writeFileSync(join(root, "secret"), "1\n");
      const sql = `SELECT * FROM read_csv('${join(root, "secret")}')`;
      expect((await fault(rows(sql))).kind).not.toBe("cancelled");
    });

    it("says what a statement did wrong", async () => {
      expect((await fault(rows("SELECT CAST('x' AS INTEGER)"))).kind).toBe("statement");
      const gone = table("t", text, columns("n int"), { "t/a": "1\n" });
      rmSync(join(tables, "t/a"));
      const { kind, message } = await fault(rows({ sql: "SELECT n FROM t", tables: [gone] }));
      expect([kind, message]).toEqual(["missing", expect.stringContaining("s3://lake/t/a")]);
    });
  });
}
