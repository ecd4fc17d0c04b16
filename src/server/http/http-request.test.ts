import { EventEmitter } from "node:events";
import type { IncomingMessage } from "node:http";
import { expect, test } from "vitest";
import { atPath, readHttpRequest } from "./http-request.ts";

interface Came {
  readonly peer?: string;
  readonly own?: string;
  readonly host?: string;
  readonly more?: readonly string[];
}

function came({ peer = "127.0.0.1", own = "127.0.0.1", host = "localhost:4620", more = [] }: Came) {
  const socket = { remoteAddress: peer, localAddress: own, localPort: 4620 };
  const incoming = { method: "GET", url: "/", rawHeaders: ["Host", host, ...more], socket };
  return readHttpRequest(incoming as unknown as IncomingMessage, new EventEmitter() as never, () => {});
}

test.each<readonly [what: string, came: Came, local: boolean]>([
  ["a browser of this machine", {}, true],
  ["one by another local port", { host: "localhost:8080" }, true],
  ["one by IPv6", { peer: "::1", own: "::1", host: "[::1]:4620" }, true],
  ["one by the machine's address", { peer: "192.0.2.2", own: "192.0.2.2", host: "192.0.2.2:4620" }, true],
  ["a tunnel to the machine's address", { peer: "::ffff:192.0.2.2", own: "::ffff:192.0.2.2" }, true],
  ["another machine", { peer: "192.0.2.1", own: "192.0.2.2", host: "192.0.2.2:4620" }, false],
  ["another machine that says localhost", { peer: "192.0.2.1", own: "192.0.2.2" }, false],
  ["a name that somebody leads here", { host: "evil.example.org:4620" }, false],
  ["another address than the one it came to", { host: "192.0.2.9:4620" }, false],
  ["a proxy of this machine", { more: ["X-Forwarded-For", "192.0.2.1"] }, false],
  ["a socket without addresses", { peer: "", own: "", host: "" }, false],
])("%s: %o is local: %s", (_what, sent, local) => {
  expect(came(sent).local).toBe(local);
});

test("a request that is handed on has the new path, and ends with the one that came", () => {
  const socket = { remoteAddress: "127.0.0.1", localAddress: "127.0.0.1", localPort: 4620 };
  const incoming = { method: "GET", url: "/_studio/api/bucket?x=1", rawHeaders: ["Host", "localhost:4620"], socket };
  const response = Object.assign(new EventEmitter(), { destroyed: false, writableFinished: false });
  const request = readHttpRequest(incoming as unknown as IncomingMessage, response, () => {});
  const behind = atPath(request, "/bucket");
  expect(behind.head).toEqual({ ...request.head, path: "/bucket" });
  expect(behind).toMatchObject({ body: request.body, peer: "127.0.0.1", local: true, headBytes: request.headBytes });
  expect(behind.signal.aborted).toBe(false);
  response.emit("close");
  expect(behind.signal.aborted).toBe(true);
});
