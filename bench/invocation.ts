import { fork } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { deployModel } from "./deploy-model.ts";
import type { Load, LoadResult } from "./load-generator.ts";
import { cpuMicroseconds } from "./process-figures.ts";
import { machine, startSagebrush } from "./servers.ts";

const seconds = 4;
const rounds = 2;

/**
 * InvokeEndpoint on its own: one CSV row of 30 numbers to a model of 50 trees behind an endpoint, by one process and by
 * two workers. The rounds take turns, because a machine is not as fast at all times.
 */
export async function run(): Promise<void> {
  console.log(machine());
  const generator = fork(join(import.meta.dirname, "load-generator.ts"), { execArgv: [] });
  const measured: { workers: number; server: Awaited<ReturnType<typeof startSagebrush>>; row: string }[] = [];
  try {
    for (const workers of [1, 2]) {
      const server = await startSagebrush({ environment: { SAGEBRUSH_WORKERS: String(workers) } });
      measured.push({ workers, server, row: "" });
      measured.at(-1)!.row = (await deployModel(server)).row;
    }
    for (const connections of [1, 8, 64])
      for (let round = 0; round < rounds; round++)
        for (const { workers, server, row } of measured) {
          const processes = [server.pid, ...(await workersOf(server.home))];
          const used = async () => {
            const all = await Promise.all(processes.map(cpuMicroseconds));
            return all.reduce<number>((sum, one) => sum + (one ?? Number.NaN), 0);
          };
          const before = await used();
          generator.send({
            port: server.port,
            credentials: server.credentials,
            service: "sagemaker",
            path: "/endpoints/bench/invocations",
            headers: { "content-type": "text/csv" },
            body: row,
            from: 0,
            requests: 1_000_000,
            connections,
            seconds,
          } satisfies Load);
          const [result] = (await once(generator, "message")) as [LoadResult & { failed?: string }];
          if (result.failed) throw new Error(result.failed);
          if (result.refused > 0) throw new Error(`InvokeEndpoint was refused: ${result.firstRefusal}`);
          const cpu = ((await used()) - before) / result.answered;
          console.log(
            `InvokeEndpoint, workers ${workers}, ${connections} connection(s): ${result.perSecond.toFixed(0)}/s, p50 ${result.p50Milliseconds.toFixed(2)} ms, p99 ${result.p99Milliseconds.toFixed(2)} ms, server CPU ${Number.isNaN(cpu) ? "-" : cpu.toFixed(0)} us/request; answer ${result.sample.trim()}`,
          );
        }
  } finally {
    generator.kill();
    for (const { server } of measured) await server.close();
  }
}

/** The processes of the data plane of a server; none when it is one process. */
async function workersOf(home: string): Promise<number[]> {
  const text = await readFile(join(home, "workers.json"), "utf8").catch(() => "[]");
  return (JSON.parse(text) as { pid: number }[]).map(({ pid }) => pid);
}
