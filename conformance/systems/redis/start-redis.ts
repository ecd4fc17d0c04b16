import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import { freePort } from "../../free-port.ts";

export interface RunningRedis {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a Redis of its own that syncs what it acknowledges. */
export async function startRedis(): Promise<RunningRedis> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "sagebrush-redis-"));
  const words = ["--port", port, "--bind", "127.0.0.1", "--dir", folder, "--save", ""];
  const child = spawn("redis-server", [...words, "--appendonly", "yes", "--appendfsync", "always"].map(String), {
    stdio: "ignore",
  });
  const ended = once(child, "exit");
  const answers = () =>
    new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(true)).on("error", () => resolve(false));
      socket.on("connect", () => socket.end());
    });
  await vi.waitUntil(answers, { timeout: 10_000, interval: 50 });
  return {
    url: `redis://127.0.0.1:${port}`,
    async stop() {
      child.kill("SIGKILL");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
