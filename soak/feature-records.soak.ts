import { readFileSync } from "node:fs";
import { makeGroup } from "../bench/feature-store/feature-group.ts";
import { cpuMicroseconds } from "../bench/process-figures.ts";
import { createTestServer, type TestServer } from "../conformance/server.ts";
import { createRandom } from "../src/base/random.ts";
import { defineSoak } from "./define-soak.ts";
import { addressOf, sendAll, signFor } from "./feature-requests.ts";

const group = { name: "Many", identifier: "id", eventTime: "time", features: [{ name: "number", type: "Integral" }] };
const few = 10_000;
const connections = 8;
/** So many records a request, which is the most that BatchWriteRecord takes. */
const writtenAtOnce = 25;
/** So many requests are signed before they are sent. */
const signedAtOnce = 2_000;
const reads = 2_000;
const turns = 2;
/**
 * What start, read and memory may differ by from one start to the next, whatever else the machine does. A store that grows with
 * its records takes hundreds of times as much of ten million.
 */
const [mostTimes, slackMilliseconds, slackMebibytes] = [5, 500, 150];

interface Figures {
  /** Processor time until the server is ready. */
  readonly startMilliseconds: number;
  /** Processor time of a read of one record. */
  readonly readMicroseconds: number;
  /** The process's own memory after these reads: without what it shows of files. */
  readonly mebibytes: number;
}

export const soak = defineSoak({
  words: "a feature group of many records starts, answers and takes memory as one of 10,000",
  unit: "records",
  sizes: { full: 10_000_000, short: 20_000 },
  async run(size) {
    const server = await createTestServer();
    try {
      await server.start();
      await makeGroup(addressOf(server), group);
      await fill(server, 0, few);
      const before = await measure(server, few);
      await fill(server, few, size);
      const after = await measure(server, size);
      const limits: readonly (readonly [keyof Figures, number])[] = [
        ["startMilliseconds", before.startMilliseconds * mostTimes + slackMilliseconds],
        ["readMicroseconds", before.readMicroseconds * mostTimes],
        ["mebibytes", before.mebibytes + slackMebibytes],
      ];
      for (const [name, limit] of limits)
        if (after[name] > limit)
          throw new Error(
            `${name} is ${after[name].toFixed(0)} with ${size} records, ${before[name].toFixed(0)} with ${few}`,
          );
      return `${words(before)} with ${few}; ${words(after)} with all`;
    } finally {
      await server.close();
    }
  },
});

const words = ({ mebibytes, readMicroseconds, startMilliseconds }: Figures): string =>
  `start ${startMilliseconds.toFixed(0)} ms, read ${readMicroseconds.toFixed(0)} us of processor time, ${mebibytes.toFixed(0)} MiB`;

/** Half of the identifiers are far from those before and after, as hashes are. */
const identifierOf = (number: number): string =>
  number % 2 === 0 ? `r${String(number).padStart(9, "0")}` : `${(number * 2_654_435_761) % 2 ** 32}-${number}`;

const ownMebibytes = (pid: number): number =>
  Number(/^RssAnon:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]) / 1024;

async function fill(server: TestServer, from: number, to: number): Promise<void> {
  for (let start = from; start < to; start += signedAtOnce * writtenAtOnce) {
    const requests: Buffer[] = [];
    for (let at = start; at < Math.min(to, start + signedAtOnce * writtenAtOnce); at += writtenAtOnce) {
      const numbers = Array.from({ length: Math.min(writtenAtOnce, to - at) }, (_, place) => at + place);
      const Entries = numbers.map((number) => ({
        FeatureGroupName: group.name,
        Record: [
          { FeatureName: "id", ValueAsString: identifierOf(number) },
          { FeatureName: "time", ValueAsString: "2026-01-31T08:00:00Z" },
          { FeatureName: "number", ValueAsString: String(number) },
        ],
      }));
      requests.push(signFor(server, { path: "/BatchWriteRecord", body: JSON.stringify({ Entries }) }));
    }
    await sendAll(server, requests, connections, (_, body) => {
      if (body === undefined || !body.includes('"Errors":[]')) throw new Error(`Records were refused: ${body}`);
    });
  }
}

/** Starts the server anew and reads records; of several turns the least counts, since others use the machine as well. */
async function measure(server: TestServer, count: number): Promise<Figures> {
  const all: Figures[] = [];
  const random = createRandom(count);
  for (let turn = 0; turn < turns; turn++) {
    await server.kill();
    await server.start();
    const startMilliseconds = (await cpuMicroseconds(server.pid))! / 1e3;
    const numbers = Array.from({ length: reads }, () => random.below(count));
    const requests = numbers.map((number) => {
      const path = `/FeatureGroup/${group.name}?RecordIdentifierValueAsString=${identifierOf(number)}`;
      return signFor(server, { method: "GET", path, body: "" });
    });
    const begun = (await cpuMicroseconds(server.pid))!;
    await sendAll(server, requests, connections, (at, body) => {
      if (!body?.includes(`"number","ValueAsString":"${numbers[at]}"`))
        throw new Error(`${identifierOf(numbers[at]!)} was answered ${body}`);
    });
    const readMicroseconds = ((await cpuMicroseconds(server.pid))! - begun) / reads;
    all.push({ startMilliseconds, readMicroseconds, mebibytes: ownMebibytes(server.pid) });
  }
  const least = (name: keyof Figures) => Math.min(...all.map((one) => one[name]));
  return {
    startMilliseconds: least("startMilliseconds"),
    readMicroseconds: least("readMicroseconds"),
    mebibytes: least("mebibytes"),
  };
}
