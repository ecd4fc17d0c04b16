import { connect } from "node:net";
import { createSlots } from "../base/slots.ts";
import type { RunAddress, RunSocket } from "../executors/port.ts";
import {
  createFrameReader,
  type Frame,
  frameBuffers,
  frameHead,
  framePreface,
  headNames,
} from "../images/serving-frame.ts";
import {
  answerTooLarge,
  brokenAnswer,
  type ModelAnswer,
  mostAnswerBytes,
  type NoAnswer,
  timedOut,
} from "./model-answer.ts";

/** A connection to a server in a run that speaks frames. Any number of requests are under way on it. */
export interface FrameConnection {
  /** Sends a request, with names and values of its headers in turn. */
  invoke(headers: readonly string[], body: Uint8Array, timeoutMilliseconds: number): Promise<ModelAnswer | NoAnswer>;
  destroy(): void;
}

interface Waiting {
  readonly deadline: number;
  written: boolean;
  /** Absent once it is settled; then its number waits for an answer that comes too late. */
  resolve?: ((answer: ModelAnswer | NoAnswer) => void) | undefined;
}

const mostHeadBytes = 64 * 1024;

/** Opens a connection. `closed` is called once, when it takes no more requests. */
export function openFrameConnection(address: RunAddress, closed: () => void): FrameConnection {
  /** By their numbers, which begin with 1. */
  const requests = createSlots<Waiting>();
  let waiting = 0;
  let unsent: Frame[] = [];
  let isGreeted = false;
  let isScheduled = false;
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;
  let timerAt = Number.POSITIVE_INFINITY;
  const headOf = createHeadCache();
  const headersOf = createHeadersCache();

  const socket = connectTo(address);
  socket.write(framePreface);

  const settle = (id: number, answer: ModelAnswer | NoAnswer) => {
    const waited = requests.get(id - 1);
    // Its number is free when nothing more can come for it.
    if (!waited?.written || !("isLate" in answer)) requests.remove(id - 1);
    const resolve = waited?.resolve;
    // The answer to a request that ran into its limit comes too late for everybody.
    if (!resolve) return;
    waited.resolve = undefined;
    waiting--;
    if (waiting === 0) idle();
    resolve(answer);
  };

  const idle = () => {
    clearTimeout(timer);
    timerAt = Number.POSITIVE_INFINITY;
    if (isClosed) socket.end();
    else socket.unref();
  };

  const close = () => {
    if (isClosed) return;
    isClosed = true;
    closed();
  };

  /** Ends the requests of which nothing was written. */
  const refuseUnsent = (failure: string) => {
    const refused = unsent;
    unsent = [];
    for (const { id } of refused) settle(id, { failure, begun: false });
  };

  /** All that is asked for in one turn of the event loop goes out in one write. */
  const schedule = () => {
    if (isScheduled || !isGreeted) return;
    isScheduled = true;
    setImmediate(flush);
  };
  const flush = () => {
    isScheduled = false;
    if (unsent.length === 0 || socket.destroyed) return;
    const frames = unsent;
    unsent = [];
    for (const { id } of frames) {
      const waited = requests.get(id - 1);
      if (waited) waited.written = true;
    }
    const [first, ...others] = frameBuffers(frames);
    if (others.length > 0) socket.cork();
    socket.write(first!);
    for (const buffer of others) socket.write(buffer);
    if (others.length > 0) socket.uncork();
  };

  const read = createFrameReader((id, status, head, body) => {
    if (id === 0) {
      close();
      refuseUnsent("The model server is ending.");
      if (waiting === 0) socket.end();
    } else if (body === undefined) settle(id, { failure: answerTooLarge, begun: true });
    else settle(id, { status, headers: headersOf(head), body });
  }, mostAnswerBytes + mostHeadBytes);

  let greeting = Buffer.alloc(0);
  const greet = (chunk: Buffer) => {
    greeting = Buffer.concat([greeting, chunk]);
    if (greeting.length < framePreface.length) return;
    if (!greeting.subarray(0, framePreface.length).equals(framePreface))
      throw new Error("The model server does not speak frames.");
    isGreeted = true;
    schedule();
    read(greeting.subarray(framePreface.length));
  };

  let failure = "The model server ended before it answered.";
  let unreached = "The model server cannot be reached: it closed the connection.";
  socket.on("data", (chunk: Buffer) => {
    try {
      (isGreeted ? read : greet)(chunk);
    } catch (error) {
      failure = brokenAnswer;
      unreached = (error as Error).message;
      socket.destroy();
    }
  });
  socket.on("error", (error) => {
    unreached = `The model server cannot be reached: ${error.message}`;
  });
  socket.on("close", () => {
    close();
    unsent = [];
    for (const [id, { written }] of waitingNow())
      settle(id, written ? { failure, begun: true } : { failure: unreached, begun: false });
  });

  const waitingNow = () =>
    requests.entries().flatMap(([place, one]) => (one.resolve ? [[place + 1, one] as const] : []));

  /** One timer for all requests: it is set to the first deadline. */
  const watch = (deadline: number) => {
    if (deadline >= timerAt) return;
    clearTimeout(timer);
    timerAt = deadline;
    timer = setTimeout(expire, Math.max(1, deadline - performance.now()));
  };
  const expire = () => {
    timerAt = Number.POSITIVE_INFINITY;
    const now = performance.now();
    let first = Number.POSITIVE_INFINITY;
    for (const [id, { deadline }] of waitingNow())
      if (deadline <= now) {
        unsent = unsent.filter((frame) => frame.id !== id);
        settle(id, { failure: timedOut, begun: true, isLate: true });
      } else first = Math.min(first, deadline);
    if (first < Number.POSITIVE_INFINITY) watch(first);
  };

  return {
    invoke: (headers, body, timeoutMilliseconds) =>
      new Promise((resolve) => {
        const deadline = performance.now() + timeoutMilliseconds;
        if (waiting === 0) socket.ref();
        waiting++;
        const id = requests.add({ resolve, deadline, written: false }) + 1;
        watch(deadline);
        unsent.push({ id, status: 0, head: headOf(headers), body });
        schedule();
      }),
    destroy: () => void socket.destroy(),
  };
}

function connectTo(address: RunAddress): RunSocket {
  if ("thread" in address) return address.thread.connect();
  return "socketPath" in address ? connect(address.socketPath) : connect(address.port, address.host);
}

/** Requests in a row mostly have the same headers. */
function createHeadCache(): (headers: readonly string[]) => Buffer {
  let last: readonly string[] = [];
  let head = frameHead(last);
  return (headers) => {
    if (headers.length === last.length && headers.every((name, index) => name === last[index])) return head;
    last = headers;
    head = frameHead(headers);
    return head;
  };
}

/** So have answers. */
function createHeadersCache(): (head: Buffer) => Record<string, string> {
  let last = Buffer.alloc(0);
  let headers: Record<string, string> = {};
  return (head) => {
    if (!head.equals(last)) {
      last = Buffer.from(head);
      const names = headNames(last);
      headers = {};
      for (let at = 0; at < names.length; at += 2) headers[names[at]!] = names[at + 1] ?? "";
    }
    return headers;
  };
}
