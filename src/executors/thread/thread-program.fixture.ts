import { parentPort, workerData } from "node:worker_threads";
import { createSharedPipes } from "../../base/shared-pipes.ts";
import { createFrameServer } from "../../runtimes/serving/frame-server.ts";
import { servePipes } from "../../runtimes/serving/serve-pipes.ts";

/**
 * Answers with what it is asked, in a thread. Asked to "hang", it computes without end; "die", it ends; "heap" or "arrays", it
 * takes memory without end. "once N" answers with N bytes.
 */
const pipes = createSharedPipes((workerData as { memory: SharedArrayBuffer }).memory);
const print = (text: string) => parentPort!.postMessage({ printed: text });
const kept: unknown[] = [];
const frames = createFrameServer(
  (invocation) => {
    const text = String(invocation!.body.subarray(0, 20));
    if (text === "hang") for (;;);
    if (text === "die") process.exit(3);
    if (text === "heap") for (;;) kept.push({ kept: kept.length, more: `${kept.length}` });
    if (text === "arrays") for (;;) kept.push(new Float64Array(100_000).fill(kept.length));
    if (text.startsWith("print ")) print(`${text.slice(6)}\nhalf a `);
    const [, count] = /^once (\d+)$/.exec(text) ?? [];
    return { status: 200, type: "text/plain", body: count ? Buffer.alloc(Number(count), "x") : invocation!.body };
  },
  { mostPayloadBytes: 25e6, mostTogether: 1 },
);
const environment = JSON.stringify(
  Object.keys(process.env)
    .filter((name) => name !== "NODE_COMPILE_CACHE")
    .sort(),
);
print(`${environment}\n`);
if (process.env.THROWS) throw new Error("thrown at the start");
parentPort!.postMessage({ state: "InService", detail: { frames: 1 } });
servePipes(pipes, frames, { idle() {}, worked() {}, idleMilliseconds: 10_000 });
