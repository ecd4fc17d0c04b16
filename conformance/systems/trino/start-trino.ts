import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../free-port.ts";
import { trinoVersion } from "./trino-version.ts";

const virtualMachines = "/usr/lib/jvm";

/** The java of the newest JDK that Trino runs on (24 and later); undefined without one. */
export async function newestJava(): Promise<string | undefined> {
  const names = await readdir(virtualMachines).catch(() => []);
  const versions = names.map((name) => ({ name, version: Number(/(\d+)/.exec(name)?.[1] ?? 0) }));
  const [newest] = versions.filter(({ version }) => version >= 24).sort((a, b) => b.version - a.version);
  const program = newest && join(virtualMachines, newest.name, "bin", "java");
  return program !== undefined && existsSync(program) ? program : undefined;
}

export interface RunningTrino {
  readonly origin: string;
  stop(): Promise<void>;
}

/** The catalogs of a Trino beside the one in memory, by their names: the lines of their files. */
export interface TrinoOptions {
  readonly catalogs?: Readonly<Record<string, readonly string[]>>;
  readonly memoryMebibytes?: number;
}

/** Starts Trino of an installed folder, with tables in memory, and waits until it answers. */
export async function startTrino(
  java: string,
  folder: string,
  { catalogs = {}, memoryMebibytes = 1200 }: TrinoOptions = {},
): Promise<RunningTrino> {
  const run = await mkdtemp(join(tmpdir(), "trino-"));
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  await mkdir(join(run, "catalog"));
  await writeFile(join(run, "catalog", "memory.properties"), "connector.name=memory\n");
  for (const [name, lines] of Object.entries(catalogs))
    await writeFile(join(run, "catalog", `${name}.properties`), `${lines.join("\n")}\n`);
  await writeFile(join(run, "log.properties"), "io.trino=WARN\n");
  await writeFile(
    join(run, "config.properties"),
    [
      "coordinator=true",
      "node-scheduler.include-coordinator=true",
      `http-server.http.port=${port}`,
      `discovery.uri=${origin}`,
      `query.max-memory=${Math.floor(memoryMebibytes / 3)}MB`,
      `query.max-memory-per-node=${Math.floor(memoryMebibytes / 4)}MB`,
      `memory.heap-headroom-per-node=${Math.floor(memoryMebibytes / 6)}MB`,
    ].join("\n"),
  );
  const properties = {
    "node.environment": "test",
    "node.id": "test",
    "node.data-dir": join(run, "data"),
    "log.levels-file": join(run, "log.properties"),
    config: join(run, "config.properties"),
    "catalog.config-dir": join(run, "catalog"),
    "plugin.dir": join(folder, "plugin"),
    "jdk.attach.allowAttachSelf": "true",
  };
  const child = spawn(
    java,
    [
      `-Xmx${memoryMebibytes}M`,
      "-XX:+UseSerialGC",
      "--enable-native-access=ALL-UNNAMED",
      "--add-modules=jdk.incubator.vector",
      ...Object.entries(properties).map(([name, value]) => `-D${name}=${value}`),
      "-cp",
      join(folder, `trino-server-${trinoVersion}`, "lib", "*"),
      "io.trino.server.TrinoServer",
    ],
    { cwd: run, stdio: ["ignore", "ignore", "ignore"] },
  );
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const stop = async () => {
    child.kill("SIGKILL");
    await ended;
    await rm(run, { recursive: true, force: true });
  };
  await untilReady(origin, child).catch(async (error) => {
    await stop();
    throw error;
  });
  return { origin, stop };
}

async function untilReady(origin: string, child: ChildProcess): Promise<void> {
  const limit = Date.now() + 180_000;
  while (child.exitCode === null && Date.now() < limit) {
    const info = await fetch(`${origin}/v1/info`).then(
      (answer) => answer.json() as Promise<{ starting: boolean }>,
      () => undefined,
    );
    if (info?.starting === false) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(child.exitCode === null ? "Trino did not answer within 180 s" : `Trino ended with ${child.exitCode}`);
}
