import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { deployModel } from "./deploy-model.ts";
import type { Load, LoadResult } from "./load-generator.ts";
import { cpuMicroseconds, idleMilliseconds, residentMebibytes } from "./process-figures.ts";
import { type MeasuredServer, machine, startSagebrush } from "./servers.ts";
import { startAndAsk } from "./start-up.ts";

const runs = 5;
const secondsPerLoad = 3;
const listed = 100;
const json = "application/x-amz-json-1.1";

const createModel = JSON.stringify({
  ModelName: "bench-model-{n}",
  ExecutionRoleArn: "arn:aws:iam::123456789012:role/SageMakerRole",
  PrimaryContainer: { Image: "246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-xgboost:1.7-1" },
  Tags: [{ Key: "project", Value: "bench" }],
});

interface Measured extends Pick<Load, "path" | "headers" | "body" | "connections"> {
  readonly name: string;
}

const target = (operation: string) => ({ "content-type": json, "x-amz-target": `SageMaker.${operation}` });
const operations = (row: string): Measured[] => [
  {
    name: "describe",
    path: "/",
    headers: target("DescribeModel"),
    body: '{"ModelName":"bench-model-7"}',
    connections: 4,
  },
  {
    name: `list(${listed})`,
    path: "/",
    headers: target("ListModels"),
    body: `{"MaxResults":${listed}}`,
    connections: 4,
  },
  { name: "create", path: "/", headers: target("CreateModel"), body: createModel, connections: 8 },
  {
    name: "InvokeEndpoint",
    path: "/endpoints/bench/invocations",
    headers: { "content-type": "text/csv" },
    body: row,
    connections: 8,
  },
];

/**
 * This checkout beside another one of the product (a worktree of an older commit, with its packages installed): CPU of
 * the server a request, time to the first answer, memory. Both servers are up and work in turn, five times; medians.
 */
export async function run(folder: string | undefined): Promise<void> {
  if (folder === undefined || !existsSync(join(folder, "src/cli/main.mjs")))
    throw new Error(`Give the other checkout as beside=FOLDER; "${folder ?? ""}" has no src/cli/main.mjs.`);
  const checkouts = [join(import.meta.dirname, ".."), resolve(folder)];
  console.log(`${machine()}; ${runs} runs in turn, medians; beside ${checkouts[1]}`);
  console.log(`${"".padEnd(34)}${"this".padStart(10)}${"other".padStart(10)}   ratio`);
  const generator = fork(join(import.meta.dirname, "load-generator.ts"), { execArgv: [] });
  const servers: MeasuredServer[] = [];
  try {
    // A server that finds no compiled files keeps the compiler's memory, so both have been started once.
    for (const checkout of checkouts) await startAndAsk(join(checkout, "src/cli/main.mjs"), 0);
    for (const checkout of checkouts) servers.push(await startSagebrush({ checkout }));
    await delay(idleMilliseconds);
    await compare("memory, idle, MiB", 1, async (side) => memory(servers[side]!));
    const { row } = await deployModel(servers[0]!);
    await deployModel(servers[1]!);
    let numbered = 0;
    const load = async (side: number, { name, ...request }: Measured, requests: number) => {
      const { port, credentials } = servers[side]!;
      const from = numbered;
      if (request.body.includes("{n}")) numbered += requests;
      const seconds = secondsPerLoad;
      generator.send({ port, credentials, service: "sagemaker", ...request, from, requests, seconds } satisfies Load);
      const [result] = (await once(generator, "message")) as [LoadResult & { failed?: string }];
      if (result.failed || result.refused > 0) throw new Error(`${name}: ${result.failed ?? result.firstRefusal}`);
      return result;
    };
    for (const side of [0, 1]) {
      numbered = 0;
      await load(side, operations(row).find(({ name }) => name === "create")!, listed);
    }
    for (const measured of operations(row)) {
      const most = measured.body === createModel ? 4_000 : 1_000_000;
      for (const side of [0, 1]) await load(side, measured, Math.min(most, 2_000));
      await compare(`${measured.name}, CPU us/request`, runs, async (side) => {
        const before = await cpu(servers[side]!);
        const { answered } = await load(side, measured, most);
        return ((await cpu(servers[side]!)) - before) / answered;
      });
    }
    await compare("memory after the loads, MiB", 1, async (side) => memory(servers[side]!));
  } finally {
    generator.kill();
    for (const server of servers) await server.close();
  }
  await compare("start to first answer, ms", runs, async (side) => {
    const [, ...warm] = await startAndAsk(join(checkouts[side]!, "src/cli/main.mjs"), 3);
    return median(warm);
  });
}

/** Measures both in turn and prints the medians. */
async function compare(what: string, times: number, measure: (side: 0 | 1) => Promise<number>): Promise<void> {
  const values: [number[], number[]] = [[], []];
  for (let i = 0; i < times; i++) for (const side of [0, 1] as const) values[side].push(await measure(side));
  const [us, them] = values.map(median) as [number, number];
  const ratio = `${(us / them).toFixed(2)}x`;
  console.log(`${what.padEnd(34)}${us.toFixed(1).padStart(10)}${them.toFixed(1).padStart(10)}${ratio.padStart(8)}`);
}

const memory = async ({ pid }: MeasuredServer): Promise<number> => (await residentMebibytes(pid)) ?? Number.NaN;
const cpu = async ({ pid }: MeasuredServer): Promise<number> => (await cpuMicroseconds(pid)) ?? Number.NaN;
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
