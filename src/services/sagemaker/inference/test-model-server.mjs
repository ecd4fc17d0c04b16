import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/**
 * A model server for tests: it answers with what it was asked and with NAME, or with the status that the content type
 * "status/N" names; asked to "print N", it prints so many lines of 64 kB first, to "compute N", it computes for so many
 * seconds, to "wait N", it waits so many milliseconds, to "hang", it neither answers nor computes again, and to "fork" or
 * "fill", it starts processes without end, or writes a file of 2 GiB. A body of the type "through" is answered as it comes. A new session has its process's own name in its
 * name and expires when the body says; "close" ends one. END: the code it ends with before it listens. SIGTERM
 * "ends": it answers nothing more when it is told to end.
 */
const { SAGEBRUSH_SOCKET, SAGEBRUSH_ML_ROOT = "/opt/ml" } = process.env;
// A program of the product gets no variables of a model's owner, so they are read from the plan of the run.
const { NAME, END, SIGTERM } = JSON.parse(
  readFileSync(join(SAGEBRUSH_ML_ROOT, "serving-plan.json"), "utf8"),
).environment;
if (END) {
  console.error(`ending with ${END}`);
  process.exit(Number(END));
}

const own = randomUUID().slice(0, 8);
const server = createServer(async (request, response) => {
  if (request.url === "/ping") {
    response.end();
    return;
  }
  if (request.headers["content-type"] === "through") return void request.pipe(response);
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString();
  if (body === "die") process.kill(process.pid, "SIGKILL");
  if (body === "slow") await delay(200);
  const [, milliseconds = 0] = /^wait (\d+)$/.exec(body) ?? [];
  if (milliseconds) await delay(Number(milliseconds));
  if (body === "hang") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  // Twice what it may have, and not the whole disk where the one who watches it comes late.
  const endless = { fork: "while :; do sleep 1000 & done", fill: "head -c 2G /dev/zero > zeros" }[body];
  if (endless) spawn("/bin/sh", ["-c", endless], { stdio: "ignore" });
  const [, seconds = 0] = /^compute (\d+)$/.exec(body) ?? [];
  for (const end = performance.now() + seconds * 1000; performance.now() < end; );
  const [, lines = 0] = /^print (\d+)$/.exec(body) ?? [];
  for (let line = 0; line < lines; line++)
    if (!process.stdout.write(`${line} ${"x".repeat(64_000)}\n`)) await once(process.stdout, "drain");
  const type = request.headers["content-type"];
  response.statusCode = type?.startsWith("status/") ? Number(type.slice(7)) : 200;
  response.setHeader("content-type", request.headers.accept ?? "text/plain");
  const custom = request.headers["x-amzn-sagemaker-custom-attributes"];
  if (custom) response.setHeader("x-amzn-sagemaker-custom-attributes", custom);
  const session = request.headers["x-amzn-sagemaker-session-id"];
  if (session === "NEW_SESSION") response.setHeader("x-amzn-sagemaker-new-session-id", `of-${own}; Expires=${body}`);
  if (body === "close") response.setHeader("x-amzn-sagemaker-closed-session-id", session);
  response.end(`${NAME}: ${session && session !== "NEW_SESSION" ? `${own} ` : ""}${body}`);
});
server.listen(SAGEBRUSH_SOCKET, () => console.log(`${NAME}\tlistens`));
process.once("SIGTERM", () => (SIGTERM === "ends" ? process.exit() : server.close()));
