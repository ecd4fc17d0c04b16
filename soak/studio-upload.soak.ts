import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { Readable } from "node:stream";
import { createBrowser } from "../conformance/browser.ts";
import { createTestServer } from "../conformance/server.ts";
import { defineSoak } from "./define-soak.ts";

const pieceBytes = 1e6;
const mostMegabytes = 80;

/** The most memory that a process has had so far. */
const peakMegabytes = (pid: number): number =>
  (Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]) * 1024) / 1e6;

export const soak = defineSoak({
  words: "an upload by a page of Studio leaves the server's memory as it is, whatever its size",
  unit: "MB",
  sizes: { full: 5000, short: 300 },
  async run(size) {
    const server = await createTestServer();
    try {
      await server.start();
      const browser = createBrowser(server);
      await browser.signIn((await server.sagebrush("studio")).stdout.trim());
      const upload = async (key: string, pieces: number) => {
        const md5 = createHash("md5");
        const piece = Buffer.alloc(pieceBytes, "sagebrush ");
        const body = Readable.from(
          (function* () {
            for (let at = 0; at < pieces; at++) {
              piece.writeUInt32LE(at);
              md5.update(piece);
              yield Buffer.from(piece);
            }
          })(),
        );
        const headers = { "content-length": String(pieces * pieceBytes) };
        const answer = await browser.ask(`/_studio/api/uploads/${key}`, { method: "PUT", body, headers });
        const expected = `"${md5.digest("hex")}"`;
        if (answer.status !== 200 || answer.headers.etag !== expected)
          throw new Error(
            `HTTP ${answer.status}, ETag ${answer.headers.etag} where ${expected} was sent: ${answer.text}`,
          );
      };
      await browser.ask("/_studio/api/uploads", { method: "PUT" });
      // What the first upload of any size takes is not what grows with the size.
      await upload("first", 50);
      const before = peakMegabytes(server.pid);
      const began = performance.now();
      await upload("whole", size);
      const seconds = (performance.now() - began) / 1000;
      const grown = peakMegabytes(server.pid) - before;
      const head = await browser.ask("/_studio/api/uploads/whole", { method: "HEAD" });
      if (head.headers["content-length"] !== String(size * pieceBytes))
        throw new Error(`The object has ${head.headers["content-length"]} bytes.`);
      if (grown > mostMegabytes) throw new Error(`The server grew by ${grown.toFixed(0)} MB.`);
      return `the server grew by ${grown.toFixed(0)} MB, in ${seconds.toFixed(1)} s`;
    } finally {
      await server.close();
    }
  },
});
