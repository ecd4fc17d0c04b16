import { execFileSync, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { scriptEnvironmentsFolder } from "../tools/python-environments.ts";
import { deployArchive, uploadArchive } from "./deploy-model.ts";
import type { Load, LoadResult } from "./load-generator.ts";
import { freePort, lineMatching, type MeasuredServer, machine, startSagebrush } from "./servers.ts";

const image = "246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-base-python-311:1.0";
const seconds = 4;
const clients = 8;
/** About as much work as a small model takes in Python. */
const ROUNDS = "120";
const body = "5.1,3.5,1.4,0.2";

/**
 * A program of a user's behind an endpoint, and by itself: its own throughput, and what the endpoint adds to an answer at half
 * of the program's capacity. The answers must be equal.
 */
export async function run(): Promise<void> {
  console.log(`${machine()}; ${clients} clients, ${seconds} s each, twice in turn`);
  const folder = mkdtempSync(join(tmpdir(), "sagebrush-bench-"));
  const program = join(import.meta.dirname, "other-program.mjs");
  const port = await freePort();
  const bare = spawn(process.execPath, [program], {
    env: { ...process.env, ROUNDS, PORT: String(port) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const { SAGEBRUSH_ENVIRONMENTS = scriptEnvironmentsFolder } = process.env;
  const here = await startSagebrush({ environment: { SAGEBRUSH_ENVIRONMENTS } });
  const generator = fork(join(import.meta.dirname, "load-generator.ts"), { execArgv: [] });
  try {
    await lineMatching(bare, /listens/);
    mkdirSync(join(folder, "code"));
    copyFileSync(program, join(folder, "code", "server.mjs"));
    execFileSync("tar", ["czf", "model.tar.gz", "code"], { cwd: folder });
    const url = await uploadArchive(here, "other.tar.gz", readFileSync(join(folder, "model.tar.gz")));
    const environment = { SAGEMAKER_PROGRAM: "server.mjs", ROUNDS };
    await deployArchive(here, "other", { url, image, environment });
    const load = async (server: Pick<MeasuredServer, "port">, path: string, perSecond?: number) => {
      const { credentials } = here;
      const headers = { "content-type": "text/csv" };
      const request = { port: server.port, credentials, service: "sagemaker", path, headers, body };
      generator.send({ ...request, from: 0, requests: 1e7, connections: clients, seconds, perSecond } satisfies Load);
      const [result] = (await once(generator, "message")) as [LoadResult & { failed?: string }];
      if (result.failed || result.refused > 0) throw new Error(`${path}: ${result.failed ?? result.firstRefusal}`);
      return result;
    };
    const byItself = (perSecond?: number) => load({ port }, "/invocations", perSecond);
    const behind = (perSecond?: number) => load(here, "/endpoints/other/invocations", perSecond);
    await byItself();
    await behind();
    for (const _ of [1, 2]) {
      const own = await byItself();
      const ours = await behind();
      if (own.sample !== ours.sample) throw new Error(`The answers differ: ${own.sample}, ${ours.sample}`);
      console.log(
        `by itself ${own.perSecond.toFixed(0)}/s, behind an endpoint ${ours.perSecond.toFixed(0)}/s: ${(ours.perSecond / own.perSecond).toFixed(2)}x`,
      );
      const half = own.perSecond / 2;
      const [calm, added] = [await byItself(half), await behind(half)];
      const [p50, p99] = [added.p50Milliseconds - calm.p50Milliseconds, added.p99Milliseconds - calm.p99Milliseconds];
      console.log(
        `at ${half.toFixed(0)}/s: p50 ${calm.p50Milliseconds.toFixed(2)} ms and ${p50.toFixed(2)} ms more, p99 ${calm.p99Milliseconds.toFixed(2)} ms and ${p99.toFixed(2)} ms more`,
      );
    }
  } finally {
    generator.kill();
    bare.kill();
    await here.close();
    rmSync(folder, { recursive: true });
  }
}
