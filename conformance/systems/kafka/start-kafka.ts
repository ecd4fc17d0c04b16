import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../free-port.ts";

export interface RunningKafka {
  /** "127.0.0.1:PORT". */
  readonly broker: string;
  stop(): Promise<void>;
}

/** A UUID in base64. */
const clusterId = "MkU3OEVBNTcwNTJENDM2Qg";
const patienceMilliseconds = 120_000;

/** Starts a broker that is its own controller, of an installed folder, and waits until it takes connections. */
export async function startKafka(folder: string): Promise<RunningKafka> {
  const run = await mkdtemp(join(tmpdir(), "kafka-"));
  const [port, controller] = [await freePort(), await freePort()];
  const broker = `127.0.0.1:${port}`;
  const properties = join(run, "server.properties");
  await writeFile(
    properties,
    [
      ...["process.roles=broker,controller", "node.id=1", `controller.quorum.voters=1@127.0.0.1:${controller}`],
      `listeners=PLAINTEXT://${broker},CONTROLLER://127.0.0.1:${controller}`,
      `advertised.listeners=PLAINTEXT://${broker}`,
      ...["controller.listener.names=CONTROLLER", "inter.broker.listener.name=PLAINTEXT"],
      ...[`log.dirs=${join(run, "logs")}`, "offsets.topic.replication.factor=1", "group.initial.rebalance.delay.ms=0"],
      ...["transaction.state.log.replication.factor=1", "transaction.state.log.min.isr=1"],
    ].join("\n"),
  );
  const java = (...words: string[]): ChildProcess =>
    spawn("java", ["-Xmx512m", "-cp", join(folder, "libraries", "*"), ...words], { cwd: run, stdio: "ignore" });
  const formatted = java("kafka.tools.StorageTool", "format", "-t", clusterId, "-c", properties);
  const [code] = await once(formatted, "exit");
  if (code !== 0) throw new Error(`Kafka's storage could not be made: its tool ended with ${code}`);
  const child = java("kafka.Kafka", properties);
  const ended = once(child, "exit");
  const stop = async () => {
    child.kill("SIGKILL");
    await ended;
    await rm(run, { recursive: true, force: true });
  };
  const limit = Date.now() + patienceMilliseconds;
  while (child.exitCode === null && Date.now() < limit) {
    if (await takesConnections(port)) return { broker, stop };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await stop();
  throw new Error("Kafka did not take connections");
}

const takesConnections = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => resolve(true)).on("error", () => resolve(false));
    socket.on("connect", () => socket.destroy());
  });
