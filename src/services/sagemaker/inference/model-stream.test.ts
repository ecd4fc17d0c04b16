import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type ModelStream, StreamBroken, streamModelServer, wholeOf } from "./model-stream.ts";

let folder: string;
let server: Server;
const socketPath = () => join(folder, "s");
const stream = (timeoutMilliseconds = 5_000, signal = new AbortController().signal) =>
  streamModelServer({ socketPath: socketPath() }, ["content-type", "text/plain"], Buffer.from("in"), {
    timeoutMilliseconds,
    signal,
  });
const listen = (listener: RequestListener) => {
  server = createServer(listener);
  return new Promise<void>((resolve) => server.listen(socketPath(), resolve));
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sagebrush-stream-"));
});
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  rmSync(folder, { recursive: true });
});

/** What ends the parts of an answer; undefined when they have an end. */
async function endOf({ chunks }: ModelStream): Promise<unknown> {
  try {
    for await (const _ of chunks);
  } catch (error) {
    return error;
  }
}

it("gives each part as it comes, and says when the request has ended", async () => {
  const go = Promise.withResolvers<void>();
  await listen(async (_, response) => {
    response.writeHead(201, { "x-seen": "yes" });
    response.write("one");
    await go.promise;
    response.end("two");
  });
  const answer = (await stream()) as ModelStream;
  expect([answer.status, answer.headers["x-seen"]]).toEqual([201, "yes"]);
  const parts = answer.chunks[Symbol.asyncIterator]();
  expect(String((await parts.next()).value)).toBe("one");
  go.resolve();
  expect(String((await parts.next()).value)).toBe("two");
  expect((await parts.next()).done).toBe(true);
  await answer.closed;
});

it("an answer that breaks off, or takes too long, is told apart", async () => {
  await listen((_, response) => {
    response.write("one", () => response.destroy());
  });
  const broken = (await stream()) as ModelStream;
  expect(await endOf(broken)).toMatchObject({ isLate: false });
  server.removeAllListeners("request").on("request", (_, response) => response.write("one"));
  const late = (await stream(100)) as ModelStream;
  const failure = await endOf(late);
  expect(failure).toBeInstanceOf(StreamBroken);
  expect(failure).toMatchObject({ isLate: true, message: expect.stringContaining("timed out") });
  await late.closed;
});

it("a caller that goes away ends the request", async () => {
  const left = Promise.withResolvers<void>();
  await listen((_, response) => {
    response.write("one");
    response.on("close", () => left.resolve());
  });
  const leaving = new AbortController();
  const answer = (await stream(5_000, leaving.signal)) as ModelStream;
  leaving.abort();
  await left.promise;
  await answer.closed;
});

it("without a server nothing was begun, and what answers nothing has begun", async () => {
  expect(await stream()).toMatchObject({ begun: false });
  await listen((request) => request.socket.destroy());
  expect(await stream()).toEqual({ begun: true, failure: "The model server ended before it answered." });
  server.removeAllListeners("request").on("request", () => {});
  expect(await stream(50)).toMatchObject({ begun: true, isLate: true });
});

it("the whole of a refusal is read", async () => {
  await listen((_, response) => {
    response.writeHead(415);
    response.end("no such type");
  });
  expect(await wholeOf((await stream()) as ModelStream)).toMatchObject({
    status: 415,
    body: Buffer.from("no such type"),
  });
});
