import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { createPythonEnvironment } from "../../tools/python-environments.ts";
import { processTree } from "../process-figures.ts";
import { freePort } from "../servers.ts";

const root = join(import.meta.dirname, "..", "..");
const bin = join(root, ".venv-feast", "bin");

/** Feast's feature server over records that it has loaded. */
export interface FeastServer {
  readonly port: number;
  /** All its processes, and those of its store. */
  processes(): number[];
  /** How long the loading of the records took, and of Redis the making of precomputed vectors. */
  readonly seconds: { readonly load: number; readonly precompute: number };
  close(): Promise<void>;
}

/** Loads a file of records into one of Feast's online stores and serves them by one worker, without a log of requests. */
export async function startFeast(store: "sqlite" | "redis", file: string, folder: string): Promise<FeastServer> {
  const problem = await createPythonEnvironment("feast");
  if (problem !== undefined) throw new Error(problem);
  const place = join(folder, `feast-${store}`);
  mkdirSync(place);
  const redis = store === "redis" ? await startRedis(place) : undefined;
  const env = { ...process.env, FEAST_USAGE: "False", PATH: `${bin}:${process.env.PATH}` };
  const program = join(import.meta.dirname, "feast_online.py");
  const loading = spawn(join(bin, "python"), [program, place, file, store, String(redis?.port ?? 0)], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [said, complained] = ["", ""];
  loading.stdout.on("data", (bytes) => {
    said += bytes;
  });
  loading.stderr.on("data", (bytes) => {
    complained = `${complained}${bytes}`.slice(-4_000);
  });
  const [code] = await once(loading, "close");
  if (code !== 0) throw new Error(`Feast has not loaded the records: ${complained}`);
  const port = await freePort();
  // A worker that ends after a thousand requests, as it would by itself, would cost it more.
  const words = ["serve", "--port", port, "--no-access-log", "--max-requests", 1e9, "--registry_ttl_sec", 3600];
  const server = spawn(join(bin, "feast"), ["--chdir", place, ...words.map(String)], { env, stdio: "ignore" });
  await untilListening(port, () => server.exitCode !== null);
  return {
    port,
    processes: () => [...processTree(server.pid!), ...(redis ? [redis.pid] : [])],
    seconds: JSON.parse(said.trim().split("\n").at(-1)!),
    async close() {
      const ended = once(server, "exit");
      for (const pid of processTree(server.pid!).reverse()) end(pid);
      await ended;
      await redis?.close();
    },
  };
}

/** A Redis without a disk, as fast as it may be. */
async function startRedis(folder: string) {
  const port = await freePort();
  const child = spawn("redis-server", ["--port", String(port), "--dir", folder, "--save", "", "--appendonly", "no"], {
    stdio: "ignore",
  });
  await untilListening(port, () => child.exitCode !== null);
  return {
    port,
    pid: child.pid!,
    async close() {
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}

async function untilListening(port: number, hasEnded: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 1200; attempt++) {
    if (hasEnded()) throw new Error(`What was to listen on port ${port} has ended.`);
    const listens = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => socket.end(() => resolve(true)));
      socket.on("error", () => resolve(false));
    });
    if (listens) return;
    await pause(100);
  }
  throw new Error(`Nothing listens on port ${port} after two minutes.`);
}

/** A process may have ended meanwhile. */
function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {}
}
