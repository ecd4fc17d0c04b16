import { expect, test } from "vitest";
import { createRandom, type Random } from "../../../base/random.ts";
import { compareValues } from "../../../iceberg/iceberg-value.ts";
import { contents, type DataFile, statuses } from "../../../iceberg/manifest.ts";
import type { ManifestFile } from "../../../iceberg/manifest-list.ts";
import { planFiles } from "../../../iceberg/plan-files.ts";
import { newTableMetadata, schemaOf } from "../../../iceberg/table-metadata.ts";
import { transformNamed } from "../../../iceberg/transform.ts";
import { boundOf, bytesOfHex, valueOfText } from "../../../iceberg/value-text.ts";
import type { Constant, Predicate } from "../../../prep/sql/trino/predicate.ts";
import { filePredicate } from "./iceberg-predicate.ts";

const columns = [
  { id: 1, name: "Number", type: "long", constant: "integer", texts: ["0", "-7", "7", "8", "9007199254740993"] },
  { id: 2, name: "word", type: "string", constant: "varchar", texts: ["a", "ab", "b", "é", "", "a".repeat(40)] },
  { id: 3, name: "price", type: "decimal(9, 2)", constant: "decimal", texts: ["0.00", "1.50", "-2.25", "100.00"] },
  { id: 4, name: "day", type: "date", constant: "date", texts: ["1969-12-31", "2024-01-31", "2024-02-01"] },
  {
    id: 5,
    name: "at",
    type: "timestamp",
    constant: "timestamp",
    texts: ["1969-12-31 23:00:00", "2024-01-31 10:00:00.5"],
  },
] as const;
const schema = {
  type: "struct" as const,
  fields: columns.map(({ id, name, type }) => ({ id, name, type, required: false })),
};
const partition = [
  { "source-id": 1, name: "b", transform: "bucket[3]" },
  { "source-id": 2, name: "t", transform: "truncate[1]" },
  { "source-id": 4, name: "m", transform: "month" },
  { "source-id": 5, name: "h", transform: "hour" },
];
type Row = readonly (string | undefined)[];

const pick = <Item>(random: Random, items: readonly Item[]): Item => items[random.below(items.length)]!;
const makeRow = (random: Random): Row =>
  columns.map(({ texts }) => (random.below(5) === 0 ? undefined : pick<string>(random, texts)));

/** A file of rows that are all in the partition of the first one. */
function makeFile(path: string, rows: readonly Row[]): DataFile {
  const bounds = (isUpper: boolean) =>
    new Map(
      columns.flatMap(({ id, type }, at) => {
        const texts = rows.flatMap((row) => row[at] ?? []);
        const order = texts.toSorted((a, b) => compareValues(valueOfText(type, a)!, valueOfText(type, b)!));
        const text = isUpper ? order.at(-1) : order[0];
        const hex = text === undefined ? undefined : boundOf(type, text, isUpper);
        return hex === undefined ? [] : [[id, bytesOfHex(hex)] as const];
      }),
    );
  return {
    ...{ content: contents.data, path, format: "PARQUET", recordCount: rows.length, sizeBytes: 1 },
    partition: partitionOf(rows[0]!),
    valueCounts: new Map(columns.map(({ id }) => [id, rows.length])),
    nullCounts: new Map(columns.map(({ id }, at) => [id, rows.filter((row) => row[at] === undefined).length])),
    ...{ lowerBounds: bounds(false), upperBounds: bounds(true) },
  };
}

const partitionOf = (row: Row) =>
  partition.map((field) => {
    const { type } = columns[field["source-id"] - 1]!;
    const text = row[field["source-id"] - 1];
    return text === undefined ? undefined : transformNamed(field.transform).apply(valueOfText(type, text)!, type);
  });

function makePredicate(random: Random, depth = 0): Predicate {
  const kind = random.below(depth > 2 ? 6 : 8);
  const parts = () => Array.from({ length: 2 }, () => makePredicate(random, depth + 1));
  if (kind === 6) return { all: parts() };
  if (kind === 7) return { any: parts() };
  const { constant: type, name, texts } = pick(random, columns);
  const column = name.toLowerCase();
  const constant = (): Constant => ({ type, text: pick<string>(random, texts) });
  if (kind === 0) return { column, is: random.below(2) ? "null" : "not null" };
  if (kind === 1) return { column, is: "in", values: [constant(), constant()] };
  if (kind === 2)
    return { column: "word", is: "starts with", value: { type: "varchar", text: pick(random, ["a", "é", "aa"]) } };
  return { column, is: pick(random, ["=", "<>", "<", "<=", ">", ">="] as const), value: constant() };
}

function holds(predicate: Predicate, row: Row): boolean {
  if ("all" in predicate) return predicate.all.every((one) => holds(one, row));
  if ("any" in predicate) return predicate.any.some((one) => holds(one, row));
  const at = columns.findIndex(({ name }) => name.toLowerCase() === predicate.column);
  const { type } = columns[at]!;
  const text = row[at];
  if (predicate.is === "null" || predicate.is === "not null") return (text === undefined) === (predicate.is === "null");
  if (text === undefined) return false;
  if (predicate.is === "starts with") return text.startsWith(predicate.value.text);
  const to = ({ text: other }: Constant) => compareValues(valueOfText(type, text)!, valueOfText(type, other)!);
  if (predicate.is === "in") return predicate.values.some((value) => to(value) === 0);
  const order = to(predicate.value);
  const answers = {
    "=": order === 0,
    "<>": order !== 0,
    "<": order < 0,
    "<=": order <= 0,
    ">": order > 0,
    ">=": order >= 0,
  };
  return answers[predicate.is];
}

test("no file with a row that is asked for is left out, in 1,000 queries, and most others are", () => {
  const random = createRandom(12);
  const metadata = newTableMetadata({ uuid: "u", location: "s3://lake/t", now: 0, schema, partitionFields: partition });
  const manifest = { specId: 0 } as ManifestFile;
  const groups = Map.groupBy(
    Array.from({ length: 400 }, () => makeRow(random)),
    (row) => JSON.stringify(partitionOf(row).map(String)),
  );
  const files = [...groups.values()].map((rows, at) => ({ rows, file: makeFile(String(at), rows) }));
  const entries = files.map(({ file }) => ({
    ...{ status: statuses.added, snapshotId: 1, sequenceNumber: 1, fileSequenceNumber: 1, file },
  }));
  let [needed, read] = [0, 0];
  for (let query = 0; query < 1000; query++) {
    const predicate = makePredicate(random);
    const planned = planFiles(metadata, schema, [[manifest, entries]], filePredicate(predicate, schemaOf(metadata)));
    const paths = new Set(planned.map(({ file }) => file.path));
    const wanted = files.filter(({ rows }) => rows.some((row) => holds(predicate, row))).map(({ file }) => file.path);
    expect({ predicate, missing: wanted.filter((path) => !paths.has(path)) }).toEqual({ predicate, missing: [] });
    needed += wanted.length;
    read += paths.size;
  }
  expect(read / needed).toBeLessThan(1.5);
});
