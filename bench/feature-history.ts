import { createReadStream, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { S3 } from "@aws-sdk/client-s3";
import { DuckDBInstance } from "@duckdb/node-api";
import type { HistoryPlan } from "../src/base/history-plan.ts";
import { createPythonEnvironment } from "../tools/python-environments.ts";
import { featureNames, fingerprint, type HistoryWork, writeBase, writeGroup } from "./feature-store/history-rows.ts";
import { type ProcessFigures, runProcess } from "./recipe/run-process.ts";
import { type MeasuredServer, machine, startSagebrush } from "./servers.ts";

const root = join(import.meta.dirname, "..");
const bucket = "history";
const wide: HistoryWork = { name: "wide", rows: 17_000, groups: 1, features: 1_000 };
const tallFeatures = 4;
/** Feast's Dask engine keeps all rows in memory several times, so no more are asked of it. */
const mostForDask = 1_000_000;
/** How many times as fast as each engine of Feast, and how much of the memory, and how much memory for ten million rows. */
const asked: Readonly<Record<string, readonly [wide: string, tall: string]>> = {
  duckdb: ["4x, 1/3 of the memory", "7x, 1/3 of the memory"],
  dask: ["25x", "50x"],
};
const askedMebibytes: Readonly<Record<number, number>> = { 10000000: 1_536 };

/**
 * Rows joined with the features of groups as they were at the time of each, beside Feast's offline store with its engines DuckDB and
 * Dask: 17,000 rows with 1,000 features, and a million rows, or as many as are given, with three groups. Each is a process
 * of its own, start included, that writes Parquet. The rows are compared. `feature-history=0` leaves the second out.
 */
export async function run(given = "1000000"): Promise<void> {
  const rows = Number(given);
  const problem = await createPythonEnvironment("feast");
  if (problem !== undefined) throw new Error(problem);
  console.log(machine());
  const tall: HistoryWork = { name: `tall, ${rows}`, rows, groups: 3, features: tallFeatures };
  const server = await startSagebrush();
  const options = { endpoint: `http://127.0.0.1:${server.port}`, region: server.credentials.region };
  const credentials = { accessKeyId: server.credentials.id, secretAccessKey: server.credentials.secret };
  const s3 = new S3({ ...options, credentials, forcePathStyle: true });
  mkdirSync(join(root, ".cache"), { recursive: true });
  const folder = mkdtempSync(join(root, ".cache", "history-"));
  try {
    await s3.createBucket({ Bucket: bucket, CreateBucketConfiguration: { LocationConstraint: "us-west-2" } });
    for (const work of rows > 0 ? [wide, tall] : [wide]) {
      const place = mkdtempSync(join(folder, "work-"));
      await runWork(work, place, server, s3);
      rmSync(place, { recursive: true });
    }
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runWork(work: HistoryWork, folder: string, server: MeasuredServer, s3: S3): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "2", memory_limit: "2GiB" });
  const connection = await instance.connect();
  try {
    const base = join(folder, "base.parquet");
    await writeBase(connection, work, base);
    const histories: string[] = [];
    for (let group = 0; group < work.groups; group++) {
      const files = { feast: join(folder, `feast-${group}.parquet`), own: join(folder, `own-${group}.parquet`) };
      await writeGroup(connection, work, group, files);
      histories.push(files.feast);
      const Key = `${work.name}/group-${group}/rows.parquet`;
      const ContentLength = statSync(files.own).size;
      await s3.putObject({ Bucket: bucket, Key, Body: createReadStream(files.own), ContentLength });
      rmSync(files.own);
    }
    const turns = work.rows > 2_000_000 ? 1 : 2;
    const own = await best(turns, () => runOwn(work, base, join(folder, "own.parquet"), server));
    const limit = askedMebibytes[work.rows];
    say(work, "Sagebrush", own, limit === undefined ? "" : `   asked: under ${limit} MiB`);
    const columns = (name: (feature: string, group: number) => string) =>
      Array.from({ length: work.groups }, (_, group) =>
        featureNames(work).map((feature) => name(feature, group)),
      ).flat();
    const names = columns((feature, group) => `${feature}.${group + 1}`);
    for (const engine of ["duckdb", "dask"]) {
      if (engine === "dask" && work.rows > mostForDask) continue;
      const output = join(folder, `${engine}.parquet`);
      const theirs = await best(engine === "dask" ? 1 : turns, () => runFeast(engine, folder, base, output, histories));
      const ratios = `${(theirs.seconds / own.seconds).toFixed(1)}x, CPU ${(theirs.cpuSeconds / own.cpuSeconds).toFixed(1)}x, memory 1/${(theirs.peakMebibytes / own.peakMebibytes).toFixed(1)}`;
      say(work, `Feast, ${engine}`, theirs, `   ${ratios}; asked: ${asked[engine]![work.features > 100 ? 0 : 1]}`);
      // Dask leaves out rows that have no record yet, unless their identifier has none at all.
      const isLess = engine === "dask";
      const theirNames = columns((feature, group) => `group${group}__${feature}`);
      const found = await fingerprint(connection, output, theirNames, isLess);
      const mine = await fingerprint(connection, join(folder, "own.parquet"), names, isLess);
      if (found !== mine) throw new Error(`The rows differ: ${mine} here, ${found} of Feast with ${engine}.`);
      rmSync(output);
    }
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** The program of `sagebrush features history`, over objects as an offline store has them. */
function runOwn(work: HistoryWork, base: string, output: string, server: MeasuredServer): Promise<ProcessFigures> {
  const names = featureNames(work);
  const plan: HistoryPlan = {
    ...{ base, identifier: "customer", time: "event_timestamp", output, keepsAll: true },
    groups: Array.from({ length: work.groups }, (_, group) => ({
      ...{ name: `group${group}`, bucket, prefix: `${work.name}/group-${group}/` },
      ...{ identifier: "customer", eventTime: "event_time", isoTime: false, wanted: names },
      columns: [
        { name: "customer", type: "string" },
        { name: "event_time", type: "double" },
        ...names.map((name) => ({ name, type: "double" })),
      ],
    })),
  };
  const { id, region, secret } = server.credentials;
  const environment = {
    ...{ AWS_ENDPOINT_URL: `http://127.0.0.1:${server.port}`, AWS_REGION: region },
    ...{ AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret },
    NODE_COMPILE_CACHE: join(root, ".cache", "compiled"),
  };
  const program = join(root, "src/runtimes/features/history.ts");
  return runProcess(process.execPath, [program, JSON.stringify(plan)], environment);
}

function runFeast(engine: string, folder: string, base: string, output: string, files: readonly string[]) {
  const program = join(import.meta.dirname, "feature-store", "feast_history.py");
  const place = mkdtempSync(join(folder, `${engine}-`));
  const python = join(root, ".venv-feast", "bin", "python");
  return runProcess(python, [program, engine, place, base, output, ...files], { FEAST_USAGE: "False" });
}

async function best(turns: number, work: () => Promise<ProcessFigures>): Promise<ProcessFigures> {
  const all: ProcessFigures[] = [];
  for (let turn = 0; turn < turns; turn++) all.push(await work());
  return all.reduce((one, other) => (other.cpuSeconds < one.cpuSeconds ? other : one));
}

function say({ name }: HistoryWork, who: string, figures: ProcessFigures, more = ""): void {
  const { cpuSeconds, peakMebibytes, seconds } = figures;
  console.log(
    `${name.padEnd(16)}${who.padEnd(16)}${seconds.toFixed(2).padStart(8)} s${cpuSeconds.toFixed(1).padStart(8)} CPU s${peakMebibytes.toFixed(0).padStart(7)} MiB${more}`,
  );
}
