import { performance } from "node:perf_hooks";
import { Worker } from "node:worker_threads";
import { Connection } from "./http-connection.ts";
import { type RequestToSign, signedRequest } from "./signed-request.ts";

/**
 * A process of its own that sends signed requests over kept-alive connections and measures each. The same code, the
 * same bytes, for every server. Everything is signed before the clock starts; each connection has one request under way.
 */
export interface Load extends RequestToSign {
  /** One request body, sent over and over; with `{n}` in it, `requests` different ones, each sent once. */
  readonly body: string;
  /** Requests with these in turn, over and over, in place of the one path and body. */
  readonly variants?: readonly Partial<Pick<RequestToSign, "path" | "body">>[];
  /** First number for `{n}`. */
  readonly from: number;
  readonly requests: number;
  readonly connections: number;
  /** The round ends after this time, or when all requests are sent. */
  readonly seconds: number;
  /** Requests a second of all connections together, evenly; absent: each is sent when the one before is answered. */
  readonly perSecond?: number;
}

export interface LoadResult {
  readonly answered: number;
  /** Answers whose status was not 2xx, with the first one's text. */
  readonly refused: number;
  readonly firstRefusal?: string;
  readonly perSecond: number;
  readonly p50Milliseconds: number;
  readonly p99Milliseconds: number;
  /** Body of the last answer. */
  readonly sample: string;
  /** Of this process on its core, while it sent: 1 where it was the limit. */
  readonly generatorShare: number;
}

process.on("message", async (load: Load) => {
  const answer = await generate(load).catch((error: Error) => ({ failed: error.message }));
  process.send!(answer);
});

async function generate(load: Load): Promise<LoadResult> {
  const numbered = load.body.includes("{n}");
  const count = numbered ? load.requests : 1;
  const requests: Buffer[] = [];
  if (load.variants) for (const variant of load.variants) requests.push(signedRequest({ ...load, ...variant }));
  else
    for (let i = 0; i < count; i++)
      requests.push(signedRequest({ ...load, body: load.body.replaceAll("{n}", String(load.from + i)) }));
  const latencies: number[] = [];
  let sent = 0;
  let refused = 0;
  let firstRefusal: string | undefined;
  let sample = "";
  const start = performance.now();
  const used = process.cpuUsage();
  const end = start + load.seconds * 1000;
  const takeNext = (): Buffer | undefined => {
    if (sent >= load.requests || performance.now() >= end) return undefined;
    const request = requests[sent % requests.length];
    sent++;
    return request;
  };
  const pace = load.perSecond === undefined ? undefined : openPace(load.perSecond);
  const worker = async () => {
    const connection = new Connection(load.port);
    for (;;) {
      await pace?.next();
      const request = takeNext();
      if (!request) break;
      const asked = performance.now();
      const { status, body } = await connection.exchange(request);
      latencies.push(performance.now() - asked);
      sample = body;
      if (status < 200 || status > 299) {
        refused++;
        firstRefusal ??= `${status} ${body}`;
      }
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: load.connections }, worker));
  await pace?.close();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(used);
  latencies.sort((a, b) => a - b);
  const quantile = (q: number) =>
    latencies[Math.min(latencies.length - 1, Math.floor(q * latencies.length))] ?? Number.NaN;
  return {
    answered: latencies.length,
    refused,
    firstRefusal,
    perSecond: latencies.length / seconds,
    p50Milliseconds: quantile(0.5),
    p99Milliseconds: quantile(0.99),
    sample,
    generatorShare: (user + system) / 1e6 / seconds,
  };
}

/**
 * Says when the next request is due, so many times a second. Timers of the event loop are no finer than a millisecond, and
 * a loop that looks at the clock takes a core from the servers, so a thread sleeps.
 */
function openPace(perSecond: number): { next(): Promise<void>; close(): Promise<unknown> } {
  const program = `
    const { parentPort } = require("node:worker_threads");
    const cell = new Int32Array(new SharedArrayBuffer(4));
    const start = performance.now();
    for (let sent = 0; ; ) {
      const due = Math.floor(((performance.now() - start) * ${perSecond}) / 1000) - sent;
      if (due > 0) parentPort.postMessage(due);
      sent += Math.max(0, due);
      Atomics.wait(cell, 0, 0, Math.max(0.02, ((sent + 1) * 1000) / ${perSecond} - (performance.now() - start)));
    }`;
  const thread = new Worker(program, { eval: true });
  const waiting: (() => void)[] = [];
  let permits = 0;
  thread.on("message", (due: number) => {
    permits += due;
    for (; permits > 0 && waiting.length > 0; permits--) waiting.shift()!();
  });
  return {
    next() {
      if (permits === 0) return new Promise((resolve) => waiting.push(resolve));
      permits--;
      return Promise.resolve();
    },
    close: () => thread.terminate(),
  };
}
