import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { join } from "node:path";
import { endWithThisProcess } from "../run-limited.ts";
import { launchOf } from "./open-spark.ts";

/** Waits as long for a part of the cluster to say that it is there. */
const startMilliseconds = 150_000;

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

/** Starts a standalone cluster on this machine: a master, and two workers with a core each. */
export async function startCluster(folder: string): Promise<{ readonly master: string; close(): void }> {
  const { home, java } = launchOf();
  const children: ChildProcess[] = [];
  const start = async (name: string, says: string, ...words: readonly string[]) => {
    const child = spawn(join(home, "bin", "spark-class"), [`org.apache.spark.deploy.${name}`, ...words], {
      env: {
        ...process.env,
        ...{
          JAVA_HOME: java,
          SPARK_HOME: home,
          SPARK_LOCAL_IP: "127.0.0.1",
          SPARK_NO_DAEMONIZE: "1",
          SPARK_DAEMON_MEMORY: "256m",
        },
        SPARK_WORKER_DIR: join(folder, "workers"),
      },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    endWithThisProcess(child);
    children.push(child);
    let said = "";
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`${name} did not start: ${said}`)), startMilliseconds);
      const hear = (bytes: Buffer) => {
        said += bytes.toString();
        if (!said.includes(says)) return;
        clearTimeout(late);
        resolve();
      };
      child.stdout!.on("data", hear);
      child.stderr!.on("data", hear);
      child.once("exit", () => reject(new Error(`${name} ended: ${said}`)));
    });
  };
  const close = () => {
    for (const { pid } of children) if (pid !== undefined) process.kill(-pid, "SIGKILL");
  };
  const port = await freePort();
  const master = `spark://127.0.0.1:${port}`;
  await start("master.Master", "I have been elected leader", "--host", "127.0.0.1", "--port", String(port));
  const worker = ["worker.Worker", "Successfully registered with master", "--host", "127.0.0.1"] as const;
  await Promise.all([1, 2].map(() => start(...worker, "--cores", "1", "--memory", "1g", master)));
  return { master, close };
}
