import { Athena, type QueryExecution } from "@aws-sdk/client-athena";
import type { S3 } from "@aws-sdk/client-s3";
import { clientsOf } from "./clients.ts";
import type { TestServer } from "./server.ts";

const OutputLocation = "s3://lake/results/";
const Database = "lake";
const rowCount = 2000;
/** The numbers from 1 to the count of rows. */
const sum = (rowCount * (rowCount + 1)) / 2;

/** Makes a bucket, and a table of numbers, in which queries look. */
export async function prepareQueries(server: TestServer): Promise<void> {
  const { s3 } = clientsOf(server);
  await s3.createBucket({ Bucket: "lake" });
  const Body = Array.from({ length: rowCount }, (_, row) => `${row + 1},kind ${row % 4}\n`).join("");
  await s3.putObject({ Bucket: "lake", Key: "numbers/a.csv", Body });
  const setUp = async (statement: string) => {
    const { Status } = await endOfQuery(server, await startQuery(server, statement, crypto.randomUUID()));
    if (Status!.State !== "SUCCEEDED") throw new Error(`${statement}: ${Status!.StateChangeReason}`);
  };
  await setUp(`CREATE DATABASE ${Database}`);
  await setUp(`CREATE EXTERNAL TABLE numbers (n int, kind string) ROW FORMAT DELIMITED FIELDS TERMINATED BY ','
    LOCATION 's3://lake/numbers/'`);
}

/** A statement, and the lines of the result that it must have; undefined where it has no result. */
export interface MixedQuery {
  readonly statement: string;
  readonly lines: string | undefined;
}

/** Returns one of several statements of which each is answered in its own way. `name` is of this query alone. */
export function mixedQuery(name: string, number: number): MixedQuery {
  const lower = number % rowCount;
  const all: readonly MixedQuery[] = [
    { statement: "SELECT count(*) AS c, sum(n) AS s FROM numbers", lines: `"c","s"\n"${rowCount}","${sum}"\n` },
    {
      statement: `SELECT n FROM numbers WHERE n > ${lower} AND n <= ${lower + 2} ORDER BY n DESC`,
      lines: `"n"\n${[lower + 2, lower + 1]
        .filter((n) => n <= rowCount)
        .map((n) => `"${n}"\n`)
        .join("")}`,
    },
    {
      statement: "SELECT kind, count(*) AS c FROM numbers GROUP BY kind ORDER BY kind",
      lines: `"kind","c"\n${[0, 1, 2, 3].map((kind) => `"kind ${kind}","${rowCount / 4}"\n`).join("")}`,
    },
    { statement: `CREATE TABLE made_${name} WITH (format = 'PARQUET') AS SELECT * FROM numbers`, lines: undefined },
    {
      statement: `SELECT array_join(array_agg(n ORDER BY n), ',') AS a FROM numbers WHERE n <= 5 OR n = ${rowCount}`,
      lines: `"a"\n"1,2,3,4,5,${rowCount}"\n`,
    },
    { statement: "SHOW TABLES 'numbers'", lines: "numbers\n" },
  ];
  return all[number % all.length]!;
}

/** Asks for more memory than an engine has, however much that is: lists of 10,000 numbers, a hundred thousand of them. */
export const greedyStatement = `WITH d(n) AS (VALUES 0, 1, 2, 3, 4, 5, 6, 7, 8, 9)
  SELECT cardinality(array_agg(sequence(1, 10000))) AS c FROM d a, d b, d c, d e, d f`;

/** The clients of each address of a server: every client keeps connections of its own, and thousands of queries are asked. */
const made = new WeakMap<TestServer, { readonly url: string; readonly athena: Athena; readonly s3: S3 }>();

function clientsFor(server: TestServer): { readonly athena: Athena; readonly s3: S3 } {
  const before = made.get(server);
  if (before?.url === server.url) return before;
  const clients = { url: server.url, athena: new Athena(server.clientOptions), s3: clientsOf(server).s3 };
  made.set(server, clients);
  return clients;
}

/** Starts a query; the same token again is the same query. */
export async function startQuery(server: TestServer, QueryString: string, token: string): Promise<string> {
  const { QueryExecutionId } = await clientsFor(server).athena.startQueryExecution({
    ...{ QueryString, QueryExecutionContext: { Database }, ResultConfiguration: { OutputLocation } },
    ClientRequestToken: token,
  });
  return QueryExecutionId!;
}

const pauseMilliseconds = 20;

export async function endOfQuery(server: TestServer, QueryExecutionId: string): Promise<QueryExecution> {
  for (;;) {
    const { QueryExecution } = await clientsFor(server).athena.getQueryExecution({ QueryExecutionId });
    if (!["QUEUED", "RUNNING"].includes(QueryExecution!.Status!.State!)) return QueryExecution!;
    await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds));
  }
}

/** Returns the text of a query's result object; undefined when there is none. */
export async function resultOf(
  server: TestServer,
  { ResultConfiguration }: QueryExecution,
): Promise<string | undefined> {
  const { s3 } = clientsFor(server);
  const Key = ResultConfiguration!.OutputLocation!.replace("s3://lake/", "");
  try {
    const { Body } = await s3.getObject({ Bucket: "lake", Key });
    return await Body!.transformToString();
  } catch (error) {
    if ((error as Error).name === "NoSuchKey") return undefined;
    throw error;
  }
}

/** Has clients ask one query after the other, and checks every answer. */
export async function askMixed(server: TestServer, clients: number, queries: number): Promise<void> {
  const ask = async (_: unknown, client: number) => {
    for (let turn = 0; turn < queries; turn++) {
      const { lines, statement } = mixedQuery(`${client}_${turn}`, client + turn * 7);
      const ended = await endOfQuery(server, await startQuery(server, statement, crypto.randomUUID()));
      const found =
        ended.Status!.State === "SUCCEEDED" ? await resultOf(server, ended) : ended.Status!.StateChangeReason;
      if (found !== lines) throw new Error(`${statement} gave ${found}, not ${lines}`);
    }
  };
  await Promise.all(Array.from({ length: clients }, ask));
}
