import { setTimeout as pause } from "node:timers/promises";
import { makeGroup } from "../bench/feature-store/feature-group.ts";
import { createTestServer, type TestServer } from "../conformance/server.ts";
import { defineSoak } from "./define-soak.ts";
import { addressOf, sendAll, signFor } from "./feature-requests.ts";
import { queryLines } from "./query-lines.ts";

const group = {
  ...{ name: "Writes", identifier: "id", eventTime: "time", bucket: "feature-writes" },
  features: [
    { name: "number", type: "Integral" },
    { name: "share", type: "Fractional" },
  ],
};
const connections = 16;
/** So many requests are signed before they are sent. */
const signedAtOnce = 20_000;
const everyMilliseconds = 10_000;
const readAtOnce = 100;
/** How long the offline store may take for what is new in it. */
const mostMilliseconds = 300_000;

export const soak = defineSoak({
  words: "records are put without pause while the server is killed: each that was acknowledged is in both stores, once",
  unit: "records",
  sizes: { full: 1_000_000, short: 2_000 },
  async run(size) {
    const server = await createTestServer();
    try {
      await server.start();
      const table = await makeGroup(addressOf(server), group);
      const acknowledged = new Uint8Array(size);
      let [done, kills, isOver] = [0, 0, false];
      const killing = (async () => {
        for (let before = 0; !isOver; before = done) {
          // A small proof ends sooner, and is killed all the same.
          const end = performance.now() + everyMilliseconds;
          while (!isOver && performance.now() < end && done - before < size / 2) await pause(5);
          if (isOver) return;
          await server.kill();
          await server.start();
          kills++;
        }
      })();
      let milliseconds = 0;
      const writing = (async () => {
        for (let from = 0; from < size; from += signedAtOnce) {
          const numbers = Array.from({ length: Math.min(signedAtOnce, size - from) }, (_, at) => from + at);
          const requests = numbers.map((number) => signFor(server, put(number)));
          const began = performance.now();
          await sendAll(server, requests, connections, (at, body) => {
            done++;
            if (body !== undefined) acknowledged[from + at] = 1;
          });
          milliseconds += performance.now() - began;
        }
      })().finally(() => {
        isOver = true;
      });
      await Promise.all([writing, killing]);
      const online = await readOnline(server, size);
      await untilOffline(server, table, acknowledged, online);
      const count = acknowledged.reduce((sum, one) => sum + one, 0);
      return `${count} acknowledged, ${((size * 1000) / milliseconds).toFixed(0)} sent a second, over ${kills} kills; each in both stores once, and of the ${size - count} whose answer a kill took each in both or in none`;
    } catch (error) {
      console.error(server.output().slice(-4000));
      throw error;
    } finally {
      await server.close();
    }
  },
});

const identifierOf = (number: number): string => `r${String(number).padStart(8, "0")}`;

/** The record of a number, whose values tell it. */
function put(number: number) {
  const record = {
    ...{ id: identifierOf(number), time: `2026-01-31T0${8 + (number % 2)}:00:00Z` },
    ...{ number: String(number), share: "0.5" },
  };
  const Record = Object.entries(record).map(([FeatureName, ValueAsString]) => ({ FeatureName, ValueAsString }));
  return { method: "PUT", path: `/FeatureGroup/${group.name}`, body: JSON.stringify({ Record }) };
}

/** Which records are in the online store. */
async function readOnline(server: TestServer, size: number): Promise<Uint8Array> {
  const found = new Uint8Array(size);
  const starts = Array.from({ length: Math.ceil(size / readAtOnce) }, (_, at) => at * readAtOnce);
  const requests = starts.map((start) => {
    const numbers = Array.from({ length: Math.min(readAtOnce, size - start) }, (_, at) => start + at);
    const Identifiers = [
      {
        FeatureGroupName: group.name,
        RecordIdentifiersValueAsString: numbers.map(identifierOf),
        FeatureNames: ["number"],
      },
    ];
    return signFor(server, { path: "/BatchGetRecord", body: JSON.stringify({ Identifiers }) });
  });
  await sendAll(server, requests, connections, (_, body) => {
    const { Errors, Records } = JSON.parse(body!) as {
      readonly Errors: readonly unknown[];
      readonly Records: readonly {
        readonly RecordIdentifierValueAsString: string;
        readonly Record: readonly { readonly ValueAsString: string }[];
      }[];
    };
    if (Errors.length > 0) throw new Error(`Records cannot be read: ${JSON.stringify(Errors[0])}`);
    for (const { Record, RecordIdentifierValueAsString: identifier } of Records) {
      const number = Number(Record[0]!.ValueAsString);
      if (identifierOf(number) !== identifier) throw new Error(`${identifier} has the values of ${number}`);
      found[number] = 1;
    }
  });
  return found;
}

/** Waits until the offline store has what the online store has, each once. A file that is merged may be there twice meanwhile. */
async function untilOffline(
  server: TestServer,
  table: string,
  acknowledged: Uint8Array,
  online: Uint8Array,
): Promise<void> {
  const lost = acknowledged.findIndex((one, number) => one === 1 && online[number] === 0);
  if (lost >= 0) throw new Error(`${identifierOf(lost)} was acknowledged, and is not in the online store`);
  let [last, end] = ["", performance.now() + mostMilliseconds];
  for (;;) {
    const lines = await queryLines(server, `SELECT number, count(*) AS c FROM ${table} GROUP BY number`, group.bucket);
    const counts = new Uint32Array(online.length);
    for (const line of lines) {
      const [number, count] = line.replaceAll('"', "").split(",").map(Number) as [number, number];
      counts[number] = count;
    }
    const wrong = counts.reduce((sum, count, number) => sum + (count === online[number] ? 0 : 1), 0);
    if (wrong === 0) return;
    const first = counts.findIndex((count, number) => count !== online[number]);
    const words = `${wrong} records are not as often in the offline store as in the online store, the first ${identifierOf(first)}: ${counts[first]} and ${online[first]}`;
    if (words !== last) [last, end] = [words, performance.now() + mostMilliseconds];
    if (performance.now() > end) throw new Error(words);
    await pause(200);
  }
}
