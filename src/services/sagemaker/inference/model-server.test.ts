import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Connections, createConnections } from "../../../runs/connections.ts";
import type { ModelAnswer } from "../../../runs/model-answer.ts";
import { invokeModelServer } from "./model-server.ts";

let folder: string;
let server: Server;
let connections: Connections;
const socket = () => join(folder, "s");
const body = Buffer.from("1,2");
const invoke = (timeoutMilliseconds = 5_000) =>
  invokeModelServer({ socketPath: socket() }, ["content-type", "text/csv"], body, {
    timeoutMilliseconds,
    connections,
  });
const listen = (listener: RequestListener) => {
  server = createServer(listener);
  return new Promise<void>((resolve) => server.listen(socket(), resolve));
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sagebrush-model-"));
  connections = createConnections();
});
afterEach(() => {
  connections.destroy();
  server?.closeAllConnections();
  server?.close();
  rmSync(folder, { recursive: true });
});

it("gives status, headers and the whole body", async () => {
  await listen((request, response) => {
    response.writeHead(201, { "x-seen": `${request.method} ${request.url} ${request.headers["content-length"]}` });
    response.write("first,");
    response.end(Buffer.alloc(1_000_000, "x"));
  });
  const answer = (await invoke()) as ModelAnswer;
  expect([answer.status, answer.headers["x-seen"], answer.body.length]).toEqual([
    201,
    "POST /invocations 3",
    1_000_006,
  ]);
});

it("a server that is not there has not begun", async () => {
  expect(await invoke()).toMatchObject({ begun: false });
});

it("a server that does not answer in time has begun", async () => {
  await listen(() => {});
  expect(await invoke(50)).toMatchObject({ begun: true, failure: expect.stringContaining("timed out") });
});

it("an answer that dribbles is not waited for without end", async () => {
  await listen((_, response) => {
    const dribble = setInterval(() => response.write("x"), 5);
    response.on("close", () => clearInterval(dribble));
  });
  expect(await invoke(50)).toMatchObject({ begun: true, failure: expect.stringContaining("timed out") });
});

it("an answer that breaks off is no answer", async () => {
  await listen((_, response) => {
    response.writeHead(200, { "content-length": 10 });
    response.write("half", () => response.destroy());
  });
  expect(await invoke()).toMatchObject({ begun: true, failure: "The model server broke off its answer." });
});

it("an answer without end is not held", async () => {
  const ended = Promise.withResolvers<void>();
  await listen((_, response) => {
    const chunk = Buffer.alloc(1024 * 1024);
    const write = () => response.write(chunk, write);
    response.on("close", ended.resolve);
    write();
  });
  expect(await invoke()).toMatchObject({ begun: true, failure: expect.stringContaining("is larger than 26214400") });
  await ended.promise;
});

it("a connection that breaks before the answer is a call that the server may have begun", async () => {
  await listen((request) => request.socket.destroy());
  expect(await invoke()).toEqual({ begun: true, failure: "The model server ended before it answered." });
});

it("a kept connection that the server has closed was not written to", async () => {
  const sockets: Socket[] = [];
  await listen((_, response) => response.end("answered"));
  server.on("connection", (socket) => sockets.push(socket));
  await invoke();
  // The server's end is closed in the same turn as the request is written: nobody has seen it here.
  sockets[0]!.destroy();
  expect(await invoke()).toMatchObject({ begun: false });
});

it("calls share a connection that is kept, until the connections are closed", async () => {
  let opened = 0;
  await listen((_, response) => response.end("answered"));
  const closed = new Promise<void>((resolve) => {
    server.on("connection", (socket) => {
      opened += 1;
      socket.once("close", () => resolve());
    });
  });
  const said = [await invoke(), await invoke()] as ModelAnswer[];
  expect([said.map(({ body }) => String(body)), opened]).toEqual([["answered", "answered"], 1]);
  connections.destroy();
  await closed;
  expect(await invoke()).toMatchObject({ body: Buffer.from("answered") });
  expect(opened).toBe(2);
});

it("a connection that has been free for a second is closed, so that it keeps no server with one thread", async () => {
  await listen((_, response) => response.end("answered"));
  const closed = new Promise<void>((resolve) => {
    server.on("connection", (socket) => socket.once("close", () => resolve()));
  });
  await invoke();
  await closed;
});

it("calls at the same time have a connection each", async () => {
  const held: ServerResponse[] = [];
  await listen((_, response) => {
    held.push(response);
    if (held.length === 20) for (const one of held) one.end("answered");
  });
  const answers = await Promise.all(Array.from({ length: 20 }, () => invoke()));
  expect(answers.filter((answer) => "body" in answer && String(answer.body) === "answered")).toHaveLength(20);
});
