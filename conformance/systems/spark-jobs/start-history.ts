import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { root, type TestServer } from "../../server.ts";
import { systemFolder } from "../installation.ts";
import { endWithThisProcess } from "../run-limited.ts";
import { environmentsOf } from "./places.ts";

/** Opens the history of a place as a person does. */
export async function startHistory(server: TestServer, place: string, port: number) {
  const words = [join(root, "bin/sagebrush"), "spark-history", place, "--port", `${port}`, "--home", server.home];
  const child = spawn(process.execPath, words, {
    env: { ...process.env, SAGEBRUSH_ENVIRONMENTS: environmentsOf(systemFolder("spark-jobs")) },
    stdio: "ignore",
    detached: true,
  });
  endWithThisProcess(child);
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
    },
  };
}
