import { connect, type Socket } from "node:net";
import type { SocketAddress } from "../executors/port.ts";
import { type AnswerReader, createAnswerReader } from "./http-answer.ts";
import { answerTooLarge, brokenAnswer, type ModelAnswer, type NoAnswer, timedOut } from "./model-answer.ts";

/**
 * Connections to a server in a run that speaks HTTP/1.1, each with one request at a time. Node's own client makes an agent's
 * entry, a stream and an object with events for each request, which costs more than all else that an invocation needs.
 */
export interface HttpConnections {
  /** Sends POST /invocations, with names and values of its headers in turn. */
  invoke(headers: readonly string[], body: Uint8Array, timeoutMilliseconds: number): Promise<ModelAnswer | NoAnswer>;
  destroy(): void;
}

/** Most servers keep an idle connection for 2 s or longer, and a server with one thread is kept by an idle connection. */
const freeMilliseconds = 1_000;
/** A body up to this size is copied behind the head, so that one write takes both. */
const copiedBytes = 16 * 1024;
/**
 * A request this small is written to an idle connection at once or not at all: the least buffer that Linux gives a
 * socket has more, its head included.
 */
const writtenAtOnceBytes = 64 * 1024;

const ended = "The model server ended before it answered.";

interface Connection {
  readonly socket: Socket;
  freeSince: number;
  asked: Asked | undefined;
}

/** The request under way on a connection. */
interface Asked {
  readonly bodyBytes: number;
  readonly answer: AnswerReader;
  give(answer: ModelAnswer | NoAnswer): void;
}

/** `closed` is called when no connection is left. */
export function createHttpConnections(address: SocketAddress, closed: () => void): HttpConnections {
  const open = new Set<Connection>();
  /** The one that was used last is at the end. */
  const free: Connection[] = [];
  let sweep: NodeJS.Timeout | undefined;

  const settle = (connection: Connection, answer: ModelAnswer | NoAnswer) => {
    const { asked } = connection;
    connection.asked = undefined;
    asked?.give(answer);
  };

  const closeStale = () => {
    sweep = undefined;
    const now = performance.now();
    while (free.length > 0 && now - free[0]!.freeSince >= freeMilliseconds) free.shift()!.socket.destroy();
    watchFree();
  };
  const watchFree = () => {
    if (sweep || free.length === 0) return;
    sweep = setTimeout(closeStale, freeMilliseconds).unref();
  };

  const release = (connection: Connection) => {
    connection.freeSince = performance.now();
    connection.socket.unref();
    free.push(connection);
    watchFree();
  };

  function connectTo(): Connection {
    const socket =
      "socketPath" in address
        ? connect(address.socketPath)
        : connect({ port: address.port, host: address.host, noDelay: true });
    const connection: Connection = { socket, freeSince: 0, asked: undefined };
    open.add(connection);
    let isConnected = false;
    let failure: NodeJS.ErrnoException | undefined;
    /** What was wrong with the answer. */
    let wrong: string | undefined;
    socket.on("connect", () => {
      isConnected = true;
    });
    socket.on("error", (error) => {
      failure = error;
    });
    socket.on("data", (chunk: Buffer) => {
      const { asked } = connection;
      try {
        if (!asked) throw new Error("An answer came that nothing was asked for.");
        if (!asked.answer.take(chunk)) return;
        const { answer, isKept } = asked.answer.whole();
        if (isKept) release(connection);
        else socket.destroy();
        settle(connection, answer);
      } catch (error) {
        wrong = (error as Error).message === answerTooLarge ? answerTooLarge : brokenAnswer;
        socket.destroy();
      }
    });
    socket.on("close", () => {
      open.delete(connection);
      if (open.size === 0) closed();
      const at = free.indexOf(connection);
      if (at >= 0) free.splice(at, 1);
      const { asked } = connection;
      if (!asked) return;
      const isRefused =
        failure?.syscall === "write" && failure.code === "EPIPE" && asked.bodyBytes <= writtenAtOnceBytes;
      if (!isConnected || isRefused)
        settle(connection, { failure: `The model server cannot be reached: ${failure?.message}`, begun: false });
      else if (asked.answer.end()) settle(connection, asked.answer.whole().answer);
      else settle(connection, { failure: wrong ?? (asked.answer.hasBegun() ? brokenAnswer : ended), begun: true });
    });
    return connection;
  }

  return {
    invoke: (headers, body, timeoutMilliseconds) =>
      new Promise((resolve) => {
        const head = headText(headers, body.byteLength);
        const connection = free.pop() ?? connectTo();
        const { socket } = connection;
        // The limit is for the whole answer: a slow trickle of bytes does not extend it.
        const timer = setTimeout(() => {
          settle(connection, { failure: timedOut, begun: true, isLate: true });
          socket.destroy();
        }, timeoutMilliseconds);
        connection.asked = {
          bodyBytes: body.byteLength,
          answer: createAnswerReader(),
          give(answer) {
            clearTimeout(timer);
            resolve(answer);
          },
        };
        socket.ref();
        if (body.byteLength <= copiedBytes) {
          const bytes = Buffer.allocUnsafe(head.length + body.byteLength);
          bytes.write(head, "latin1");
          bytes.set(body, head.length);
          socket.write(bytes);
        } else {
          socket.cork();
          socket.write(head, "latin1");
          socket.write(body);
          socket.uncork();
        }
      }),
    destroy() {
      clearTimeout(sweep);
      for (const { socket } of open) socket.destroy();
    },
  };
}

function headText(headers: readonly string[], bodyBytes: number): string {
  let text = `POST /invocations HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${bodyBytes}\r\n`;
  for (let at = 0; at < headers.length; at += 2) {
    const value = headers[at + 1]!;
    if (/[^\t\x20-\x7e\x80-\xff]/.test(value))
      throw new TypeError(`The header ${headers[at]} has a character that none can have.`);
    text += `${headers[at]}: ${value}\r\n`;
  }
  return `${text}\r\n`;
}
