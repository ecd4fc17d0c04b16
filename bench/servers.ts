import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPythonEnvironment } from "../tools/python-environments.ts";
import type { Credentials } from "./signed-request.ts";

const root = join(import.meta.dirname, "..");
const region = "us-west-2";

/** A server under measurement, in a process of its own. */
export interface MeasuredServer {
  readonly name: string;
  readonly pid: number;
  readonly port: number;
  readonly credentials: Credentials;
  close(): Promise<void>;
}

/**
 * Sagebrush from source, this one's unless another checkout is given, in an empty home of its own, or in one that is given and
 * stays.
 */
export async function startSagebrush({
  checkout = root,
  environment = {},
  home: given,
}: {
  readonly checkout?: string | undefined;
  readonly home?: string;
  readonly environment?: Readonly<Record<string, string>>;
} = {}): Promise<MeasuredServer & { readonly home: string }> {
  const home = given ?? (await mkdtemp(join(tmpdir(), "sagebrush-bench-")));
  const child = spawn(process.execPath, [join(checkout, "src/cli/main.mjs"), "start", "--home", home, "--port", "0"], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, ...environment },
  });
  const line = await lineMatching(child, /Sagebrush is ready at http:\/\/127\.0\.0\.1:(\d+)/);
  const [id, secret] = (await readFile(join(home, "keys"), "utf8")).trim().split(":");
  return {
    name: "Sagebrush",
    pid: child.pid!,
    port: Number(line[1]),
    home,
    credentials: { id: id!, secret: secret!, region },
    async close() {
      await end(child);
      if (given === undefined) await rm(home, { recursive: true, force: true });
    },
  };
}

/** Moto's server, the pinned version, in its Python environment. */
export async function startMoto(): Promise<MeasuredServer> {
  const problem = await createPythonEnvironment("moto");
  if (problem !== undefined) throw new Error(problem);
  const port = await freePort();
  const child = spawn(join(root, ".venv-moto/bin/moto_server"), ["-H", "127.0.0.1", "-p", String(port)], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  await lineMatching(child, /Running on/, "stderr");
  // Moto logs a line per request; unread, they would fill the pipe and stop it.
  child.stderr!.resume();
  return {
    name: "moto",
    pid: child.pid!,
    port,
    credentials: { id: "AKIAIOSFODNN7EXAMPLE", secret: "anything", region },
    close: () => end(child),
  };
}

export async function lineMatching(
  child: ChildProcess,
  pattern: RegExp,
  from: "stdout" | "stderr" = "stdout",
): Promise<RegExpExecArray> {
  let text = "";
  for await (const bytes of child[from]!) {
    text += bytes;
    const found = pattern.exec(text);
    if (found) return found;
  }
  throw new Error(`${child.spawnfile} ended before it was ready:\n${text}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill("SIGTERM");
  await once(child, "exit");
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

/** The kernel and processors, as a line for the head of a report. */
export const machine = (): string =>
  `${execFileSync("uname", ["-sr"], { encoding: "utf8" }).trim()}, ${process.arch}, Node ${process.versions.node}`;
