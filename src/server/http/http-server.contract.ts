import { once } from "node:events";
import type { Server } from "node:net";
import { type AddressInfo, connect } from "node:net";
import { buffer } from "node:stream/consumers";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Fault } from "../../aws/faults.ts";
import type { HttpHandler } from "./http.ts";
import type { HttpRequest } from "./http-request.ts";

/** A server that listens on a free port of 127.0.0.1. */
export interface BegunServer {
  readonly server: Server;
  close(): void;
}

/** What clients may rely on, whichever processes a request goes through. */
export function httpServerContract(begin: (handle: HttpHandler) => Promise<BegunServer>): void {
  let server: Server;
  let begun: BegunServer;
  let tellSeen = () => {};
  let seen: HttpRequest[];
  let answer: (request: HttpRequest) => Promise<string>;
  let headers: Record<string, string>;
  beforeEach(async () => {
    seen = [];
    answer = async () => "ok";
    headers = {};
    begun = await begin(async (request) => {
      seen.push(request);
      tellSeen();
      const body = await answer(request).catch((error: Fault) => error.code);
      return { status: 200, headers: { ...headers }, body: Buffer.from(body) };
    });
    ({ server } = begun);
  });
  afterEach(() => begun.close());

  /** Sends the pieces over one connection, each when the answers so far contain the given text; returns all answers. */
  async function converse(...pieces: [sent: string | Buffer, until: string][]): Promise<string> {
    const socket = connect({ port: (server.address() as AddressInfo).port, host: "127.0.0.1", allowHalfOpen: true });
    socket.setEncoding("latin1");
    let received = "";
    for (const [sent, until] of pieces) {
      const from = received.length;
      if (sent === "END") socket.end();
      else socket.write(sent);
      for (; !received.slice(from).includes(until); received += (await once(socket, "data"))[0]);
    }
    socket.destroy();
    return received;
  }

  it("passes on raw paths and queries, and repeated headers joined as they are signed", async () => {
    await converse(["GET /a%20b/../c?x=%2F&x HTTP/1.1\r\nHost: h\r\nX-A: 1\r\nx-a: 2\r\n\r\n", "ok"]);
    await converse(["GET http://h:80/p?q HTTP/1.1\r\nHost: h\r\n\r\n", "ok"]);
    expect(seen[0]!.head).toMatchObject({
      path: "/a%20b/../c",
      query: "x=%2F&x",
      headers: { host: "h", "x-a": "1,2" },
    });
    expect(seen[1]!.head).toMatchObject({ path: "/p", query: "q" });
  });

  const expecting = "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n";

  it("asks for a body when the client waits for 100 Continue", async () => {
    answer = async ({ body }) => String(await body.whole(10));
    expect(await converse([expecting, "100 Continue\r\n\r\n"], ["abc", "abc"])).toContain("HTTP/1.1 200 OK");
  });

  it("ends the connection after refusing a body it did not ask for", async () => {
    const received = await converse([expecting, "ok"]);
    expect(received).not.toContain("100 Continue");
    expect(received).toContain("Connection: close");
  });

  it("reuses a connection whose last body was not read to its end", async () => {
    answer = async ({ body, head }) => {
      if (head.method === "GET") return "again";
      for await (const _first of body.stream()) break;
      return "enough";
    };
    const long = Buffer.alloc(5_000_000, "a");
    const put = Buffer.concat([
      Buffer.from(`PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: ${long.length}\r\n\r\n`),
      long,
    ]);
    await converse([put, "enough"], ["GET / HTTP/1.1\r\nHost: h\r\n\r\n", "again"]);
    answer = async ({ body, head }) => {
      if (head.method === "GET") return "again";
      body.stream();
      return "unread";
    };
    await converse([put, "unread"], ["GET / HTTP/1.1\r\nHost: h\r\n\r\n", "again"]);
  });

  it.each([
    ["whole", async ({ body }: HttpRequest) => String(await body.whole(100))],
    ["as a stream", async ({ body }: HttpRequest) => String(await buffer(body.stream()))],
  ])("tells of a body that is cut off, taken %s", async (_how, take) => {
    answer = take;
    const received = await converse(
      ["PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\nabc", "100 Continue"],
      ["END", "IncompleteBody"],
    );
    expect(received).toContain("HTTP/1.1 200 OK");
  });

  it("refuses a body over the allowed size, announced or not", async () => {
    answer = async ({ body }) => String(await body.whole(3));
    await converse(["PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nabcd", "RequestEntityTooLarge"]);
    await converse([
      "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\n\r\n",
      "RequestEntityTooLarge",
    ]);
  });

  it("sends header values as latin-1, whatever the header and its place", async () => {
    headers = { "Content-Length": "2", "Content-Disposition": 'inline; filename="é"', "X-Other": "é" };
    const received = await converse(["GET / HTTP/1.1\r\nHost: h\r\n\r\n", "ok"]);
    expect(received).toContain('\r\nContent-Disposition: inline; filename="é"\r\nX-Other: é\r\n');
  });

  it("answers 500 when a header cannot be sent, and goes on", async () => {
    headers = { "X-Wrong": "\u0100" };
    const received = await converse(["GET / HTTP/1.1\r\nHost: h\r\n\r\n", "X-Wrong"]);
    expect(received).toContain("HTTP/1.1 500 Internal Server Error");
    expect(received).toContain(
      'The answer\'s head could not be written: Invalid character in header content ["X-Wrong"]',
    );
    headers = {};
    expect(await converse(["GET / HTTP/1.1\r\nHost: h\r\n\r\n", "ok"])).toContain("HTTP/1.1 200 OK");
  });

  it("tells a waiting handler that the client went away", async () => {
    const left = Promise.withResolvers<void>();
    answer = async ({ signal }) => {
      signal.addEventListener("abort", () => left.resolve());
      await left.promise;
      return "";
    };
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
    const came = new Promise<void>((resolve) => {
      tellSeen = resolve;
    });
    socket.write("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    await came;
    socket.destroy();
    await left.promise;
    expect(seen[0]!.signal.aborted).toBe(true);
  });

  it("knows a browser on this machine from one that a web page sent", async () => {
    answer = async ({ local }) => (local ? "near" : "far");
    for (const host of ["127.0.0.1:4620", "localhost", "[::1]:4620"]) {
      await converse([`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`, "near"]);
    }
    await converse(["GET / HTTP/1.1\r\nHost: evil.example:4620\r\n\r\n", "far"]);
  });

  it.each([
    ...["Forwarded: for=10.0.0.9", "Via: 1.1 proxy", "X-Forwarded-For: 10.0.0.9", "X-Forwarded-Host: example.com"],
    ...["X-Forwarded-Proto: https", "X-Forwarded-Port: 443", "X-Real-IP: 10.0.0.9", "CF-Connecting-IP: 10.0.0.9"],
    ...["True-Client-IP: 10.0.0.9", "X-Client-IP: 10.0.0.9", "Fly-Client-IP: 10.0.0.9", "CDN-Loop: cloudflare"],
  ])("takes a request with %s for one that a proxy passed on", async (header) => {
    answer = async ({ local }) => (local ? "near" : "far");
    expect(await converse([`GET / HTTP/1.1\r\nHost: localhost\r\n${header}\r\n\r\n`, "ar"])).toMatch(/far$/);
  });

  it("takes a client's own headers for nothing that a proxy added", async () => {
    answer = async ({ local }) => (local ? "near" : "far");
    const own = [
      "X-Amz-Date: 1",
      "X-Amz-Target: SageMaker.ListModels",
      "X-Amz-User-Agent: a",
      "X-Amzn-Trace-Id: Root=1",
    ];
    await converse([`GET / HTTP/1.1\r\nHost: localhost\r\n${own.join("\r\n")}\r\n\r\n`, "near"]);
  });
}
