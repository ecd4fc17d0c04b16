import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Athena, type QueryExecution } from "@aws-sdk/client-athena";
import { S3 } from "@aws-sdk/client-s3";
import { DuckDBInstance } from "@duckdb/node-api";
import { machine, startSagebrush } from "./servers.ts";

const repetitions = 60;
const [warmUp, pauseMilliseconds] = [10, 2];
const rowCount = 10_000;
const query = "SELECT kind, count(*) AS n, sum(price) AS total FROM items WHERE id < 5000 GROUP BY kind ORDER BY kind";

/** From StartQueryExecution to SUCCEEDED, for a query over a file of 10,000 rows. */
export async function run(): Promise<void> {
  console.log(`${machine()}; ${rowCount} rows of Parquet, median of ${repetitions} queries, one after the other`);
  const file = join(tmpdir(), `sagebrush-small-${process.pid}.parquet`);
  const duckdb = await (await DuckDBInstance.create(":memory:")).connect();
  await duckdb.run(
    `COPY (SELECT i AS id, 'kind ' || (i % 7) AS kind, (i * 0.25)::double AS price FROM range(${rowCount}) t(i)) TO '${file}' (FORMAT parquet)`,
  );
  const server = await startSagebrush();
  try {
    const { id: accessKeyId, secret: secretAccessKey, region } = server.credentials;
    const options = {
      endpoint: `http://127.0.0.1:${server.port}`,
      region,
      credentials: { accessKeyId, secretAccessKey },
    };
    const [athena, s3] = [new Athena(options), new S3({ ...options, forcePathStyle: true })];
    const ask = async (QueryString: string): Promise<{ milliseconds: number; found: QueryExecution }> => {
      const begun = performance.now();
      const { QueryExecutionId } = await athena.startQueryExecution({
        ...{ QueryString, QueryExecutionContext: { Database: "bench" } },
        ResultConfiguration: { OutputLocation: "s3://bench/results/" },
      });
      for (;;) {
        const { QueryExecution: found } = await athena.getQueryExecution({ QueryExecutionId });
        const { State, StateChangeReason } = found!.Status!;
        if (State === "SUCCEEDED") return { milliseconds: performance.now() - begun, found: found! };
        if (State !== "QUEUED" && State !== "RUNNING") throw new Error(`${QueryString}: ${StateChangeReason}`);
        await delay(pauseMilliseconds);
      }
    };
    await s3.createBucket({ Bucket: "bench" });
    await s3.putObject({ Bucket: "bench", Key: "items/a.parquet", Body: await readFile(file) });
    await ask("CREATE DATABASE bench");
    await ask(
      "CREATE EXTERNAL TABLE items (id bigint, kind string, price double) STORED AS PARQUET LOCATION 's3://bench/items/'",
    );
    const asked: Awaited<ReturnType<typeof ask>>[] = [];
    for (let turn = 0; turn < repetitions + warmUp; turn++) asked.push(await ask(query));
    const measured = asked.slice(warmUp);
    const { QueryExecutionId } = measured[0]!.found;
    const result = await s3.getObject({ Bucket: "bench", Key: `results/${QueryExecutionId}.csv` });
    const answer = (await duckdb.runAndReadAll(query.replace("items", `'${file}'`))).getRows();
    const lines = answer.map(([kind, n, total]) => `"${kind}","${n}","${javaDouble(Number(total))}"\n`);
    if ((await result.Body!.transformToString()) !== `"kind","n","total"\n${lines.join("")}`)
      throw new Error("The answers differ.");
    const own = median(measured.map(({ milliseconds }) => milliseconds));
    const statistic = (name: keyof NonNullable<QueryExecution["Statistics"]>) =>
      median(measured.map(({ found }) => Number(found.Statistics![name])));
    console.log(`${own.toFixed(1).padStart(8)} ms  from StartQueryExecution to SUCCEEDED`);
    console.log(`          of it: in the queue ${statistic("QueryQueueTimeInMillis")} ms, planned in`);
    console.log(
      `          ${statistic("QueryPlanningTimeInMillis")} ms, in the engine ${statistic("EngineExecutionTimeInMillis")} ms`,
    );
    const alone: number[] = [];
    for (let turn = 0; turn < repetitions; turn++) {
      const begun = performance.now();
      await duckdb.runAndReadAll(query.replace("items", `'${file}'`));
      alone.push(performance.now() - begun);
    }
    console.log(`${median(alone).toFixed(1).padStart(8)} ms  DuckDB alone, in this process, without a result in S3`);
    console.log(`ratio ${(own / median(alone)).toFixed(1)}x; ${own < 60 ? "below" : "NOT below"} 60 ms`);
  } finally {
    await server.close();
  }
}

const median = (values: readonly number[]): number => values.toSorted((one, other) => one - other)[values.length >> 1]!;
const javaDouble = (value: number): string => (Number.isInteger(value) ? `${value}.0` : String(value));
