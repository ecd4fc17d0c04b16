import { EventEmitter } from "node:events";
import type { IncomingMessage } from "node:http";
import { expect, test } from "vitest";
import { atPath, readHttpRequest } from "./http-request.ts";

test("a request that is handed on has the new path, and ends with the one that came", () => {
  const socket = { remoteAddress: "127.0.0.1" };
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
