import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { HandOn } from "../../frame/hand-on.ts";
import { request } from "../../wire/node-http.ts";
import type { WireResponse } from "../../wire/wire.ts";
import type { Upgrades } from "../http/answer-upgrade.ts";
import { createHttpServer, type HttpHandler } from "../http/http.ts";
import type { HttpRequest } from "../http/http-request.ts";
import { httpServerContract } from "../http/http-server.contract.ts";
import { createHandOn } from "./hand-on.ts";
import { readHandedOn } from "./handed-on.ts";

/** A worker before a control process, both in this one. The worker answers what `here` takes, else hands on. */
async function begin(
  handle: HttpHandler,
  here: HttpHandler = never,
  takes: (request: HttpRequest) => boolean = all,
  upgrades?: Upgrades,
) {
  const folder = mkdtempSync(join(tmpdir(), "sagebrush-hand-on-"));
  const socketPath = join(folder, "s");
  const control = createHttpServer(handle, { handedOn: readHandedOn, ...(upgrades && { upgrades }) });
  control.listen(socketPath);
  await once(control, "listening");
  const handOn = createHandOn(socketPath);
  const server = createHttpServer(here, { elsewhere: { ...handOn, takes } });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    server,
    control,
    close() {
      for (const each of [server, control]) {
        each.closeAllConnections();
        each.close();
      }
      handOn.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const all = () => true;
const never: HttpHandler = () => expect.unreachable();
const portOf = ({ server }: Awaited<ReturnType<typeof begin>>) => (server.address() as AddressInfo).port;
const ok = async (body: string): Promise<WireResponse> => ({ status: 200, headers: {}, body });

describe("a server behind a worker", () => {
  httpServerContract(begin);
});

/** Sends bytes over one connection and returns all that comes until the text, or until the other side ends. */
async function converse(port: number, sent: string, until = "\0"): Promise<string> {
  const socket = connect({ port, host: "127.0.0.1" });
  socket.setEncoding("latin1").write(sent);
  let received = "";
  for await (const text of socket) {
    received += text;
    if (received.includes(until)) break;
  }
  socket.destroy();
  return received;
}

it("hands on the head as it came, with nothing added and nothing taken for its own", async () => {
  const heads: HttpRequest[] = [];
  const begun = await begin(async (request) => {
    heads.push(request);
    return ok("done");
  });
  const spoof = "x-sagebrush-handed-on: 1 2 10.0.0.9";
  await converse(
    portOf(begun),
    `POST /a%20b?c=%2F HTTP/1.1\r\nHost: localhost\r\n${spoof}\r\nConnection: close\r\nX-A: 1\r\nx-a: 2\r\n\r\n`,
    "done",
  );
  await converse(portOf(begun), "GET / HTTP/1.0\r\n\r\n", "done");
  begun.close();
  expect(heads[0]!.head).toEqual({
    method: "POST",
    path: "/a%20b",
    query: "c=%2F",
    headers: Object.assign(Object.create(null), {
      host: "localhost",
      "x-sagebrush-handed-on": "1 2 10.0.0.9",
      connection: "close",
      "x-a": "1,2",
    }),
  });
  expect(heads[0]).toMatchObject({ local: true, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  expect(Object.keys(heads[1]!.head.headers)).toEqual([]);
});

it("gives back an answer that came before the body, also to a client that ends its connection", async () => {
  const begun = await begin(async () => ({ status: 403, headers: {}, body: "not you" }));
  const long = Buffer.alloc(5_000_000);
  const send = () =>
    new Promise<number>((resolve, reject) => {
      const headers = { connection: "close", "content-length": String(long.length) };
      request({ port: portOf(begun), method: "POST", headers, agent: false }, (response) => {
        response.resume().on("end", () => resolve(response.statusCode!));
      })
        .on("error", reject)
        .end(long);
    });
  const statuses = new Set<number>();
  for (let at = 0; at < 10; at++) statuses.add(await send());
  begun.close();
  expect([...statuses]).toEqual([403]);
});

it("refuses what came past the workers", async () => {
  const begun = await begin(() => ok("done"));
  expect(() => readHandedOn({ rawHeaders: ["Host", "h"] })).toThrow("past the workers");
  begun.close();
});

it("hands on what its own handler cannot answer, with the body that was read", async () => {
  const begun = await begin(
    async ({ body, head }) => ok(`${head.headers["content-type"]} ${(await body.whole(10)).toString()}`),
    async ({ body, head }) => {
      if (head.path === "/here") return ok("here");
      await body.whole(10);
      throw new HandOn();
    },
    () => false,
  );
  const post = (path: string) =>
    `POST ${path} HTTP/1.1\r\nHost: h\r\nContent-Type: text/csv\r\nTransfer-Encoding: chunked\r\n\r\n3\r\na,b\r\n0\r\n\r\n`;
  expect(await converse(portOf(begun), post("/there"), "a,b")).toContain("\r\n\r\ntext/csv a,b");
  expect(await converse(portOf(begun), post("/here"), "here")).toContain("\r\n\r\nhere");
  begun.close();
});

it("streams bodies both ways, as they come", async () => {
  let came = (_bytes: Buffer) => {};
  const parts: (() => void)[] = [];
  const begun = await begin(async ({ body }) => {
    for await (const bytes of body.stream()) came(bytes);
    const answer = new Readable({ read() {} });
    parts.push(
      () => answer.push("first"),
      () => answer.push("second"),
      () => answer.push(null),
    );
    return { status: 200, headers: { "Content-Type": "text/plain" }, body: answer };
  });
  const next = () =>
    new Promise<string>((resolve) => {
      came = (bytes) => resolve(bytes.toString());
    });
  const socket = connect({ port: portOf(begun), host: "127.0.0.1" }).setEncoding("latin1");
  let received = "";
  const until = async (text: string) => {
    while (!received.includes(text)) received += (await once(socket, "data"))[0];
  };
  const first = next();
  socket.write("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\n\r\nabc");
  expect(await first).toBe("abc");
  const second = next();
  socket.write("def");
  expect(await second).toBe("def");
  await expect.poll(() => parts.length).toBe(3);
  parts[0]!();
  await until("first");
  parts[1]!();
  await until("second");
  parts[2]!();
  await until("0\r\n\r\n");
  socket.destroy();
  begun.close();
});

it("breaks off an answer that the control process breaks off", async () => {
  const begun = await begin(async () => ({
    status: 200,
    headers: { "Content-Length": "100" },
    body: Readable.from(
      (async function* () {
        yield "half";
        throw new Error("The disk is gone");
      })(),
    ),
  }));
  const socket = connect({ port: portOf(begun), host: "127.0.0.1" }).setEncoding("latin1");
  socket.on("error", () => {});
  socket.write("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  let received = "";
  socket.on("data", (text) => {
    received += text;
  });
  await once(socket, "close");
  begun.close();
  expect(received.length).toBeLessThan(received.indexOf("\r\n\r\n") + 100);
});

it("says that the control process is gone", async () => {
  const begun = await begin(() => ok("done"));
  begun.control.close();
  expect(await converse(portOf(begun), "GET / HTTP/1.1\r\nHost: h\r\n\r\n", "again in a moment")).toContain(
    "HTTP/1.1 503 ",
  );
  begun.close();
});

describe("WebSockets", () => {
  const upgrade =
    "GET /live HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: a2V5\r\n\r\n";

  it("hands on a request to speak it, and then texts both ways", async () => {
    const paths: string[] = [];
    const begun = await begin(never, never, all, {
      takes: ({ path }) => path === "/live",
      async answer({ head, peer }, accept) {
        paths.push(`${head.path}?${head.query} from ${peer}`);
        const socket = accept();
        // What was said before the front listens is not lost.
        await new Promise((resolve) => setImmediate(resolve));
        socket.onText((text) => socket.send(`echo ${text}`));
        return undefined;
      },
    });
    const socket = new WebSocket(`ws://127.0.0.1:${portOf(begun)}/live?a=b`);
    socket.on("open", () => socket.send("one"));
    expect(String((await once(socket, "message"))[0])).toBe("echo one");
    socket.send("two");
    expect(String((await once(socket, "message"))[0])).toBe("echo two");
    expect(paths).toEqual(["/live?a=b from 127.0.0.1"]);
    socket.terminate();
    begun.close();
  });

  it("gives back a refusal", async () => {
    const begun = await begin(async () => ({ status: 404, headers: {}, body: "nobody speaks it" }));
    expect(await converse(portOf(begun), upgrade)).toMatch(/^HTTP\/1.1 404 Not Found\r\n[\s\S]*nobody speaks it$/);
    begun.close();
  });

  it("passes over other upgrades, as one process does", async () => {
    const begun = await begin(async ({ body }) => ok(`got ${await body.whole(10)}`));
    const answer = await new Promise<string>((resolve, reject) => {
      const headers = { connection: "Upgrade, HTTP2-Settings", upgrade: "h2c", "http2-settings": "AAMAAABk" };
      request({ port: portOf(begun), method: "POST", headers, agent: false }, async (response) =>
        resolve((await response.setEncoding("utf8").toArray()).join("")),
      )
        .on("error", reject)
        .end("body");
    });
    begun.close();
    expect(answer).toBe("got body");
  });
});

it("does not hold up other connections while one waits for the control process", async () => {
  const wait = Promise.withResolvers<void>();
  const begun = await begin(async ({ head }) => {
    if (head.path === "/slow") await wait.promise;
    return ok(`at ${head.path}`);
  });
  const slow = converse(portOf(begun), "GET /slow HTTP/1.1\r\nHost: h\r\n\r\n", "at /slow");
  expect(await converse(portOf(begun), "GET /quick HTTP/1.1\r\nHost: h\r\n\r\n", "at /quick")).toContain("200 OK");
  wait.resolve();
  expect(await slow).toContain("at /slow");
  begun.close();
});
