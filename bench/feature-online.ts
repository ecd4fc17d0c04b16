import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { createRandom } from "../src/base/random.ts";
import { startFeast } from "./feature-store/feast-server.ts";
import { makeGroup } from "./feature-store/feature-group.ts";
import { features, identifierOf, recordsAsSent, writeRecords } from "./feature-store/feature-rows.ts";
import { profiled, timeShares } from "./feature-store/time-shares.ts";
import type { Load, LoadResult } from "./load-generator.ts";
import { cpuMicroseconds, processTree } from "./process-figures.ts";
import { type MeasuredServer, machine, startSagebrush } from "./servers.ts";

const clients = 8;
const seconds = 4;
const batches = [1, 10, 100];
const group = "customers";
/** So many records a request, which is the most that BatchWriteRecord takes. */
const writtenAtOnce = 25;
/** Records that are sent to the generator at once. */
const loadedAtOnce = 10_000;
/** So many records are loaded by the clients that are measured, and the rest by more, which wait for each sync together. */
const [measuredRecords, moreClients] = [50_000, 64];
/**
 * Feast gets so many of the records at most: it loads a thousand or two a second, takes 5 KB of memory for each in Redis, and finds one
 * by its key whatever their number.
 */
const mostForFeast = 20_000;
/** How many times the requests of Feast's store in Redis are asked for, by one worker and by two. */
const asked: Readonly<Record<number, number>> = { 1: 30, 2: 40 };

type Request = Pick<Load, "path" | "body"> & Partial<Pick<Load, "method">>;
/** The features of a record by name; numbers as numbers. */
type Values = Readonly<Record<string, string | number>>;

interface Side {
  readonly name: string;
  readonly port: number;
  readonly credentials: MeasuredServer["credentials"];
  processes(): number[];
  request(identifiers: readonly string[]): Request;
  /** The records of an answer, in the order of their identifiers. */
  read(answer: string): Values[];
}

interface Figures {
  readonly perSecond: number;
  readonly p99: number;
  readonly microseconds: number;
}

/**
 * Records of fifty features, 10,000 if no number is given, read by 8 clients from Feast's feature server, of SQLite and of Redis, the
 * latter also with precomputed vectors, and from here by one worker and by two: one record a request, 10 and 100. The
 * answers are compared.
 */
export async function run(given = "10000"): Promise<void> {
  const rows = Number(given);
  console.log(`${machine()}; ${rows} records, ${clients} clients, ${seconds} s each; CPU: of all processes, a request`);
  const folder = mkdtempSync(join(tmpdir(), "sagebrush-bench-"));
  const connection = await (await DuckDBInstance.create(":memory:", { threads: "1" })).connect();
  const file = join(folder, "records.parquet");
  const shared = Math.min(rows, mostForFeast);
  await writeRecords(connection, shared, file);
  const generator = fork(join(import.meta.dirname, "load-generator.ts"), { execArgv: [], serialization: "advanced" });
  const figures = new Map<string, Figures[]>();
  const loading = new Map<string, number>();
  const read = new Map<string, readonly Values[]>();
  const measure = async (side: Side, records: number) => {
    figures.set(side.name, await measureSide(side, records, generator));
    read.set(side.name, await recordsOf(side, shared, generator));
  };
  const home = join(folder, "home");
  mkdirSync(home);
  try {
    for (const workers of [1, 2]) {
      const server = await startSagebrush({ environment: { SAGEBRUSH_WORKERS: String(workers) }, home });
      try {
        const name = `Sagebrush, ${workers === 1 ? "one worker" : "two workers"}`;
        if (workers === 1) loading.set(name, await load(server, rows, connection, generator, name));
        await measure(ourSide(server, name), rows);
      } finally {
        await server.close();
      }
    }
    for (const store of ["redis", "sqlite"] as const) {
      const server = await startFeast(store, file, folder);
      const title = `Feast, ${store === "redis" ? "Redis" : "SQLite"}`;
      loading.set(title, shared / server.seconds.load);
      const more = store === "redis" ? `; ${server.seconds.precompute.toFixed(1)} s more for precomputed vectors` : "";
      console.log(
        `${title.padEnd(26)} loads ${(shared / server.seconds.load).toFixed(0).padStart(7)} records/s${more}`,
      );
      try {
        await measure(feastSide(server, title, "plain"), shared);
        if (store === "redis") await measure(feastSide(server, `${title}, precomputed`, "precomputed"), shared);
      } finally {
        await server.close();
      }
    }
    compare(figures, loading);
    checkSame(read);
    await sayShares(rows, connection, generator, folder);
  } finally {
    generator.kill();
    connection.closeSync();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Loads the records by BatchWriteRecord, into a group with an online store. Returns how many a second, of those that are measured. */
async function load(
  server: MeasuredServer,
  rows: number,
  connection: Parameters<typeof recordsAsSent>[0],
  generator: ReturnType<typeof fork>,
  name: string,
): Promise<number> {
  await makeGroup(server, { name: group, identifier: "customer", eventTime: "event_time", features });
  let [took, cpu] = [0, 0];
  for (let from = 0; from < rows; from += loadedAtOnce) {
    const records = await recordsAsSent(connection, from, Math.min(rows, from + loadedAtOnce));
    const bodies: string[] = [];
    for (let at = 0; at < records.length; at += writtenAtOnce) {
      const some = records.slice(at, at + writtenAtOnce);
      bodies.push(`{"Entries":[${some.map((one) => `{"FeatureGroupName":"${group}","Record":${one}}`).join(",")}]}`);
    }
    const before = await usedBy(processTree(server.pid));
    const variants = bodies.map((body) => ({ body, path: "/BatchWriteRecord" }));
    const isMeasured = from < measuredRecords;
    const connections = isMeasured ? clients : moreClients;
    const asked = { path: "", body: "" };
    const result = await send(generator, server, asked, variants, variants.length, 3600, connections);
    if (!/"Errors":\[\]/.test(result.sample)) throw new Error(`Records were refused: ${result.sample}`);
    if (!isMeasured) continue;
    took += result.answered / result.perSecond;
    cpu += (await usedBy(processTree(server.pid))) - before;
  }
  const measured = Math.min(rows, Math.ceil(measuredRecords / loadedAtOnce) * loadedAtOnce);
  const perSecond = measured / took;
  console.log(
    `${name.padEnd(26)} loads ${perSecond.toFixed(0).padStart(7)} records/s, CPU ${(cpu / measured).toFixed(0)} us/record`,
  );
  return perSecond;
}

async function send(
  generator: ReturnType<typeof fork>,
  { port, credentials }: Pick<Side, "port" | "credentials">,
  request: Request,
  variants: readonly Request[],
  requests: number,
  time: number,
  connections = clients,
): Promise<LoadResult> {
  const headers: Record<string, string> = { "content-type": "application/json" };
  const one = { port, credentials, service: "sagemaker", headers, ...request, variants };
  generator.send({ ...one, from: 0, requests, connections, seconds: time } satisfies Load);
  const [result] = (await once(generator, "message")) as [LoadResult & { failed?: string }];
  if (result.failed || result.refused > 0) throw new Error(result.failed ?? result.firstRefusal);
  return result;
}

/** The time of these processes on a core so far, with that of threads that have ended. */
async function usedBy(pids: readonly number[]): Promise<number> {
  const all = await Promise.all(pids.map(cpuMicroseconds));
  return all.reduce<number>((sum, one) => sum + (one ?? 0), 0);
}

async function measureSide(side: Side, rows: number, generator: ReturnType<typeof fork>): Promise<Figures[]> {
  const found: Figures[] = [];
  const random = createRandom(7);
  for (const batch of batches) {
    const identifiers = () => Array.from({ length: batch }, () => identifierOf(random.below(rows)));
    const variants = Array.from({ length: batch === 1 ? 2_000 : 200 }, () => side.request(identifiers()));
    await send(generator, side, variants[0]!, variants, 1e9, 1);
    const before = await usedBy(side.processes());
    const result = await send(generator, side, variants[0]!, variants, 1e9, seconds);
    const microseconds = ((await usedBy(side.processes())) - before) / result.answered;
    const { generatorShare, p50Milliseconds, p99Milliseconds, perSecond } = result;
    found.push({ perSecond, p99: p99Milliseconds, microseconds });
    console.log(
      `${side.name.padEnd(26)} ${String(batch).padStart(3)} a request ${perSecond.toFixed(0).padStart(7)}/s, p50 ${p50Milliseconds.toFixed(2)} ms, p99 ${p99Milliseconds.toFixed(2)} ms, CPU ${microseconds.toFixed(0)} us; the clients take ${(generatorShare * 100).toFixed(0)} % of a core`,
    );
  }
  return found;
}

const compared = 50;

/** Some records, as a server answers them. */
async function recordsOf(side: Side, rows: number, generator: ReturnType<typeof fork>): Promise<Values[]> {
  const found: Values[] = [];
  const random = createRandom(11);
  const wanted = Array.from({ length: compared }, () => identifierOf(random.below(rows)));
  for (const identifiers of [...wanted.slice(0, 5).map((one) => [one]), [...new Set(wanted)].sort()]) {
    const request = side.request(identifiers);
    const { sample } = await send(generator, side, request, [request], 1, 60);
    found.push(...side.read(sample));
  }
  return found;
}

const ourSide = (server: MeasuredServer, name: string): Side => ({
  ...{ name, port: server.port, credentials: server.credentials },
  processes: () => processTree(server.pid),
  request: (identifiers) =>
    identifiers.length === 1
      ? { method: "GET", path: `/FeatureGroup/${group}?RecordIdentifierValueAsString=${identifiers[0]}`, body: "" }
      : {
          path: "/BatchGetRecord",
          body: JSON.stringify({
            Identifiers: [{ FeatureGroupName: group, RecordIdentifiersValueAsString: identifiers }],
          }),
        },
  read(answer) {
    const { Record, Records } = JSON.parse(answer) as Record<string, unknown>;
    const all = Record ? [{ Record }] : (Records as { readonly Record: unknown }[]);
    const plain = (list: readonly { readonly FeatureName: string; readonly ValueAsString: string }[]) =>
      Object.fromEntries(list.map((one) => [one.FeatureName, one.ValueAsString]));
    return all.map((one) => {
      const values = plain(one.Record as Parameters<typeof plain>[0]);
      const typed = features.map(({ name, type }) => [name, type === "String" ? values[name]! : Number(values[name])]);
      return Object.fromEntries([["customer", values.customer], ...typed]) as Values;
    });
  },
});

const feastSide = (server: Awaited<ReturnType<typeof startFeast>>, name: string, service: string): Side => ({
  ...{ name, port: server.port, processes: server.processes },
  // It looks at no signature.
  credentials: { id: "none", secret: "none", region: "none" },
  request: (customer) => ({
    path: "/get-online-features",
    // Precomputed vectors are found by the full names alone.
    body: JSON.stringify({ feature_service: service, full_feature_names: true, entities: { customer } }),
  }),
  read(answer) {
    const { metadata, results } = JSON.parse(answer) as {
      readonly metadata: { readonly feature_names: readonly string[] };
      readonly results: readonly { readonly values: readonly (string | number)[] }[];
    };
    const names = metadata.feature_names.map((one) => one.replace(/^customers__/, ""));
    return results[0]!.values.map((_, row) =>
      Object.fromEntries(names.map((one, at) => [one, results[at]!.values[row]!])),
    );
  },
});

function compare(figures: ReadonlyMap<string, readonly Figures[]>, loading: ReadonlyMap<string, number>): void {
  const own = [...figures].filter(([name]) => name.startsWith("Sagebrush"));
  const others = [...figures].filter(([name]) => !name.startsWith("Sagebrush"));
  for (const [place, [name, ours]] of own.entries()) {
    for (const [other, theirs] of others)
      for (const [at, batch] of batches.entries()) {
        const [one, peer] = [ours[at]!, theirs[at]!];
        const wanted = batch === 1 ? asked[place + 1] : 40;
        const goal = other === "Feast, Redis" ? `; asked: ${wanted}x, p99 1/30` : "";
        console.log(
          `${name}, ${batch} a request: ${(one.perSecond / peer.perSecond).toFixed(1)}x ${other}, CPU ${(peer.microseconds / one.microseconds).toFixed(1)}x, p99 1/${(peer.p99 / one.p99).toFixed(1)}${goal}`,
        );
      }
    const loads = loading.get(name);
    for (const [other, theirs] of loads === undefined ? [] : loading)
      if (other.startsWith("Feast"))
        console.log(`${name} loads ${(loads! / theirs).toFixed(1)}x as fast as ${other}; asked: 8x`);
  }
}

function checkSame(read: ReadonlyMap<string, readonly Values[]>): void {
  const [[name, first], ...others] = [...read] as [[string, readonly Values[]], ...[string, readonly Values[]][]];
  const sorted = (values: Values) => JSON.stringify(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)));
  for (const [other, records] of others)
    for (const [at, values] of records.entries())
      if (sorted(values) !== sorted(first[at]!))
        throw new Error(`${other} answers ${sorted(values)}, ${name} ${sorted(first[at]!)}`);
  console.log(`The ${first.length} records that were compared are everywhere the same.`);
}

/** Where the time of a server goes that answers one kind of request alone. */
async function sayShares(
  rows: number,
  connection: Parameters<typeof recordsAsSent>[0],
  generator: ReturnType<typeof fork>,
  folder: string,
): Promise<void> {
  for (const batch of batches) {
    const place = join(folder, `profiles-${batch}`);
    mkdirSync(place);
    const server = await startSagebrush({ environment: profiled(place) });
    const side = ourSide(server, "profiled");
    try {
      await load(server, Math.min(rows, 1_000), connection, generator, "(for a profile)");
      const random = createRandom(7);
      const identifiers = () => Array.from({ length: batch }, () => identifierOf(random.below(Math.min(rows, 1_000))));
      const variants = Array.from({ length: 200 }, () => side.request(identifiers()));
      await send(generator, side, variants[0]!, variants, 1e9, 2 * seconds);
    } finally {
      await server.close();
    }
    const shares = Object.entries(timeShares(place, server.pid, 2 * seconds)).sort(([, a], [, b]) => b - a);
    console.log(`${batch} a request: ${shares.map(([part, one]) => `${part} ${(one * 100).toFixed(0)} %`).join(", ")}`);
  }
}
