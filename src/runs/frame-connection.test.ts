import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createFrameReader, type Frame, frameBuffers, frameHead, framePreface } from "../images/serving-frame.ts";
import { type Connections, createConnections } from "./connections.ts";

let folder: string;
let server: Server | undefined;
let connections: Connections;
const sockets = new Set<Socket>();
const address = () => ({ socketPath: join(folder, "s") });
const invoke = (text: string, timeoutMilliseconds = 5_000, headers: readonly string[] = ["content-type", "text/csv"]) =>
  connections.frames(address()).invoke(headers, Buffer.from(text), timeoutMilliseconds);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sagebrush-frames-"));
  connections = createConnections();
});
afterEach(() => {
  connections.destroy();
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  server?.close();
  server = undefined;
  rmSync(folder, { recursive: true });
});

interface Asked {
  readonly id: number;
  readonly head: string;
  readonly text: string;
  answer(body: string | Uint8Array, more?: Partial<Frame>): void;
  readonly socket: Socket;
}

/** A model server that speaks frames, and does with requests what the test says. */
async function listen(asked: (request: Asked) => void, preface: Uint8Array = framePreface): Promise<void> {
  server = createServer((socket) => {
    sockets.add(socket);
    socket.write(preface);
    let greeting = framePreface.length;
    const read = createFrameReader((id, _, head, body) => {
      const answer: Asked["answer"] = (body, more) => {
        const frame = { id, status: 200, head: frameHead(["content-type", "text/csv"]), body, ...more };
        for (const buffer of frameBuffers([frame])) socket.write(buffer);
      };
      asked({ id, head: String(head), text: String(body), answer, socket });
    }, 1e9);
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      const passed = Math.min(greeting, chunk.length);
      greeting -= passed;
      read(chunk.subarray(passed));
    });
  }).listen(address().socketPath);
  await once(server, "listening");
}

it("answers come in any order, each to its request, with status and headers", async () => {
  const begun: Asked[] = [];
  await listen((request) => {
    begun.push(request);
    if (begun.length === 3)
      for (const { text, head, answer } of begun.reverse())
        answer(`${text}: ${head}`, { status: 201, head: frameHead(["content-type", text]) });
  });
  const answers = await Promise.all(["a", "b", "c"].map((text) => invoke(text)));
  expect(answers).toEqual(
    ["a", "b", "c"].map((text) => ({
      status: 201,
      headers: { "content-type": text },
      body: Buffer.from(`${text}: content-type\0text/csv\0`),
    })),
  );
  expect(sockets.size).toBe(1);
});

it("requests of one turn go out in one write", async () => {
  const sizes: number[] = [];
  await listen(({ text, answer, socket }) => {
    if (text === "first") socket.on("data", (chunk) => sizes.push(chunk.length));
    answer("");
  });
  await invoke("first");
  await Promise.all(Array.from({ length: 50 }, () => invoke("x")));
  expect(sizes).toHaveLength(1);
});

it("large bodies arrive whole, both ways", async () => {
  await listen(({ text, answer }) => answer(text));
  const bodies = ["x".repeat(5_000_000), "y", "z".repeat(20_000)];
  const answers = await Promise.all(bodies.map((text) => invoke(text)));
  expect(answers.map((answer) => "body" in answer && answer.body.equals(Buffer.from(bodies.shift()!)))).toEqual([
    true,
    true,
    true,
  ]);
});

it("a server that is not there has begun nothing", async () => {
  expect(await invoke("x")).toEqual({ failure: expect.stringContaining("cannot be reached: connect"), begun: false });
});

it("one that does not speak frames has begun nothing", async () => {
  await listen(() => {}, Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n"));
  expect(await invoke("x")).toEqual({ failure: "The model server does not speak frames.", begun: false });
});

it("when it crashes, what it has begun has no answer, and the next request opens a connection", async () => {
  await listen(({ text, answer, socket }) => {
    if (text === "die") socket.destroy();
    else if (text !== "wait") answer(text);
  });
  await invoke("fine");
  const waiting = invoke("wait");
  const failed = { failure: "The model server ended before it answered.", begun: true };
  expect(await invoke("die")).toEqual(failed);
  expect(await waiting).toEqual(failed);
  expect(await invoke("again")).toMatchObject({ body: Buffer.from("again") });
});

it("a request that runs into its limit is late, and the others on its connection go on", async () => {
  let late: Asked | undefined;
  await listen((request) => {
    if (request.text !== "late") request.answer(request.text);
    else late = request;
  });
  const [slow, quick] = await Promise.all([invoke("late", 20), invoke("quick")]);
  expect(slow).toEqual({ failure: expect.stringContaining("timed out"), begun: true, isLate: true });
  expect(quick).toMatchObject({ body: Buffer.from("quick") });
  late!.answer("too late");
  expect(await invoke("next")).toMatchObject({ body: Buffer.from("next") });
  expect(sockets.size).toBe(1);
});

it("a late answer is never the answer to a request that came after it", async () => {
  const held: Asked[] = [];
  await listen((request) => void held.push(request));
  expect(await invoke("late", 20)).toMatchObject({ isLate: true });
  const next = invoke("next");
  await expect.poll(() => held.length).toBe(2);
  const [late, asked] = held;
  expect(asked!.id).not.toBe(late!.id);
  late!.answer("too late");
  asked!.answer("in time");
  expect(await next).toMatchObject({ body: Buffer.from("in time") });
  const again = invoke("again");
  await expect.poll(() => held.length).toBe(3);
  expect([late!.id, asked!.id]).toContain(held[2]!.id);
  held[2]!.answer("again");
  expect(await again).toMatchObject({ body: Buffer.from("again") });
});

it("one that is ending answers what it has, and gets nothing else", async () => {
  const held: Asked[] = [];
  await listen((request) => {
    held.push(request);
    if (request.text === "end") request.answer("", { id: 0, status: 0 });
  });
  const [first, last] = [invoke("first"), invoke("end")];
  await expect.poll(() => held.length).toBe(2);
  const [socket] = sockets;
  const ended = once(socket!, "end");
  const another = invoke("another");
  await expect.poll(() => sockets.size).toBe(2);
  for (const { answer, text } of held) answer(text);
  expect([await first, await last, await another]).toMatchObject(
    ["first", "end", "another"].map((text) => ({ body: Buffer.from(text) })),
  );
  await ended;
});

it("an answer that is too large, or is none, is said so", async () => {
  await listen(({ text, answer, socket }) => {
    if (text === "large") answer(Buffer.alloc(26_300_000));
    else socket.write(Buffer.alloc(12));
  });
  expect(await invoke("large")).toEqual({ failure: expect.stringContaining("is larger than 26214400"), begun: true });
  expect(await invoke("none")).toEqual({ failure: "The model server broke off its answer.", begun: true });
});
