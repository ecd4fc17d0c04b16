import { once } from "node:events";
import { type ClientHttp2Session, connect } from "node:http2";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createHttpServer } from "./http.ts";

let server: ReturnType<typeof createHttpServer>;
let client: ClientHttp2Session;

beforeEach(async () => {
  server = createHttpServer(async ({ head, body, peer }) => {
    const text = Buffer.from(await body.whole(1e6)).toString();
    const told = { method: head.method, path: head.path, host: head.headers.host, peer, text };
    return { status: 201, headers: { "Content-Type": "application/json" }, body: JSON.stringify(told) };
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterEach(() => {
  client.destroy();
  server.closeAllConnections();
  server.close();
});

async function ask(path: string, body: string) {
  const stream = client.request({ ":method": "POST", ":path": path });
  stream.end(body);
  const [headers] = await once(stream, "response");
  return { status: headers[":status"], ...JSON.parse((await stream.setEncoding("utf8").toArray()).join("")) };
}

test("a client of HTTP/2 is answered as one of HTTP/1.1 is, several streams at once", async () => {
  const { port } = server.address() as AddressInfo;
  const answers = await Promise.all([ask("/one", "1"), ask("/two", "2".repeat(300_000))]);
  expect(answers).toEqual([
    { status: 201, method: "POST", path: "/one", host: `127.0.0.1:${port}`, peer: "127.0.0.1", text: "1" },
    {
      ...{ status: 201, method: "POST", path: "/two", host: `127.0.0.1:${port}`, peer: "127.0.0.1" },
      text: "2".repeat(300_000),
    },
  ]);
});

test("a server that closes ends its connections of HTTP/2 too", async () => {
  await ask("/", "");
  const closed = once(server, "close");
  server.close();
  server.closeIdleConnections();
  await closed;
});
