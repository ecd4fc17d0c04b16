import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { createRandom } from "../src/base/random.ts";
import { clientsOf, linesOf, patience, sumOf } from "./clients.ts";
import { killedTrainingJob, trainWithoutEnd } from "./killed-training-job.ts";
import { useServer } from "./server.ts";

const kills = 6;
const server = useServer();

test("what a job prints and what it writes to its own stream are there once, whatever is killed meanwhile", async () => {
  const name = "writes-itself";
  const { logGroup: logGroupName, metric } = killedTrainingJob;
  const random = createRandom(11);
  await killedTrainingJob.prepare(server);
  await trainWithoutEnd(server, name);
  const printed = async () => (await linesOf(server, logGroupName, `${name}/`)).flat().length;
  const own: string[] = [];
  for (let kill = 0; kill < kills; kill++) {
    const before = await printed();
    await expect.poll(printed, patience).toBeGreaterThan(before);
    const { logs } = clientsOf(server);
    const { logStreams } = await logs.describeLogStreams({ logGroupName, logStreamNamePrefix: `${name}/` });
    const logStreamName = logStreams![0]!.logStreamName;
    // Of times before, between and after those of the lines, and one that reads like a line of it.
    const messages = [`own ${kill} early`, "[0]#011train-logloss:0.5", `own ${kill} now`, `own ${kill} late`];
    const offsets = [-60_000, -100, 0, 60_000];
    const logEvents = messages.map((message, index) => ({ message, timestamp: Date.now() + offsets[index]! }));
    await logs.putLogEvents({ logGroupName, logStreamName, logEvents });
    own.push(...messages.filter((message) => message.startsWith("own")));
    await pause(random.below(300));
    await server.kill();
    await server.start();
  }
  const status = async () => (await killedTrainingJob.look(server, name)).status;
  expect(await status()).toBe("InProgress");
  await killedTrainingJob.stop(server, name);
  await expect.poll(status, patience).toBe("Stopped");

  const lines = await allLines(name);
  expect(lines.filter((line) => line.startsWith("own ")).sort()).toEqual(own.sort());
  const numbers = lines.flatMap((line) => killedTrainingJob.numberedLine.exec(line)?.[1] ?? []).map(Number);
  const rounds = Math.max(...numbers) + 1;
  expect(numbers.filter((number) => number > 0)).toEqual(Array.from({ length: rounds - 1 }, (_, index) => index + 1));
  expect(rounds).toBeGreaterThan(kills);
  expect(numbers.filter((number) => number === 0)).toHaveLength(1 + kills);
  const { dimension, ...named } = metric!;
  expect(await sumOf(server, named, { [dimension]: name }, "SampleCount")).toBe(rounds);
});

async function allLines(name: string): Promise<string[]> {
  const { logs } = clientsOf(server);
  const { logGroup: logGroupName } = killedTrainingJob;
  const { logStreams } = await logs.describeLogStreams({ logGroupName, logStreamNamePrefix: `${name}/` });
  expect(logStreams).toHaveLength(1);
  const lines: string[] = [];
  for (let nextToken: string | undefined; ; ) {
    const query = { logGroupName, logStreamName: logStreams![0]!.logStreamName, startFromHead: true, nextToken };
    const { events, nextForwardToken } = await logs.getLogEvents(query);
    if (events!.length === 0) return lines;
    lines.push(...events!.map(({ message }) => message!));
    nextToken = nextForwardToken;
  }
}
