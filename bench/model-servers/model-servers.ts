import { execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deployModel } from "../deploy-model.ts";
import type { Load, LoadResult } from "../load-generator.ts";
import { processTree, ranMicroseconds } from "../process-figures.ts";
import { machine, startSagebrush } from "../servers.ts";
import { type Asked, type ModelServerPeer, peers, startPeer } from "./peers.ts";

const clients = [1, 8, 64];
const seconds = 4;
const trees = 100;

/** InvokeEndpoint with its signature verified; the container takes rows in CSV and answers in either. */
const askedHere = (accept: string, numbers: Asked["numbers"]): Asked => ({
  path: "/endpoints/bench/invocations",
  headers: { "content-type": "text/csv", accept },
  body: (row) => row.join(","),
  numbers,
});

interface Figures {
  readonly name: string;
  readonly type: "csv" | "json";
  readonly connections: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Of all processes of the server. */
  readonly microseconds: number;
}

/**
 * The servers of models that people use, and an endpoint here, in one run: the same model of 100 trees, the same row, the
 * same clients. Answers are compared. `model-servers=8` measures with that number of clients only.
 */
export async function run(argument?: string): Promise<void> {
  console.log(`${machine()}; ${trees} trees, ${seconds} s each; CPU: of all processes of a server, a request`);
  const counts = argument === undefined ? clients : argument.split(",").map(Number);
  const folder = mkdtempSync(join(tmpdir(), "sagebrush-bench-"));
  const generator = fork(join(import.meta.dirname, "..", "load-generator.ts"), { execArgv: [] });
  const all: Figures[] = [];
  try {
    const here = await startSagebrush();
    let row: readonly number[];
    let expected: readonly number[];
    const model = join(folder, "model.json");
    try {
      const deployed = await deployModel(here, { trees });
      row = deployed.row.split(",").map(Number);
      writeFileSync(join(folder, "model.tar.gz"), deployed.artifact);
      execFileSync("tar", ["xzf", "model.tar.gz"], { cwd: folder });
      execFileSync("mv", ["xgboost-model", model], { cwd: folder });
      const ours: ModelServerPeer = {
        ...here,
        asked: {
          csv: askedHere("text/csv", (answer) => answer.trim().split(",").map(Number)),
          json: askedHere("application/json", (answer) => [JSON.parse(answer).predictions[0].score].flat()),
        },
      };
      expected = [];
      const figures = await measure(ours, here.credentials, row, counts, generator, (numbers) => {
        expected = numbers;
      });
      all.push(...figures);
    } finally {
      await here.close();
    }
    for (const [index, peer] of peers.entries()) {
      const server = await startPeer(peer, model, row, join(folder, `peer-${index}`));
      try {
        const figures = await measure(server, here.credentials, row, counts, generator, (numbers) => {
          const isSame = numbers.length === expected.length && numbers.every((one, at) => near(one, expected[at]!));
          if (!isSame) throw new Error(`${peer.name} answers ${numbers}, Sagebrush ${expected}`);
        });
        all.push(...figures);
      } finally {
        await server.close();
      }
    }
    compare(all);
  } finally {
    generator.kill();
    rmSync(folder, { recursive: true });
  }
}

const near = (one: number, other: number): boolean => Math.abs(one - other) < 1e-5;

async function measure(
  server: ModelServerPeer,
  credentials: Load["credentials"],
  row: readonly number[],
  counts: readonly number[],
  generator: ReturnType<typeof fork>,
  check: (numbers: readonly number[]) => void,
): Promise<Figures[]> {
  const figures: Figures[] = [];
  for (const type of ["csv", "json"] as const) {
    const asked = server.asked[type];
    if (!asked) continue;
    const load = async (connections: number, seconds: number): Promise<LoadResult> => {
      generator.send({
        port: server.port,
        credentials,
        service: "sagemaker",
        path: asked.path,
        headers: asked.headers,
        body: asked.body(row),
        from: 0,
        requests: 10_000_000,
        connections,
        seconds,
      } satisfies Load);
      const [result] = (await once(generator, "message")) as [LoadResult & { failed?: string }];
      if (result.failed || result.refused > 0)
        throw new Error(`${server.name}: ${result.failed ?? result.firstRefusal}`);
      check(asked.numbers(result.sample));
      return result;
    };
    await load(8, 2);
    for (const connections of counts) {
      const tree = processTree(server.pid);
      const before = ranMicroseconds(tree);
      const result = await load(connections, seconds);
      const microseconds = (ranMicroseconds(tree) - before) / result.answered;
      const { perSecond, p50Milliseconds: p50, p99Milliseconds: p99 } = result;
      figures.push({ name: server.name, type, connections, perSecond, p50, p99, microseconds });
      console.log(
        `${server.name.padEnd(20)} ${type.padEnd(5)} ${String(connections).padStart(3)} clients ${perSecond.toFixed(0).padStart(7)}/s, p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms, CPU ${microseconds.toFixed(0)} us`,
      );
    }
  }
  return figures;
}

/** Prints how many times as fast Sagebrush is; a peer that reads no CSV is compared by its JSON. */
function compare(all: readonly Figures[]): void {
  for (const ours of all.filter(({ name }) => name === "Sagebrush")) {
    const ratios = peers.flatMap(({ name }) => {
      const theirs = all.filter((one) => one.name === name && one.connections === ours.connections);
      const one = theirs.find(({ type }) => type === ours.type) ?? theirs[0];
      if (!one) return [];
      const cpu = one.microseconds / ours.microseconds;
      return [`${(ours.perSecond / one.perSecond).toFixed(1)}x ${name} (CPU ${cpu.toFixed(1)}x)`];
    });
    console.log(`${ours.type}, ${ours.connections} clients: ${ratios.join(", ")}`);
  }
}
