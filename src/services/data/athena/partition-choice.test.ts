import { expect, test } from "vitest";
import { createRandom, type Random } from "../../../base/random.ts";
import { openDuckDb } from "../../../prep/sql/trino/duckdb.fixture.ts";
import { parseStatement } from "../../../prep/sql/trino/parse-statement.ts";
import { predicatesOf } from "../../../prep/sql/trino/predicates.ts";
import type { Session } from "../../../prep/sql/trino/scope.ts";
import type { WithQuery } from "../../../prep/sql/trino/statement.ts";
import { translate } from "../../../prep/sql/trino/translate.ts";
import { compilePartitionFilter } from "../glue/partition-filter.ts";
import { partitionKey } from "../glue/partition-keys.ts";
import { choosePartitions } from "./partition-choice.ts";
import type { PartitionKey } from "./partition-folder.ts";
import { projectedPartitions } from "./partition-projection.ts";

const keys = [
  { name: "day", type: "string" },
  { name: "hour", type: "int" },
  { name: "date", type: "date" },
  { name: "at", type: "timestamp" },
  { name: "price", type: "decimal(10,2)" },
] as const;
const columns = [{ name: "v", type: "bigint" }, ...keys];
const texts: Readonly<Record<string, readonly string[]>> = {
  day: ["2024-01-01", "2024-01-02", "2024-02-01", "é", "z'", "a_b"],
  hour: ["0", "3", "7", "-12", "23"],
  date: ["2024-01-01", "2024-01-31", "2023-12-31"],
  at: ["2024-01-01 00:00:00", "2024-01-01 10:30:00.500", "2023-12-31 23:59:59"],
  price: ["0.00", "1.50", "-2.25", "100.00"],
};
const hiveNull = "__HIVE_DEFAULT_PARTITION__";
const pick = <Item>(random: Random, items: readonly Item[]): Item => items[random.below(items.length)]!;

/** Every fifth value is missing. */
const makeParts = (random: Random) =>
  Array.from({ length: 60 }, () =>
    keys.map(({ name }) => (random.below(5) === 0 ? hiveNull : pick(random, texts[name]!))),
  );

function literal(random: Random, name: string): string {
  const text = pick(random, texts[name]!);
  if (name === "hour" || name === "price") return random.below(8) === 0 ? `${text.split(".")[0]}.0` : text;
  if (name === "date") return random.below(2) ? `date '${text}'` : `CAST('${text}' AS date)`;
  return name === "at" ? `timestamp '${text}'` : `'${text.replaceAll("'", "''")}'`;
}

function condition(random: Random, depth: number): string {
  const name = pick(random, keys).name;
  const column = pick(random, [`"${name}"`, `t."${name}"`]);
  const of = () => literal(random, name);
  switch (random.below(depth > 0 ? 11 : 7)) {
    case 0:
      return `${column} ${pick(random, ["=", "<>", "<", "<=", ">", ">="])} ${of()}`;
    case 1:
      return `${of()} ${pick(random, ["=", "<", ">="])} ${column}`;
    case 2:
      return `${column} ${pick(random, ["", "NOT "])}BETWEEN ${of()} AND ${of()}`;
    case 3:
      return `${column} ${pick(random, ["", "NOT "])}IN (${of()}, ${of()}${random.below(4) === 0 ? ", NULL" : ""})`;
    case 4:
      return `${column} IS ${pick(random, ["", "NOT "])}NULL`;
    case 5:
      return pick(random, ["t.v % 3 = 1", `day LIKE '2024-0%'`, `day LIKE 'a_b'`, `length(day) > 3`, `day LIKE '%1'`]);
    case 6:
      return `${column} IS NOT DISTINCT FROM ${of()}`;
    case 7:
      return `NOT (${condition(random, depth - 1)})`;
    case 8:
      return `(${condition(random, depth - 1)} OR ${condition(random, depth - 1)})`;
    default:
      return `(${condition(random, depth - 1)} AND ${condition(random, depth - 1)})`;
  }
}

/** Queries in which a test stands at different places. */
const shapes: readonly ((where: string, other: string) => string)[] = [
  (where) => `SELECT * FROM t WHERE ${where}`,
  (where) => `SELECT v, count(*) OVER () FROM t WHERE ${where}`,
  (where) => `SELECT day, count(*) FROM t WHERE ${where} GROUP BY 1`,
  (where, other) => `SELECT count(*) FROM t WHERE ${where} AND v IN (SELECT v FROM t WHERE ${other})`,
  (where) => `SELECT count(*) FROM (SELECT day, hour, "date", at, price, v FROM t) AS t WHERE ${where}`,
  (where) => `WITH x AS (SELECT *, 1 AS one FROM t AS s) SELECT count(*), sum(v) FROM x AS t WHERE ${where}`,
  (where) => `SELECT count(*), sum(t.v) FROM n LEFT JOIN t ON n.k = t.v WHERE ${where}`,
  (where) => `SELECT count(*), sum(t.v) FROM n LEFT JOIN t ON n.k = t.v AND ${where}`,
  (where) => `SELECT count(*), sum(t.v) FROM t FULL JOIN n ON n.k = t.v WHERE ${where}`,
  (where, other) =>
    `SELECT count(*) FROM t CROSS JOIN (SELECT hour AS h FROM t WHERE ${other}) AS a WHERE ${where} AND (a.h = 3 OR t.hour = 7)`,
  (where) =>
    `SELECT sum(c) FROM (SELECT day, hour, "date", at, price, v, count(*) AS c FROM t GROUP BY 1, 2, 3, 4, 5, 6) AS t WHERE ${where}`,
  (where) => `SELECT count(*) FROM (SELECT * FROM t LIMIT 1000) AS t WHERE ${where}`,
  (where) => `SELECT count(*) FROM t JOIN n ON n.k = t.v AND ${where}`,
  (where, other) => `SELECT v FROM t WHERE ${where} UNION ALL SELECT v FROM t WHERE ${other}`,
];

const key = "c.d.t";
const sessionWith = (relation: string): Session => ({
  ...{ catalog: "c", database: "d", now: Date.UTC(2024, 0, 3), user: "ann" },
  tables: new Map([
    [key, { relation, columns }],
    ["c.d.n", { relation: '"numbers"', columns: [{ name: "k", type: "bigint" }] }],
  ]),
});

test("1,000 queries over chosen partitions answer as over all of them", async () => {
  const random = createRandom(11);
  const duckDb = await openDuckDb();
  await duckDb.run("CREATE TABLE numbers AS SELECT range AS k FROM range(0, 90)");
  const types: Readonly<Record<string, string>> = {
    string: "VARCHAR",
    int: "INTEGER",
    date: "DATE",
    timestamp: "TIMESTAMP",
  };
  let left = 0;
  let pruned = 0;
  let parts: string[][] = [];
  for (let turn = 0; turn < 1_000; turn++) {
    if (turn % 200 === 0) {
      parts = makeParts(random);
      const rows = parts.map(
        (values, row) =>
          `(${[row, ...values.map((value) => (value === hiveNull ? "NULL" : `'${value.replaceAll("'", "''")}'`))].join(", ")})`,
      );
      const casts = keys.map(({ name, type }, index) => `c${index + 1}::${types[type] ?? type} AS "${name}"`);
      await duckDb.run(
        `CREATE OR REPLACE TABLE whole AS SELECT c0::BIGINT AS v, ${casts.join(", ")} FROM (VALUES ${rows.join(", ")}) AS r(c0, c1, c2, c3, c4, c5)`,
      );
    }
    const text = pick(random, shapes)(condition(random, 2), condition(random, 1));
    const statement = parseStatement(text) as WithQuery;
    const predicate = predicatesOf(statement, sessionWith("")).get(key);
    let kept = parts.map((_, row) => row);
    if (predicate !== undefined) {
      const choice = choosePartitions(predicate, keys as readonly PartitionKey[]);
      const Keys = keys.map(({ name, type }) => ({ Name: name, Type: type }));
      const filter = choice.expression === undefined ? undefined : compilePartitionFilter(choice.expression, Keys);
      kept = kept.filter(
        (row) =>
          choice.holds(parts[row]!) &&
          (filter === undefined || filter.look(partitionKey(Keys, parts[row]!)) === "chosen"),
      );
    }
    pruned += kept.length < parts.length ? 1 : 0;
    left += kept.length;
    await duckDb.run(
      `CREATE OR REPLACE TEMP VIEW chosen AS SELECT * FROM whole WHERE v IN (${[-1, ...kept].join(", ")})`,
    );
    const answers: string[] = [];
    for (const relation of ['"whole"', '"chosen"']) {
      const { sql } = translate(statement, sessionWith(relation));
      const found = (await duckDb.runAndReadAll(sql)).getRowsJson();
      answers.push(
        found
          .map((row) => JSON.stringify(row))
          .sort()
          .join("\n"),
      );
    }
    expect([text, answers[1]]).toEqual([text, answers[0]]);
  }
  expect(pruned).toBeGreaterThan(350);
  expect(left / 1_000 / 60).toBeLessThan(0.75);
}, 300_000);

const chosen = (where: string, of: readonly PartitionKey[], now = Date.UTC(2024, 0, 3)) => {
  const session = { ...sessionWith(""), now, tables: new Map([[key, { relation: "", columns: [...of] }]]) };
  const predicate = predicatesOf(parseStatement(`SELECT 1 FROM t WHERE ${where}`), session).get(key);
  return predicate && choosePartitions(predicate, of);
};

test("what the catalog is asked", () => {
  const expression = (where: string) => chosen(where, keys)?.expression;
  expect(expression("day = '2024-01-01' AND hour IN (1, 2)")).toBe("(`day` = '2024-01-01' AND `hour` IN (1, 2))");
  expect(expression(`"date" >= current_date - INTERVAL '7' DAY`)).toBe("`date` >= '2023-12-27'");
  expect(expression("v = 1 OR hour = 3")).toBeUndefined();
  expect(expression("hour = 7e0")).toBeUndefined();
  const many = Array.from({ length: 900 }, (_, index) => index * 2);
  expect(expression(`hour IN (${many.join(", ")})`)).toBe("`hour` BETWEEN 0 AND 1798");
  expect(chosen(`hour IN (${many.join(", ")})`, keys)!.holds(["", "7", "", "", ""])).toBe(false);
});

test("only the partitions of a projection that a query needs are made", () => {
  const locations = (where: string, of: readonly PartitionKey[], projection: Readonly<Record<string, string>>) => {
    const Parameters = Object.fromEntries(
      Object.entries(projection).map(([name, value]) => [`projection.${name}`, value]),
    );
    const table = { DatabaseName: "d", Name: "t", Parameters, StorageDescriptor: { Location: "s3://b/t" } };
    const now = Date.UTC(2024, 5, 15, 10, 30);
    return projectedPartitions(table, of, now, chosen(where, of, now)).map(({ folder }) => folder);
  };
  const id = [{ name: "id", type: "bigint" }];
  const ids = { "id.type": "integer", "id.range": "0,1000000000" };
  expect(locations("id BETWEEN 999 AND 1001", id, ids)).toEqual(["id=999", "id=1000", "id=1001"]);
  expect(locations("id = 5 OR id = 7", id, ids)).toEqual(["id=5", "id=7"]);
  expect(() => locations("id <> 5", id, ids)).toThrow(/more than 100000 partitions/);
  const text = [{ name: "id", type: "string" }];
  expect(locations("id >= '8'", text, { "id.type": "integer", "id.range": "1,10" })).toEqual(["id=8", "id=9"]);
  const day = [{ name: "day", type: "string" }];
  const days = { "day.type": "date", "day.range": "NOW-3YEARS,NOW", "day.format": "yyyy-MM-dd" };
  expect(locations("day = '2024-06-01'", day, days)).toEqual(["day=2024-06-01"]);
  expect(locations("day > '2024-06-13'", day, days)).toEqual(["day=2024-06-14", "day=2024-06-15"]);
  expect(locations("day < '2021-06-17'", day, days)).toEqual(["day=2021-06-15", "day=2021-06-16"]);
  const name = [{ name: "name", type: "string" }];
  expect(locations("name IN ('b', 'a')", name, { "name.type": "injected" })).toEqual(["name=b", "name=a"]);
  expect(() => locations("name > 'a'", name, { "name.type": "injected" })).toThrow(/name its values/);
});
