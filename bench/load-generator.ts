import { createConnection, type Socket } from "node:net";
import { performance } from "node:perf_hooks";
import { Worker } from "node:worker_threads";
import { type RequestToSign, signedRequest } from "./signed-request.ts";

/**
 * A process of its own that sends signed requests over kept-alive connections and measures each. The same code, the
 * same bytes, for every server. Everything is signed before the clock starts; each connection has one request under way.
 */
export interface Load extends RequestToSign {
  /** One request body, sent over and over; with `{n}` in it, `requests` different ones, each sent once. */
  readonly body: string;
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
}

process.on("message", async (load: Load) => {
  const answer = await generate(load).catch((error: Error) => ({ failed: error.message }));
  process.send!(answer);
});

async function generate(load: Load): Promise<LoadResult> {
  const numbered = load.body.includes("{n}");
  const count = numbered ? load.requests : 1;
  const requests: Buffer[] = [];
  for (let i = 0; i < count; i++) {
    requests.push(signedRequest({ ...load, body: load.body.replaceAll("{n}", String(load.from + i)) }));
  }
  const latencies: number[] = [];
  let sent = 0;
  let refused = 0;
  let firstRefusal: string | undefined;
  let sample = "";
  const start = performance.now();
  const end = start + load.seconds * 1000;
  const takeNext = (): Buffer | undefined => {
    if (sent >= load.requests || performance.now() >= end) return undefined;
    const request = requests[numbered ? sent : 0];
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

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** One connection, opened again when the server closes it after an answer. Reads Content-Length and chunked bodies. */
class Connection {
  readonly #port: number;
  #socket: Socket | undefined;
  #received: Buffer = Buffer.alloc(0);
  #settle: { resolve(answer: Answer): void; reject(error: Error): void } | undefined;

  constructor(port: number) {
    this.#port = port;
  }

  exchange(request: Buffer): Promise<Answer> {
    const socket = this.#socket ?? this.#open();
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      socket.write(request);
    });
  }

  close(): void {
    this.#socket?.destroy();
  }

  #open(): Socket {
    const socket = createConnection({ port: this.#port, host: "127.0.0.1", noDelay: true });
    this.#socket = socket;
    this.#received = Buffer.alloc(0);
    const lost = (error: Error) => {
      // A former connection has nothing to do with the exchange under way.
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      this.#settle?.reject(error);
    };
    socket.on("data", (bytes) => this.#receive(bytes));
    socket.on("error", lost);
    socket.on("close", () => lost(new Error("The server closed the connection before it had answered.")));
    return socket;
  }

  #receive(bytes: Buffer): void {
    this.#received = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes]);
    const headEnd = this.#received.indexOf("\r\n\r\n");
    if (headEnd < 0) return;
    const head = this.#received.toString("latin1", 0, headEnd);
    const length = /^content-length: *(\d+)/im.exec(head)?.[1];
    const bodyStart = headEnd + 4;
    const body =
      length === undefined
        ? chunkedBody(this.#received.subarray(bodyStart))
        : this.#received.length >= bodyStart + Number(length)
          ? this.#received.toString("utf8", bodyStart, bodyStart + Number(length))
          : undefined;
    if (body === undefined) return;
    this.#received = Buffer.alloc(0);
    const settle = this.#settle;
    this.#settle = undefined;
    if (/^connection: *close/im.test(head)) {
      this.#socket?.destroy();
      this.#socket = undefined;
    }
    settle?.resolve({ status: Number(head.slice(9, 12)), body });
  }
}

function chunkedBody(bytes: Buffer): string | undefined {
  let text = "";
  for (let position = 0; ; ) {
    const lineEnd = bytes.indexOf("\r\n", position);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(bytes.toString("latin1", position, lineEnd), 16);
    const dataEnd = lineEnd + 2 + size;
    if (bytes.length < dataEnd + 2) return undefined;
    if (size === 0) return text;
    text += bytes.toString("utf8", lineEnd + 2, dataEnd);
    position = dataEnd + 2;
  }
}
