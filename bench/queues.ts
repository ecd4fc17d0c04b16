import { execFileSync, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { SQS } from "@aws-sdk/client-sqs";
import type { Load, LoadResult } from "./load-generator.ts";
import { cpuMicroseconds } from "./process-figures.ts";
import { freePort, lineMatching, type MeasuredServer, machine, startMoto, startSagebrush } from "./servers.ts";

const seconds = 6;
const connections = 8;
const body = "x".repeat(1024);
const polls = 50;
const million = 1_000_000;
const root = join(import.meta.dirname, "..");
const elasticMqVersion = "1.6.12";

/**
 * Messages of 1 KiB: sending, and taking and removing, by 8 clients, beside ElasticMQ, which keeps messages in memory, and moto.
 * Then how long after a send a long poll is answered; and, with `queues=million`, the same with a million messages in the queue.
 */
export async function run(argument?: string): Promise<void> {
  console.log(machine());
  const generator = fork(join(import.meta.dirname, "load-generator.ts"), { execArgv: [] });
  try {
    for (const start of [startElasticMq, startMoto, startSagebrush]) {
      const server = await start();
      try {
        await measure(generator, server, server.name === "Sagebrush" && argument === "million");
      } finally {
        await server.close();
      }
    }
  } finally {
    generator.kill();
  }
}

const headersOf = (action: string) => ({
  "content-type": "application/x-amz-json-1.0",
  "x-amz-target": `AmazonSQS.${action}`,
});

type Generator = ReturnType<typeof fork>;

async function measure(generator: Generator, server: MeasuredServer, toMillion: boolean): Promise<void> {
  const load = async (action: string, input: object, more: Partial<Load> = {}) => {
    const { credentials, port } = server;
    const base = { port, credentials, service: "sqs", path: "/", from: 0, requests: 1e9, connections, seconds };
    generator.send({ ...base, headers: headersOf(action), body: JSON.stringify(input), ...more } satisfies Load);
    const [result] = (await once(generator, "message")) as [LoadResult & { failed?: string }];
    if (result.failed) throw new Error(result.failed);
    if (result.refused > 0) {
      const refused = `${server.name} refused ${action} ${result.refused} times: ${result.firstRefusal}`;
      if (server.name === "Sagebrush") throw new Error(refused);
      // ElasticMQ answers 500 when it is asked too much while it starts.
      console.log(refused);
    }
    return result;
  };
  const ask = async (action: string, input: object) =>
    JSON.parse((await load(action, input, { connections: 1, seconds: 0.001 })).sample || "{}");
  const { QueueUrl } = await ask("CreateQueue", { QueueName: "bench" });
  const told = async (what: string, action: string, input: object) => {
    const before = await cpuMicroseconds(server.pid);
    const result = await load(action, input);
    const cpu = ((await cpuMicroseconds(server.pid)) ?? 0) - (before ?? 0);
    console.log(
      `${server.name}, ${what}: ${result.perSecond.toFixed(0)}/s, p50 ${result.p50Milliseconds.toFixed(2)} ms, p99 ${result.p99Milliseconds.toFixed(2)} ms, server CPU ${(cpu / result.answered).toFixed(0)} us each`,
    );
  };
  // Once without being counted: programs of all kinds are slow at first.
  await load("SendMessage", { QueueUrl, MessageBody: body }, { seconds: 4 });
  await told("SendMessage", "SendMessage", { QueueUrl, MessageBody: body });
  await told("ReceiveMessage", "ReceiveMessage", { QueueUrl, VisibilityTimeout: 600 });
  await longPolls(server);
  if (!toMillion) return;
  const Entries = Array.from({ length: 10 }, (_, Id) => ({ Id: String(Id), MessageBody: body }));
  const batch = { body: JSON.stringify({ QueueUrl, Entries }) };
  let sent = 0;
  while (sent < million)
    sent += (await load("SendMessageBatch", {}, { ...batch, seconds: 10 })).answered * Entries.length;
  console.log(`${server.name}: ${sent} messages more`);
  await told("SendMessage beside a million", "SendMessage", { QueueUrl, MessageBody: body });
  await told("ReceiveMessage beside a million", "ReceiveMessage", { QueueUrl, VisibilityTimeout: 600 });
}

/** How long after a message is sent the answer of a long poll has come, from another client. */
async function longPolls({ credentials: { id, region, secret }, name, port }: MeasuredServer): Promise<void> {
  const options = {
    ...{ endpoint: `http://127.0.0.1:${port}`, region, maxAttempts: 1 },
    credentials: { accessKeyId: id, secretAccessKey: secret },
  };
  const [sender, taker] = [new SQS(options), new SQS(options)];
  const { QueueUrl } = await sender.createQueue({ QueueName: "polled" });
  const waits: number[] = [];
  for (let poll = 0; poll < polls; poll++) {
    const answered = taker.receiveMessage({ QueueUrl, WaitTimeSeconds: 20 }).then(() => performance.now());
    // The poll is under way by then.
    await pause(50);
    const began = performance.now();
    await sender.sendMessage({ QueueUrl, MessageBody: body });
    waits.push((await answered) - began);
  }
  waits.sort((a, b) => a - b);
  const at = (share: number) => waits[Math.floor((waits.length - 1) * share)]!.toFixed(1);
  console.log(`${name}, long polls: answered ${at(0.5)} ms after the send began, p99 ${at(0.99)} ms`);
  for (const client of [sender, taker]) client.destroy();
}

/** ElasticMQ from Maven Central, in a process of its own. */
async function startElasticMq(): Promise<MeasuredServer> {
  const folder = join(root, ".cache", `elasticmq-${elasticMqVersion}`);
  const classes = join(folder, "jars");
  if (!existsSync(join(classes, "done"))) {
    mkdirSync(classes, { recursive: true });
    writeFileSync(join(folder, "pom.xml"), pom);
    execFileSync("mvn", ["-q", "-B", "dependency:copy-dependencies", `-DoutputDirectory=${classes}`], { cwd: folder });
    writeFileSync(join(classes, "done"), "");
  }
  const port = await freePort();
  const configuration = join(folder, `port-${port}.conf`);
  writeFileSync(
    configuration,
    `include classpath("application.conf")\nrest-sqs { bind-port = ${port}, bind-hostname = "127.0.0.1" }\nrest-stats { enabled = false }\nnode-address { host = "127.0.0.1", port = ${port} }\n`,
  );
  const words = [`-Dconfig.file=${configuration}`, "-cp", `${classes}/*`, "org.elasticmq.server.Main"];
  const child = spawn("java", words, { stdio: ["ignore", "pipe", "inherit"] });
  await lineMatching(child, /=== ElasticMQ server .* started/);
  child.stdout.resume();
  return {
    name: "ElasticMQ",
    pid: child.pid!,
    port,
    credentials: { id: "x", secret: "x", region: "us-west-2" },
    async close() {
      child.kill("SIGTERM");
      await once(child, "exit");
    },
  };
}

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>bench</groupId><artifactId>bench</artifactId><version>1</version>
<dependencies><dependency><groupId>org.elasticmq</groupId><artifactId>elasticmq-server_2.13</artifactId><version>${elasticMqVersion}</version></dependency></dependencies></project>
`;
