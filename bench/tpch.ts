import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Athena } from "@aws-sdk/client-athena";
import { S3 } from "@aws-sdk/client-s3";
import { cpuMicroseconds, processTree } from "./process-figures.ts";
import { machine, startSagebrush } from "./servers.ts";
import { type Peer, startDuckdb, startTrinoPeer } from "./tpch/peers.ts";
import { differenceOf } from "./tpch/same-rows.ts";
import { type Tpch, tpchFiles } from "./tpch/tpch-files.ts";

const turns = 3;
const asked = { wholeSet: 1.3, eachQuery: 3 };

/** TPC-H at a scale, 1 if none is given: through Athena to the result in S3, beside DuckDB and Trino over the same files. */
export async function run(scale = "1"): Promise<void> {
  console.log(`${machine()}; TPC-H at scale ${scale}, Parquet, the best of ${turns} turns, ms`);
  console.log("Of time on the cores: all processes of the server, and those of DuckDB.");
  const tpch = await tpchFiles(scale);
  const peers: Peer[] = [];
  try {
    const own = await startAthena(tpch);
    peers.push(own, await startDuckdb(tpch));
    const trino = await startTrinoPeer(tpch);
    if (trino) peers.push(trino);
    else console.log("Trino is left out: TRINO_FOLDER names no unpacked Trino 476, or there is no JDK 24.");
    console.log(`query ${peers.map(({ name }) => name.padStart(10)).join("")}   beside DuckDB, on the cores, Trino`);
    const sums = peers.map(() => 0);
    const onCores = peers.map(() => 0);
    const slow: string[] = [];
    const problems: string[] = [];
    for (const [index, query] of tpch.queries.entries()) {
      const number = String(index + 1).padStart(5);
      try {
        const { cores, times } = await timesOf(peers, query);
        for (const [place, time] of times.entries()) sums[place]! += time;
        for (const [place, time] of cores.entries()) onCores[place]! += time;
        const [mine = 0, duckdb = 0, other] = times;
        if (other !== undefined && other / mine < asked.eachQuery) slow.push(number.trim());
        const faster = other === undefined ? "" : `, ${(other / mine).toFixed(1)} times as fast`;
        const ratios = `${(mine / duckdb).toFixed(2)}x, ${(cores[0]! / cores[1]!).toFixed(2)}x`;
        console.log(`${number} ${shown(times)}   ${ratios}${faster}`);
      } catch (error) {
        console.log(`${number} ${(error as Error).message}`);
        problems.push(number.trim());
      }
    }
    console.log(`  all ${shown(sums)}   ${(sums[0]! / sums[1]!).toFixed(2)}x`);
    console.log(`cores ${shown(onCores)}   ${(onCores[0]! / onCores[1]!).toFixed(2)}x`);
    console.log(
      `asked: at most ${asked.wholeSet}x DuckDB for the whole set, each query at least ${asked.eachQuery} times as fast as Trino`,
    );
    if (trino) console.log(slow.length === 0 ? "each is" : `slower than that: ${slow.join(", ")}`);
    if (problems.length > 0) throw new Error(`Not answered, or differently: ${problems.join(", ")}`);
  } finally {
    await Promise.all(peers.map((peer) => peer.close()));
  }
}

const shown = (times: readonly number[]): string => times.map((time) => time.toFixed(0).padStart(10)).join("");

/** Has each peer answer a query, in turn. `cores`: the time on the cores. @throws Error when the answers differ */
async function timesOf(peers: readonly Peer[], query: string): Promise<{ times: number[]; cores: number[] }> {
  const cores = peers.map(() => Number.POSITIVE_INFINITY);
  const times = peers.map(() => Number.POSITIVE_INFINITY);
  const answers: (readonly (readonly unknown[])[])[] = [];
  for (let turn = 0; turn < turns; turn++)
    for (const [place, peer] of peers.entries()) {
      const ran = (await peer.onCores?.()) ?? 0;
      const begun = performance.now();
      const rows = await peer.ask(query);
      times[place] = Math.min(times[place]!, performance.now() - begun);
      cores[place] = Math.min(cores[place]!, ((await peer.onCores?.()) ?? 0) - ran);
      answers[place] = await rows();
    }
  for (const [place, { name }] of peers.entries()) {
    const difference = differenceOf(answers[0]!, answers[place]!);
    if (difference !== undefined) throw new Error(`differs from ${name}: ${difference}`);
  }
  return { times, cores };
}

async function startAthena({ folder, tables }: Tpch): Promise<Peer> {
  const server = await startSagebrush();
  const { id: accessKeyId, secret: secretAccessKey, region } = server.credentials;
  const options = {
    endpoint: `http://127.0.0.1:${server.port}`,
    region,
    credentials: { accessKeyId, secretAccessKey },
  };
  const [athena, s3] = [new Athena(options), new S3({ ...options, forcePathStyle: true })];
  /** How long a query has taken at best, as the server says. */
  const known = new Map<string, number>();
  const ask = async (QueryString: string) => {
    const { QueryExecutionId } = await athena.startQueryExecution({
      ...{ QueryString, QueryExecutionContext: { Database: "tpch" } },
      ResultConfiguration: { OutputLocation: "s3://tpch/results/" },
    });
    // To ask all the while would take the processor from the query, which is what is measured.
    await delay(0.75 * (known.get(QueryString) ?? 0));
    for (let pause = 1; ; pause = Math.min(10, pause * 1.2)) {
      const { QueryExecution } = await athena.getQueryExecution({ QueryExecutionId });
      const { State, StateChangeReason } = QueryExecution!.Status!;
      if (State === "SUCCEEDED") {
        const { TotalExecutionTimeInMillis = 0 } = QueryExecution!.Statistics ?? {};
        known.set(
          QueryString,
          Math.min(known.get(QueryString) ?? Number.POSITIVE_INFINITY, TotalExecutionTimeInMillis),
        );
        return QueryExecutionId!;
      }
      if (State !== "QUEUED" && State !== "RUNNING") throw new Error(StateChangeReason);
      await delay(pause);
    }
  };
  await s3.createBucket({ Bucket: "tpch" });
  await ask("CREATE DATABASE tpch");
  for (const { columns, name } of tables) {
    const file = join(folder, `${name}.parquet`);
    await s3.putObject({
      ...{ Bucket: "tpch", Key: `${name}/a.parquet`, Body: createReadStream(file) },
      ContentLength: (await stat(file)).size,
    });
    const types = columns.map(
      ({ name, type }) => `${name} ${type === "varchar" ? "string" : type === "integer" ? "int" : type}`,
    );
    await ask(`CREATE EXTERNAL TABLE ${name} (${types.join(", ")}) STORED AS PARQUET LOCATION 's3://tpch/${name}/'`);
  }
  return {
    name: "Athena",
    async ask(query) {
      const QueryExecutionId = await ask(query);
      return async () => {
        const rows: (string | null)[][] = [];
        for (let NextToken: string | undefined; ; ) {
          const page = await athena.getQueryResults({ QueryExecutionId, NextToken });
          rows.push(...page.ResultSet!.Rows!.map(({ Data }) => Data!.map(({ VarCharValue }) => VarCharValue ?? null)));
          NextToken = page.NextToken;
          if (NextToken === undefined) return rows.slice(1);
        }
      };
    },
    // Of whole processes: each query's engine has threads of its own, which are gone when it has answered.
    async onCores() {
      const ran = await Promise.all(processTree(server.pid).map(cpuMicroseconds));
      return ran.reduce<number>((sum, one) => sum + (one ?? 0), 0) / 1000;
    },
    close: () => server.close(),
  };
}
