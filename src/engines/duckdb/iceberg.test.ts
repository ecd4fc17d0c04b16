import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { IcebergStruct } from "../../iceberg/table-metadata.ts";
import { bytesOfHex } from "../../iceberg/value-text.ts";
import type { EngineTable, IcebergWrite, IcebergWritten, OpenEngine } from "../port.ts";
import { duckdb } from "./duckdb.ts";

const signal = new AbortController().signal;
const struct = (...fields: IcebergStruct["fields"]): IcebergStruct => ({ type: "struct", fields });
const field = (id: number, name: string, type: IcebergStruct["fields"][number]["type"]) => ({
  ...{ id, name, type, required: false },
});

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "iceberg-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** An engine that reads what the engines before it have written to the folder. */
async function withEngine<Result>(work: (engine: OpenEngine) => Promise<Result>, output = "none"): Promise<Result> {
  mkdirSync(join(folder, output), { recursive: true });
  const engine = await duckdb.open({
    ...{ tables: folder, output: join(folder, output), spill: join(folder, "spill"), threads: 2, prelude: [] },
    ...{ memoryBytes: 512 * 1024 ** 2, spillBytes: 1024 ** 3 },
  });
  try {
    return await work(engine);
  } finally {
    engine.close();
  }
}

const write = (sql: string, output: string, more: Partial<IcebergWrite>, tables: EngineTable[] = []) =>
  withEngine(
    (engine) =>
      engine.writeIceberg(
        { sql, tables },
        { rows: "rows", schema: struct(), partition: [], compression: "zstd", fileSizeBytes: 2 ** 29, ...more },
        signal,
      ),
    output,
  );

const filesOf = ({ files }: IcebergWritten, output: string) =>
  files.map(({ path, recordCount, sizeBytes }) => ({
    ...{ path: `${output}/${path}`, uri: `s3://lake/${output}/${path}`, sizeBytes, iceberg: { recordCount } },
  }));

const tableOf = (
  schema: IcebergStruct,
  files: EngineTable["files"],
  more: Partial<Extract<EngineTable["format"], { kind: "iceberg" }>> = {},
): EngineTable => ({
  ...{ name: "t", columns: [], partitionKeys: [], files },
  format: { kind: "iceberg", schema, positionDeletes: [], equalityDeletes: [], ...more },
});

async function rows(table: EngineTable, sql: string): Promise<unknown[][]> {
  return withEngine(async (engine) => {
    const { batches } = await engine.rows({ sql, tables: [table] }, signal);
    const all: unknown[][] = [];
    for await (const { columns, rowCount } of batches)
      for (let row = 0; row < rowCount; row++) all.push(columns.map((column) => column[row]));
    return all;
  });
}

const person = { type: "struct" as const, fields: [field(4, "Name", "string"), field(5, "age", "int")] };
const old = struct(field(1, "id", "int"), field(2, "at", "timestamptz"), field(3, "who", person));

test("files are read by the ids of their fields: renamed, added, moved and wider columns, also inside of others", async () => {
  const made = await write(
    "SELECT i::INTEGER, {i: TIMESTAMP '2024-01-01 10:00:00', z: 'UTC'}, {name: 'n' || i, age: i::INTEGER} FROM range(3) r(i)",
    "old",
    { schema: old },
  );
  expect(made).toMatchObject({ rows: 3, deletedRows: 0, emptied: [] });
  expect(made.files).toHaveLength(1);
  const { columns } = made.files[0]!;
  expect(columns[1]).toMatchObject({ values: 3, nulls: 0, lower: "00000000", upper: "02000000" });
  expect(Buffer.from(bytesOfHex(columns[4]!.upper!)).toString()).toBe("n2");
  expect(Buffer.from(bytesOfHex(columns[2]!.lower!)).readBigInt64LE()).toBe(BigInt(Date.UTC(2024, 0, 1, 10)) * 1000n);

  const changed = {
    type: "struct" as const,
    fields: [field(5, "years", "long"), field(9, "email", "string"), field(4, "Name", "string")],
  };
  const now = struct(field(3, "person", changed), field(8, "more", "double"), field(1, "ID", "long"));
  const table = tableOf(now, filesOf(made, "old"));
  expect(await rows(table, `SELECT id, more, person, "$pos", "$path" FROM t ORDER BY id`)).toEqual(
    [0, 1, 2].map((at) => [
      BigInt(at),
      null,
      [BigInt(at), null, `n${at}`],
      BigInt(at),
      "s3://lake/old/rows/data_0.parquet",
    ]),
  );
});

test("rows are deleted by their positions and by their values, and a change writes both", async () => {
  const schema = struct(field(1, "id", "long"), field(2, "word", "string"));
  const made = await write("SELECT i, 'w' || (i % 3) FROM range(10) r(i)", "data", { schema });
  const table = tableOf(schema, filesOf(made, "data"));
  const changed = await write(
    `SELECT "$file", "$pos", id = 5, id, 'five' FROM t WHERE id IN (4, 5, 6)`,
    "changed",
    { schema, rows: "changes", table: "t" },
    [table],
  );
  expect(changed).toMatchObject({ rows: 3, deletedRows: 3, emptied: [] });
  const [data, deletes] = changed.files as [IcebergWritten["files"][number], IcebergWritten["files"][number]];
  expect([data.recordCount, deletes.recordCount, deletes.deletesOf]).toEqual([1, 3, table.files[0]!.uri]);
  expect(Buffer.from(bytesOfHex(deletes.columns[2147483546]!.lower!)).toString()).toBe(table.files[0]!.uri);
  const [first, second] = filesOf(changed, "changed") as [EngineTable["files"][number], EngineTable["files"][number]];
  const equal = await write("SELECT 'w1' WHERE true", "equal", { schema: struct(field(2, "word", "string")) });
  const after = tableOf(schema, [{ ...table.files[0]!, iceberg: { recordCount: 10, equalityDeletes: [0] } }, first], {
    positionDeletes: [second],
    equalityDeletes: [{ file: filesOf(equal, "equal")[0]!, fieldIds: [2] }],
  });
  expect(await rows(after, "SELECT id, word FROM t ORDER BY id")).toEqual(
    [
      [0, "w0"],
      [2, "w2"],
      [3, "w0"],
      [5, "five"],
      [8, "w2"],
      [9, "w0"],
    ].map(([id, word]) => [BigInt(id!), word]),
  );
  const emptied = await write(
    `SELECT "$file", "$pos", false, NULL, NULL FROM t`,
    "gone",
    { schema, rows: "changes", table: "t" },
    [tableOf(schema, [table.files[0]!, first], { positionDeletes: [second] })],
  );
  expect(emptied).toMatchObject({ rows: 8, deletedRows: 8, files: [] });
  expect(emptied.emptied).toHaveLength(2);
});

test("rows go to the files of their partitions", async () => {
  const schema = struct(
    field(1, "id", "long"),
    field(2, "word", "string"),
    field(3, "price", "decimal(9, 2)"),
    field(4, "day", "timestamp"),
  );
  const partition = [
    { sourceId: 1, transform: "bucket[4]" },
    { sourceId: 2, transform: "truncate[1]" },
    { sourceId: 3, transform: "truncate[50]" },
    { sourceId: 4, transform: "day" },
  ];
  const made = await write(
    "SELECT 34::BIGINT, 'iceberg', -1.07::DECIMAL(9, 2), TIMESTAMP '1969-12-31 23:00:00' UNION ALL SELECT NULL, NULL, NULL, NULL",
    "parts",
    { schema, partition },
  );
  const [one, none] = made.files.toSorted(
    (left, right) => Number(left.partition![0] === null) - Number(right.partition![0] === null),
  );
  // The bucket is the one of the hash that the format's specification gives for 34: 2017239379.
  expect(one!.partition!.map((hex) => hex && Buffer.from(bytesOfHex(hex)).toString("latin1"))).toEqual([
    "\u0003\0\0\0",
    "i",
    "\u00ffj",
    "\u00ff\u00ff\u00ff\u00ff",
  ]);
  expect(none!.partition).toEqual([null, null, null, null]);
});

test("values that are only in the partition, types that do not become others, and files without ids by names", async () => {
  const made = await write("SELECT 7::BIGINT", "bare", { schema: struct(field(1, "id", "long")) });
  const [file] = filesOf(made, "bare");
  const schema = struct(field(1, "id", "long"), field(2, "day", "date"), field(3, "price", "decimal(9, 2)"));
  const constants = { 2: "01000000", 3: "ff38" };
  const table = tableOf(schema, [{ ...file!, iceberg: { recordCount: 1, constants } }]);
  expect(await rows(table, "SELECT id, day, price FROM t")).toEqual([[7n, 1, "-2.00"]]);
  await expect(rows(tableOf(struct(field(1, "id", "date")), [file!]), "SELECT * FROM t")).rejects.toThrow(
    /ICEBERG_BAD_DATA: the type BIGINT of the column id in s3:\/\/lake\/bare\/rows\/data_0.parquet/,
  );
  const columns = [{ name: "Word" }, { name: "old" }];
  const plain = { format: "parquet", columns, compression: "snappy", partitionedBy: [], name: "x" } as const;
  await withEngine((engine) => engine.write({ sql: "SELECT 'a', 1", tables: [] }, plain, signal), "plain");
  const foreign = { path: "plain/x_0.parquet", uri: "s3://lake/x", sizeBytes: 1 };
  const named = struct(field(1, "word", "string"), field(2, "number", "int"));
  expect(await rows(tableOf(named, [foreign]), "SELECT word, number FROM t")).toEqual([["a", null]]);
  expect(
    await rows(
      tableOf(named, [foreign], { names: { 1: ["Word"], 2: ["number", "old"] } }),
      "SELECT word, number FROM t",
    ),
  ).toEqual([["a", 1]]);
});
