import { fork } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Load, LoadResult } from "./load-generator.ts";
import { countSyncs, cpuMicroseconds } from "./process-figures.ts";
import { type MeasuredServer, machine, startMoto, startSagebrush } from "./servers.ts";

const rounds = 3;
const secondsPerRound = 3;
const listed = 100;

const modelBody = JSON.stringify({
  ModelName: "bench-model-{n}",
  ExecutionRoleArn: "arn:aws:iam::123456789012:role/SageMakerRole",
  PrimaryContainer: {
    Image: "246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-xgboost:1.7-1",
    Environment: { SAGEMAKER_CONTAINER_LOG_LEVEL: "20", SAGEMAKER_REGION: "us-west-2" },
  },
  Tags: [{ Key: "project", Value: "bench" }],
});

interface Measured {
  readonly operation: string;
  readonly connections: number;
  readonly body: string;
}
const measured: readonly Measured[] = [
  ...[1, 8].map((connections) => ({
    operation: "DescribeModel",
    connections,
    body: '{"ModelName":"bench-model-7"}',
  })),
  ...[1, 8].map((connections) => ({ operation: "ListModels", connections, body: `{"MaxResults":${listed}}` })),
  ...[1, 8, 64].map((connections) => ({ operation: "CreateModel", connections, body: modelBody })),
];

/**
 * CreateModel, DescribeModel and ListModels of 100 models against moto's server (PyPI `moto[server]`), the same load
 * generator and the same bytes for both, in turn. Creates come last: moto's ListModels ignores MaxResults.
 */
export async function run(): Promise<void> {
  console.log(
    `${machine()}, ${availableParallelism()} processors; ${rounds} rounds of ${secondsPerRound} s each, in turn; medians`,
  );
  const servers = [await startSagebrush(), await startMoto()] as const;
  const generator = fork(join(import.meta.dirname, "load-generator.ts"), { execArgv: [] });
  let numbered = 0;
  const load = async (server: MeasuredServer, { operation, connections, body }: Measured, requests = 40_000) => {
    const from = numbered;
    if (body.includes("{n}")) numbered += requests;
    generator.send({
      port: server.port,
      credentials: server.credentials,
      service: "sagemaker",
      path: "/",
      headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": `SageMaker.${operation}` },
      body,
      from,
      requests,
      connections,
      seconds: secondsPerRound,
    } satisfies Load);
    const [result] = (await once(generator, "message")) as [LoadResult & { failed?: string }];
    if (result.failed) throw new Error(`${operation} on ${server.name}: ${result.failed}`);
    if (result.refused > 0) throw new Error(`${server.name} refused ${operation}: ${result.firstRefusal}`);
    return result;
  };
  try {
    for (const server of servers) {
      numbered = 0;
      await load(server, { operation: "CreateModel", connections: 4, body: modelBody }, listed);
    }
    console.log(
      "operation        connections   Sagebrush/s      moto/s   ratio   p99 ms (Sagebrush, moto)   ratio   CPU us/request",
    );
    for (const row of measured) {
      const results: [LoadResult[], LoadResult[]] = [[], []];
      const cpu: number[] = [];
      for (let round = 0; round < rounds; round++) {
        for (const side of [0, 1] as const) {
          const before = await cpuMicroseconds(servers[side].pid);
          const result = await load(servers[side], row);
          const after = await cpuMicroseconds(servers[side].pid);
          results[side].push(result);
          if (side === 0 && before !== undefined && after !== undefined) cpu.push((after - before) / result.answered);
        }
      }
      checkAgreement(row.operation, results[0].at(-1)!.sample, results[1].at(-1)!.sample);
      const [us, them] = results.map((side) => median(side.map(({ perSecond }) => perSecond)));
      const [ourTail, theirTail] = results.map((side) => median(side.map(({ p99Milliseconds }) => p99Milliseconds)));
      console.log(
        [
          row.operation.padEnd(16),
          String(row.connections).padStart(11),
          us!.toFixed(0).padStart(13),
          them!.toFixed(0).padStart(11),
          `${(us! / them!).toFixed(1)}x`.padStart(7),
          `${ourTail!.toFixed(2)}, ${theirTail!.toFixed(2)}`.padStart(26),
          (ourTail! / theirTail!).toFixed(3).padStart(7),
          (cpu.length > 0 ? median(cpu).toFixed(0) : "-").padStart(16),
        ].join(" "),
      );
    }
    await reportDurability(servers[0], (requests) =>
      load(servers[0], { operation: "CreateModel", connections: 8, body: modelBody }, requests),
    );
  } finally {
    generator.kill();
    for (const server of servers) await server.close();
  }
}

/** What each has on the disk when it has answered. */
async function reportDurability(
  server: MeasuredServer,
  create: (requests: number) => Promise<LoadResult>,
): Promise<void> {
  const { result, syncs } = await countSyncs(server.pid, () => create(500));
  console.log(
    syncs === undefined
      ? "Sagebrush answers a create when it is synced to disk (not counted here: strace is not installed)."
      : `Sagebrush answers a create when it is synced to disk: ${syncs} syncs for ${result.answered} creates at 8 connections (one for all that wait).`,
  );
  console.log("moto keeps everything in memory: nothing is on disk, and all of it is gone when it ends.");
}

/** Both must have said the same about the same models; what only one says (times, extra members) is left aside. */
function checkAgreement(operation: string, ours: string, theirs: string): void {
  const [a, b] = [essence(operation, ours), essence(operation, theirs)];
  if (a !== b) throw new Error(`The answers to ${operation} differ.\nSagebrush: ${a}\nmoto:      ${b}`);
}

function essence(operation: string, body: string): string {
  const answer = JSON.parse(body);
  if (operation === "CreateModel") return answer.ModelArn.replace(/\d+$/, "N");
  if (operation === "ListModels")
    return answer.Models.map(({ ModelArn }: { ModelArn: string }) => ModelArn)
      .sort()
      .join(" ");
  const { ModelName, ModelArn, ExecutionRoleArn, PrimaryContainer } = answer;
  const { Image, Environment } = PrimaryContainer;
  return JSON.stringify({ ModelName, ModelArn, ExecutionRoleArn, Image, Environment });
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
