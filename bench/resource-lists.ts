import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { createMemoryResourceStore } from "../src/stores/resources/memory.ts";
import type { ResourceChange, ResourceQuery, ResourceStore } from "../src/stores/resources/port.ts";
import { createSqliteResourceStore } from "../src/stores/resources/sqlite.ts";
import { machine } from "./servers.ts";

const documents = 100_000;
const repetitions = 9;
const here = { account: "123456789012", region: "us-west-2" };
const begun = Date.UTC(2026, 0, 1);
const minute = 60_000;
const teams = ["churn", "fraud", "pricing", "search", "forecast"];

/** Names are not in the order of creation; each status has a time of its own in which most of its documents were made. */
function documentAt(i: number): ResourceChange {
  const created = begun + i * minute;
  return {
    put: {
      key: {
        ...here,
        kind: "sagemaker/training-job",
        name: `job-${String((i * 7919) % documents).padStart(6, "0")}-xgboost`,
      },
      id: `01ARZ3NDEKTSV4RRFFQ6${String(i).padStart(6, "0")}`,
      schema: 1,
      status: i % 100 === 0 ? "Stopped" : i < documents / 2 ? "Completed" : "Failed",
      created,
      modified: created + ((i * 31) % 1_000) * minute,
      labels: {
        Team: teams[i % teams.length],
        Owner: `user-${(i * 13) % 40}`,
        Half: i % 2,
        Rest: i % 2,
        Code: `code-${String((i * 7919) % documents).padStart(6, "0")}-xgboost`,
        Objective: ((i * 104_729) % documents) / documents,
        Tags: [`a${i % 3}`, `b${i % 7}`],
      },
      wanted: { TrainingJobName: `job-${i}`, HyperParameters: { eta: "0.1", max_depth: "6" } },
      actual: {},
    },
    expected: "absent",
  };
}

const lists: Readonly<Record<string, Omit<ResourceQuery, "limit" | "account" | "region">>> = {
  "newest first": { sort: { by: "created", descending: true } },
  "NameContains, none has it": { nameContains: "LightGBM" },
  "NameContains, by name": { nameContains: "999-x", sort: { by: "name" } },
  "label contains, none has it": { labels: { Owner: { contains: "LightGBM" } } },
  "label contains, few have it": { labels: { Code: { contains: "999-X" } } },
  "label contains, a tenth has it": { labels: { Code: { contains: "7-x" } } },
  "label contains, by that label": { labels: { Code: { contains: "999-x" } }, sort: { by: "label:Code" } },
  "one label": { labels: { Team: "fraud" } },
  "two labels": { labels: { Team: "fraud", Owner: "user-3" } },
  "two labels, by name": { labels: { Team: "fraud", Owner: "user-3" }, sort: { by: "name" } },
  "label and a range of another, by name": {
    labels: { Team: "fraud", Objective: { from: 0.5 } },
    sort: { by: "name" },
  },
  "label, by another label": { labels: { Team: "fraud" }, sort: { by: "label:Objective" } },
  "two labels of a half each, none together": { labels: { Half: 0, Rest: 1 } },
  "label of a list, newest first": { labels: { Tags: "b5" }, sort: { by: "created", descending: true } },
  "label range, by that label": { labels: { Objective: { from: 0.9 } }, sort: { by: "label:Objective" } },
  "by a label": { sort: { by: "label:Objective", descending: true } },
  "by a label, smallest first": { sort: { by: "label:Objective" } },
  "status, time, by name": {
    status: "Completed",
    created: { after: begun + 20_000 * minute, before: begun + 40_000 * minute },
    sort: { by: "name" },
  },
  "status, time, by name: few together": {
    status: "Completed",
    created: { after: begun + (documents / 2 - 50) * minute },
    sort: { by: "name" },
  },
  "status, label, by modified: none together": {
    status: "Stopped",
    labels: { Team: "fraud" },
    sort: { by: "modified", descending: true },
  },
  "status, modified, by created: none together": {
    status: "Failed",
    modified: { before: begun + 40_000 * minute },
  },
};

/**
 * Pages of 100 out of 100,000 documents, by SQLite and by the memory driver, which looks at every document; their answers
 * must agree. Beside the time of a page: the processor time that it took, how much of it stopped the main thread, and the
 * processor time of the first such page, which prepares statements and makes what later ones use again.
 */
export async function run(): Promise<void> {
  console.log(`${machine()}; pages of 100 of ${documents} documents; medians of ${repetitions}`);
  const folder = await mkdtemp(join(tmpdir(), "sagebrush-bench-"));
  const clock = { now: () => Date.now() };
  const sqlite = createSqliteResourceStore({ path: join(folder, "resources.sqlite"), clock });
  const memory = createMemoryResourceStore({ clock });
  try {
    const changes = Array.from({ length: documents }, (_, i) => documentAt(i));
    await memory.write(changes);
    for (let i = 0; i < documents; i += 1_000) await sqlite.write(changes.slice(i, i + 1_000));
    const columns = ["ms a page", "CPU ms", "main thread", "first page", "memory driver"].map((text) =>
      text.padStart(13),
    );
    console.log("list".padEnd(44), ...columns, "ratio".padStart(7));
    for (const [name, query] of Object.entries(lists))
      await compare(name, { ...here, ...query, limit: 100 }, sqlite, memory);
    await reportWatchers(sqlite);
  } finally {
    await sqlite.close();
    await rm(folder, { recursive: true });
  }
}

async function compare(
  name: string,
  query: ResourceQuery,
  sqlite: ResourceStore,
  memory: ResourceStore,
): Promise<void> {
  const kind = "sagemaker/training-job";
  let ours: unknown;
  const first = await timed(async () => {
    ours = await sqlite.list(kind, query);
  });
  const theirs = await memory.list(kind, query);
  if (!isDeepStrictEqual(ours, theirs)) throw new Error(`The answers to "${name}" differ`);
  const times: Times[] = [];
  for (let i = 0; i < repetitions; i++) times.push(await timed(() => sqlite.list(kind, query)));
  const plain = await timed(() => memory.list(kind, query));
  const [wall, cpu, mainThread] = (["wall", "cpu", "mainThread"] as const).map((what) =>
    median(times.map((time) => time[what])),
  );
  const columns = [
    wall!.toFixed(2),
    cpu!.toFixed(2),
    mainThread!.toFixed(2),
    first.cpu.toFixed(2),
    plain.wall.toFixed(0),
  ];
  console.log(
    name.padEnd(44),
    ...columns.map((text) => text.padStart(13)),
    `${(plain.wall / wall!).toFixed(0)}x`.padStart(7),
  );
}

interface Times {
  readonly wall: number;
  /** Processor time of all threads, and of the main thread: the longest that it stands still. */
  readonly cpu: number;
  readonly mainThread: number;
}

async function timed(work: () => Promise<unknown>): Promise<Times> {
  const [all, main, from] = [process.cpuUsage(), process.threadCpuUsage(), performance.now()];
  await work();
  const wall = performance.now() - from;
  const milliseconds = ({ user, system }: { user: number; system: number }) => (user + system) / 1_000;
  return {
    wall,
    cpu: milliseconds(process.cpuUsage(all)),
    mainThread: milliseconds(process.threadCpuUsage(main)),
  };
}

async function reportWatchers(store: ResourceStore): Promise<void> {
  const keys = Array.from({ length: 1_000 }, (_, i) => ({
    ...here,
    kind: "sagemaker/training-job",
    name: `waiting-${i}`,
  }));
  const ends = keys.map((key) => store.watch([key], () => {}));
  const before = process.cpuUsage();
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const { user, system } = process.cpuUsage(before);
  console.log(`1,000 watched documents, nothing changes: ${((user + system) / 2e4).toFixed(2)} % of a core`);
  for (const end of ends) end();
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
