import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { CreateEndpointCommand, SageMakerClient, waitUntilEndpointInService } from "@aws-sdk/client-sagemaker";
import { deployModel } from "./deploy-model.ts";
import { machine, startSagebrush } from "./servers.ts";

const endpoints = 12;
const measuredSeconds = 60;
/** The endpoints that the figures are told for. */
const many = 1_000;

/**
 * What endpoints cost that nobody calls: the processor time of each of their processes, pings among it, and of the
 * server that follows them. Linux only.
 */
export async function run(): Promise<void> {
  console.log(`${machine()}; ${endpoints} idle endpoints over ${measuredSeconds} s, told for ${many}`);
  const server = await startSagebrush();
  try {
    await deployModel(server);
    const { id, secret, region } = server.credentials;
    const credentials = { accessKeyId: id, secretAccessKey: secret };
    const client = new SageMakerClient({ endpoint: `http://127.0.0.1:${server.port}`, region, credentials });
    for (let number = 1; number < endpoints; number++) {
      const EndpointName = `bench-${number}`;
      await client.send(new CreateEndpointCommand({ EndpointName, EndpointConfigName: "bench" }));
      await waitUntilEndpointInService({ client, maxWaitTime: 120, minDelay: 1, maxDelay: 1 }, { EndpointName });
    }
    await pause(5_000);
    const keepers = readdirSync(join(server.home, "runs")).map(
      (runId) => JSON.parse(readFileSync(join(server.home, "runs", runId, "keeper.json"), "utf8")).pid as number,
    );
    const chains = keepers.map(chainBelow);
    const kinds: Readonly<Record<string, readonly number[]>> = {
      keepers,
      "model servers": chains.map((chain) => chain.at(-1)!),
    };
    const memory = keepers.map((keeper, index) => [keeper, ...chains[index]!].reduce((sum, pid) => sum + pss(pid), 0));
    console.log(
      `an instance: ${(memory.reduce((sum, one) => sum + one, 0) / endpoints).toFixed(1)} MiB, its share of what is shared`,
    );
    const begun = performance.now();
    const [serverBefore, before] = [ranMilliseconds(server.pid), sums(kinds)];
    await pause(measuredSeconds * 1_000);
    const share = (milliseconds: number) => (milliseconds / (performance.now() - begun)) * 100;
    const scaled = (milliseconds: number) => ((share(milliseconds) * many) / endpoints).toFixed(1);
    for (const [kind, after] of Object.entries(sums(kinds)))
      console.log(`${many} ${kind}: ${scaled(after - before[kind]!)} % of a core`);
    console.log(
      `the server, for ${endpoints}: ${share(ranMilliseconds(server.pid) - serverBefore).toFixed(2)} % of a core`,
    );
  } finally {
    await server.close();
  }
}

const sums = (kinds: Readonly<Record<string, readonly number[]>>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(kinds).map(([kind, pids]) => [kind, pids.reduce((sum, pid) => sum + ranMilliseconds(pid), 0)]),
  );

/** Time on a core of all threads of a process. */
const ranMilliseconds = (pid: number): number =>
  readdirSync(`/proc/${pid}/task`).reduce((sum, thread) => {
    const [ran] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ");
    return sum + Number(ran) / 1e6;
  }, 0);

/** Memory of a process in MiB, with its share of what several have. */
const pss = (pid: number): number =>
  Number(/^Pss: +(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))![1]) / 1024;

/** The processes below a keeper, each the only child of the one before it. */
function chainBelow(keeper: number): number[] {
  const chain: number[] = [];
  for (let pid: number | undefined = keeper; ; ) {
    const children: string = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
    if (children === "") return chain;
    pid = Number(children.split(" ")[0]);
    chain.push(pid);
  }
}
