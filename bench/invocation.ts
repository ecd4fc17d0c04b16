import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { deployModel } from "./deploy-model.ts";
import type { Load, LoadResult } from "./load-generator.ts";
import { cpuMicroseconds } from "./process-figures.ts";
import { machine, startSagebrush } from "./servers.ts";

const seconds = 4;

/** InvokeEndpoint on its own: one CSV row of 30 numbers to a model of 50 trees behind an endpoint. No peer serves one without Docker. */
export async function run(): Promise<void> {
  console.log(machine());
  const server = await startSagebrush();
  const generator = fork(join(import.meta.dirname, "load-generator.ts"), { execArgv: [] });
  try {
    const { row } = await deployModel(server);
    for (const connections of [1, 8]) {
      const before = await cpuMicroseconds(server.pid);
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
      const cpu = before === undefined ? undefined : ((await cpuMicroseconds(server.pid))! - before) / result.answered;
      console.log(
        `InvokeEndpoint, ${connections} connection(s): ${result.perSecond.toFixed(0)}/s, p50 ${result.p50Milliseconds.toFixed(2)} ms, p99 ${result.p99Milliseconds.toFixed(2)} ms, server CPU ${cpu?.toFixed(0) ?? "-"} us/request; answer ${result.sample.trim()}`,
      );
    }
  } finally {
    generator.kill();
    await server.close();
  }
}
