import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { ListModelsCommand, SageMakerClient } from "@aws-sdk/client-sagemaker";
import { idleMilliseconds, residentMebibytes } from "./process-figures.ts";
import { lineMatching, machine, startSagebrush } from "./servers.ts";

const root = join(import.meta.dirname, "..");
const repetitions = 7;

/** From starting the process to its first answer, from source and built; memory idle and with two services in use. */
export async function run(): Promise<void> {
  console.log(`${machine()}; medians of ${repetitions} starts on a home that is there`);
  execFileSync(process.execPath, [join(root, "tools/build.ts")], { stdio: "inherit" });
  for (const [name, program] of [
    ["from source", "src/cli/main.mjs"],
    ["built", "dist/src/cli/main.mjs"],
  ] as const) {
    if (!existsSync(join(root, program))) throw new Error(`${program} is not there.`);
    const times = await startAndAsk(join(root, program), repetitions);
    const sorted = times.slice(1).sort((a, b) => a - b);
    console.log(
      `start to first answer, ${name}: ${sorted[Math.floor(sorted.length / 2)]!.toFixed(0)} ms (first start on a new home: ${times[0]!.toFixed(0)} ms)`,
    );
  }
  await reportMemory();
}

/**
 * Milliseconds from each start of a program to the answer of its page. The first start makes the home and fills the
 * compile cache; `repetitions` follow it.
 */
export async function startAndAsk(program: string, repetitions: number): Promise<number[]> {
  const times = [];
  const home = await mkdtemp(join(tmpdir(), "sagebrush-bench-"));
  for (let i = 0; i <= repetitions; i++) times.push(await startOnce(program, home));
  await rm(home, { recursive: true, force: true });
  return times;
}

async function startOnce(program: string, home: string): Promise<number> {
  const begun = performance.now();
  const child = spawn(process.execPath, [program, "start", "--home", home, "--port", "0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [, url] = await lineMatching(child, /ready at (http:\/\/\S+)/);
  const answer = await fetch(url!);
  await answer.text();
  const taken = performance.now() - begun;
  child.kill("SIGTERM");
  await once(child, "exit");
  return taken;
}

async function reportMemory(): Promise<void> {
  const server = await startSagebrush();
  const show = async (what: string) =>
    console.log(`resident memory, ${what}: ${(await residentMebibytes(server.pid))?.toFixed(0) ?? "?"} MiB`);
  try {
    await delay(idleMilliseconds);
    await show("idle");
    const { id, secret, region } = server.credentials;
    const options = {
      endpoint: `http://127.0.0.1:${server.port}`,
      region,
      credentials: { accessKeyId: id, secretAccessKey: secret },
    };
    await new SageMakerClient(options).send(new ListModelsCommand());
    const s3 = new S3Client(options);
    const object = { Bucket: "bench", Key: "object" };
    await s3.send(new CreateBucketCommand({ Bucket: object.Bucket }));
    await s3.send(new PutObjectCommand({ ...object, Body: "content" }));
    await (await s3.send(new GetObjectCommand(object))).Body!.transformToString();
    await s3.send(new ListObjectsV2Command({ Bucket: object.Bucket }));
    await show("SageMaker and S3 in use");
  } finally {
    await server.close();
  }
}
