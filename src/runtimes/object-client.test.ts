import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type ClientRequest, createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createObjectClient } from "./object-client.ts";

let folder: string;
let servers: Server[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "objects-"));
  servers = [];
  vi.stubEnv("AWS_ACCESS_KEY_ID", "SBRN1");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
  vi.stubEnv("AWS_REGION", "us-west-2");
  vi.stubEnv("SAGEBRUSH_ADDRESS_FILE", join(folder, "url"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(folder, { recursive: true });
});

/** Starts a server and writes its address to the address file. */
async function serve(answer: RequestListener): Promise<void> {
  const server = createServer(answer).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  writeFileSync(join(folder, "url"), `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

it("continues with the server that has come back, whatever the last one did", async () => {
  const objects = createObjectClient({ pause: async () => {} });
  const file = join(folder, "object");
  const faults: RequestListener[] = [
    (request) => request.socket.destroy(),
    (_, response) => response.writeHead(500).end("<Error><Code>InternalError</Code></Error>"),
    (_, response) => response.writeHead(403).end("<Error><Code>InvalidAccessKeyId</Code></Error>"),
    (request, response) => {
      response.writeHead(200, { "content-length": 10 }).write("half");
      setImmediate(() => request.socket.destroy());
    },
  ];
  let answered = 0;
  await serve((request, response) => {
    const fault = faults[answered++];
    if (fault) fault(request, response);
    else response.writeHead(200, { "content-length": 5 }).end("whole");
  });
  await objects.download("bucket", "key", file);
  expect(answered).toBe(faults.length + 1);
  expect(readFileSync(file, "utf8")).toBe("whole");
});

it("asks again for files when the server goes away before its answer, within it, or before it is asked", async () => {
  const objects = createObjectClient({ pause: async () => {} });
  const faults: RequestListener[] = [
    (request) => request.socket.destroy(),
    (request) => request.socket.end(),
    (request, response) => {
      response.writeHead(200, { "content-length": 100 }).write("{");
      setImmediate(() => request.socket.destroy());
    },
    (_, response) => response.writeHead(500).end("no fault in JSON"),
    (request, response) => {
      response.writeHead(200).write("{");
      setImmediate(() => request.socket.end());
    },
  ];
  let answered = 0;
  const lent = { paths: [] };
  await serve((request, response) => {
    const fault = faults[answered++];
    if (fault) fault(request, response);
    else response.writeHead(200).end(JSON.stringify(lent));
  });
  const wish = { bucket: "bucket", prefix: "", folder: "train" };
  expect(await objects.lend(wish)).toEqual(lent);
  expect(answered).toBe(faults.length + 1);
});

it("reads an object on where it broke off, and not from another that has its place now", async () => {
  const objects = createObjectClient({ pause: async () => {} });
  const asked: (string | undefined)[] = [];
  let etag = '"one"';
  await serve((request, response) => {
    const { range, "if-match": match } = request.headers;
    asked.push(range);
    const from = range ? Number(/\d+/.exec(range)![0]) : 0;
    if (match && match !== etag)
      return void response.writeHead(412).end("<Error><Code>PreconditionFailed</Code></Error>");
    response.writeHead(range ? 206 : 200, { etag, "content-length": 10 - from });
    response.write("0123456789".slice(from, from + 4));
    if (from === 8) response.end();
    else setImmediate(() => request.socket.destroy());
  });
  const read = async () => {
    const { body, sizeBytes } = await objects.open("bucket", "key");
    let text = "";
    for await (const bytes of body) {
      text += Buffer.from(bytes).toString();
      if (text.length === 4) etag = next;
    }
    return [text, sizeBytes];
  };
  let next = etag;
  expect(await read()).toEqual(["0123456789", 10]);
  expect(asked).toEqual([undefined, "bytes=4-", "bytes=8-"]);
  next = '"two"';
  await expect(read()).rejects.toMatchObject({ $metadata: { httpStatusCode: 412 } });
});

it("reads an object on whose connection broke before it was read", async () => {
  const objects = createObjectClient({ pause: async () => {} });
  await serve((request, response) => {
    if (request.headers.range) {
      const from = Number(/\d+/.exec(request.headers.range)![0]);
      return void response.writeHead(206, { "content-length": 10 - from }).end("0123456789".slice(from));
    }
    // With a checksum the client checks the body, and hears at once that it broke off.
    response.writeHead(200, { etag: '"one"', "content-length": 10, "x-amz-checksum-crc32": "AAAAAA==" });
    response.write("0123", () => request.socket.destroy());
  });
  const broken = new Promise((resolve) => {
    const begun = ({ request }: { request: ClientRequest }) => {
      unsubscribe("http.client.request.start", begun as never);
      request.once("response", (response) => response.once("close", resolve));
    };
    subscribe("http.client.request.start", begun as never);
  });
  const { body } = await objects.open("bucket", "key");
  await broken;
  await nextTurn();
  let text = "";
  for await (const bytes of body) text += Buffer.from(bytes).toString();
  expect(text).toBe("0123456789");
});

it("does not wait after a refusal that is final", async () => {
  await serve((_, response) => response.writeHead(404).end("<Error><Code>NoSuchKey</Code></Error>"));
  const objects = createObjectClient();
  await expect(objects.download("bucket", "key", join(folder, "object"))).rejects.toThrow(
    expect.objectContaining({ name: "NoSuchKey" }),
  );
});

it("gives up when a reachable server fails again and again, and waits for one whose disk is full", async () => {
  let full = 30;
  let failures = 0;
  await serve((_, response) => {
    if (full-- > 0) response.writeHead(503).end("<Error><Code>ServiceUnavailable</Code></Error>");
    else {
      failures++;
      response.writeHead(500).end("<Error><Code>InternalError</Code></Error>");
    }
  });
  const pauses: number[] = [];
  const objects = createObjectClient({ pause: async (milliseconds) => void pauses.push(milliseconds) });
  await expect(objects.download("bucket", "key", join(folder, "object"))).rejects.toThrow(
    expect.objectContaining({ name: "InternalError" }),
  );
  expect([failures, pauses.length, Math.max(...pauses)]).toEqual([10, 39, 5_000]);
});

it("gives up on a server that breaks connections once the run is being stopped", async () => {
  let asked = 0;
  await serve((request) => {
    asked++;
    request.socket.destroy();
  });
  const objects = createObjectClient({ stopping: AbortSignal.abort(), pause: async () => {} });
  await expect(objects.download("bucket", "key", join(folder, "object"))).rejects.toThrow();
  expect(asked).toBe(5);
});

it("soon gives up on a full disk once the run is being stopped", async () => {
  const stop = new AbortController();
  let asked = 0;
  await serve((_, response) => {
    if (++asked === 30) stop.abort();
    response.writeHead(503).end("<Error><Code>ServiceUnavailable</Code></Error>");
  });
  const objects = createObjectClient({ stopping: stop.signal, pause: async () => {} });
  await expect(objects.download("bucket", "key", join(folder, "object"))).rejects.toThrow(
    expect.objectContaining({ name: "ServiceUnavailable" }),
  );
  expect(asked).toBe(34);
});
