import { expect, test } from "vitest";
import { clientsOf } from "../../clients.ts";
import { useServer } from "../../server.ts";
import { besideSpark } from "./beside-spark.ts";

const server = useServer();
const { athena, spark } = besideSpark(server);

/** A row of the values that a table had at first. */
const rowOf = (id: number) =>
  `(${id}, '${["ab", "abc", "b", "ça", ""][id % 5]}${id}', TIMESTAMP '2026-01-0${1 + (id % 5)} 0${id % 9}:30:00',`;
const inSpark = (from: number, to: number, more: (id: number) => string) =>
  Array.from({ length: to - from + 1 }, (_, at) => rowOf(from + at) + more(from + at)).join(", ");

/** What both are asked, with the same words: conditions that partitions, bounds and deletes have a part in. */
const questions = [
  "SELECT count(*), sum(id), min(title), max(title) FROM plan",
  "SELECT id, title, CAST(at AS date), who.given, who.age, who.email, extra FROM plan ORDER BY id",
  "SELECT id, element_at(tags, 1).k, element_at(tags, 1).v FROM plan WHERE tags IS NOT NULL ORDER BY id",
  ...[3, 12, 23, 34, 45].map((id) => `SELECT id, title, extra FROM plan WHERE id = ${id}`),
  "SELECT id FROM plan WHERE id IN (1, 11, 21, 31, 41) ORDER BY id",
  "SELECT id FROM plan WHERE title LIKE 'ab%' AND id > 10 ORDER BY id",
  "SELECT id FROM plan WHERE title >= 'b' AND title < 'd' ORDER BY id",
  "SELECT id FROM plan WHERE at >= TIMESTAMP '2026-01-02 00:00:00' AND at < TIMESTAMP '2026-01-03 00:00:00' ORDER BY id",
  "SELECT CAST(at AS date), count(*) FROM plan WHERE at IS NOT NULL GROUP BY CAST(at AS date) ORDER BY 1",
  "SELECT id FROM plan WHERE who.age > 20 ORDER BY id",
  "SELECT id FROM plan WHERE extra IS NULL AND id > 30 ORDER BY id",
];
const asSpark = (question: string) => question.replace("FROM plan", "FROM lake.ice.plan");
const shown = (rows: readonly (readonly (string | null | undefined)[])[]) =>
  rows.map((row) => row.map((value) => value ?? null));
const answered = async () => {
  const all: unknown[] = [];
  for (const question of questions) all.push([question, shown(await athena(question))]);
  return all;
};
const told = (answers: readonly (readonly (readonly (string | null)[])[])[]) =>
  questions.map((question, index) => [question, shown(answers.at(index - questions.length)!)]);

test("partitions and schemas that Spark changes, rows that either deletes: both read the same", {
  timeout: 1_200_000,
}, async (context) => {
  await clientsOf(server).s3.createBucket({ Bucket: "lake" });
  await athena("CREATE DATABASE ice");
  await athena(`CREATE TABLE plan (id bigint, name string, at timestamp, who struct<first:string,age:int>, gone string)
    PARTITIONED BY (bucket(4, id)) LOCATION 's3://lake/plan' TBLPROPERTIES ('table_type' = 'ICEBERG')`);
  const first = Array.from(
    { length: 10 },
    (_, at) => `${rowOf(at + 1)} CAST(ROW('f${at}', ${at}) AS row(first varchar, age integer)), 'x')`,
  );
  await athena(`INSERT INTO plan VALUES ${first.join(", ")}`);

  const plain = (id: number) => `named_struct('first', 'g${id}', 'age', ${id}), 'y')`;
  const later = (id: number) =>
    ` named_struct('given', 'h${id}', 'age', CAST(${id} AS bigint), 'email', '${id}@x'), ${id}, array(named_struct('k', 'k${id}', 'v', ${id})))`;
  const change = (words: string) => `ALTER TABLE lake.ice.plan ${words}`;
  const insert = (from: number, to: number, more: (id: number) => string) =>
    `INSERT INTO lake.ice.plan VALUES ${inSpark(from, to, more)}`;
  const modes = ["delete", "update", "merge"].map((what) => `'write.${what}.mode'='merge-on-read'`).join(", ");
  const early = await spark(
    context,
    change("ADD PARTITION FIELD days(at)"),
    insert(11, 15, plain),
    change("REPLACE PARTITION FIELD bucket(4, id) WITH bucket(8, id)"),
    change("ADD PARTITION FIELD truncate(2, name)"),
    insert(16, 20, plain),
    change("RENAME COLUMN name TO title"),
    change("RENAME COLUMN who.first TO given"),
    change("ALTER COLUMN who.age TYPE bigint"),
    change("ADD COLUMN who.email string"),
    change("DROP COLUMN gone"),
    change("ADD COLUMN extra int"),
    change("ADD COLUMN tags array<struct<k: string, v: int>>"),
    insert(21, 30, later),
    change("DROP PARTITION FIELD days(at)"),
    change(`SET TBLPROPERTIES (${modes})`),
    insert(31, 45, later),
    "DELETE FROM lake.ice.plan WHERE id % 7 = 0",
    "UPDATE lake.ice.plan SET title = concat('new', title), extra = -1 WHERE id % 11 = 0",
    `MERGE INTO lake.ice.plan t USING (SELECT * FROM VALUES (5, 'five'), (25, 'five'), (100, 'more') AS s(id, title)) s ON t.id = s.id
     WHEN MATCHED THEN UPDATE SET t.title = s.title WHEN NOT MATCHED THEN INSERT (id, title) VALUES (s.id, s.title)`,
    ...questions.map(asSpark),
  );
  expect(await answered()).toEqual(told(early));

  await athena("UPDATE plan SET title = 'ours' || CAST(id AS varchar) WHERE id IN (1, 12, 24, 35, 100)");
  await athena("DELETE FROM plan WHERE id IN (2, 13, 26, 36)");
  await athena(
    `INSERT INTO plan (id, title, at, extra) VALUES (50, 'abz', TIMESTAMP '2026-01-02 12:00:00', 5), (51, NULL, NULL, NULL)`,
  );
  await athena(`MERGE INTO plan AS p USING (VALUES (3, 'third'), (60, 'sixty')) AS s(id, title) ON p.id = s.id
    WHEN MATCHED THEN UPDATE SET title = s.title WHEN NOT MATCHED THEN INSERT (id, title) VALUES (s.id, s.title)`);
  await athena("ALTER TABLE plan ADD COLUMNS (late string)");
  const before = await answered();
  const middle = await spark(
    context,
    ...questions.map(asSpark),
    "DELETE FROM lake.ice.plan WHERE id IN (4, 50)",
    "UPDATE lake.ice.plan SET late = 'spark' WHERE id IN (1, 60)",
    "SELECT id, late FROM lake.ice.plan WHERE late IS NOT NULL ORDER BY id",
    "CALL lake.system.rewrite_position_delete_files('ice.plan')",
    ...questions.map(asSpark),
  );
  expect(before).toEqual(told(middle.slice(0, questions.length)));
  expect(await athena("SELECT id, late FROM plan WHERE late IS NOT NULL ORDER BY id")).toEqual(
    middle[questions.length + 2],
  );
  expect(await answered()).toEqual(told(middle));

  await athena("OPTIMIZE plan REWRITE DATA USING BIN_PACK");
  expect(await answered()).toEqual(told(middle));
  // Eight writers: four of Spark's threads, four clients of Athena.
  await athena(
    "CREATE TABLE counted (writer varchar, n int) LOCATION 's3://lake/counted' TBLPROPERTIES ('table_type' = 'ICEBERG')".replace(
      "varchar",
      "string",
    ),
  );
  const threads = Array.from({ length: 4 }, (_, writer) => writer);
  const ours = Promise.all(
    threads.map(async (writer) => {
      for (let n = 0; n < 12; n++) await athena(`INSERT INTO counted VALUES ('ours ${writer}', ${n})`);
    }),
  );
  const theirs = spark(
    context,
    "ALTER TABLE lake.ice.counted SET TBLPROPERTIES ('commit.retry.num-retries'='100', 'commit.retry.min-wait-ms'='20', 'commit.retry.max-wait-ms'='500', 'commit.retry.total-timeout-ms'='300000')",
    ...Array.from({ length: 6 }, (_, n) =>
      threads.map((writer) => `INSERT INTO lake.ice.counted VALUES ('spark ${writer}', ${n})`),
    ),
    ...questions.map(asSpark),
    "SELECT writer, count(*), sum(n) FROM lake.ice.counted GROUP BY writer ORDER BY writer",
  );
  const [, after] = await Promise.all([ours, theirs]);
  expect(told(after.slice(0, -1))).toEqual(told(middle));
  const all = await athena("SELECT writer, count(*), sum(n) FROM counted GROUP BY writer ORDER BY writer");
  expect(all).toEqual([
    ...threads.map((writer) => [`ours ${writer}`, "12", "66"]),
    ...threads.map((writer) => [`spark ${writer}`, "6", "15"]),
  ]);
});
