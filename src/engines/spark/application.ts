import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EngineFault, type EngineFaultKind } from "../port.ts";
import { readLines } from "../read-lines.ts";
import { isLocal, type SparkLaunch } from "./launch.ts";

/** A line of the application's answer to a request. */
export interface AnswerLine {
  readonly id?: number;
  readonly ready?: string;
  readonly end?: true;
  readonly fault?: { readonly kind: EngineFaultKind; readonly words: string };
  readonly [member: string]: unknown;
}

/** A Spark application that was submitted, and takes requests. */
export interface SparkApplication {
  readonly version: string;
  /** Yields the lines of the answer. @throws EngineFault */
  ask(request: object, signal?: AbortSignal): AsyncGenerator<AnswerLine>;
  close(): void;
}

export interface Submission extends SparkLaunch {
  readonly configuration: Readonly<Record<string, string>>;
}

/** So much of what the application said is looked at, and stands in a fault without the frames of its traces. */
const lastBytes = 50_000;
const lastWords = 2_000;

/** Submits the application, and waits until it has connected to a socket of its own folder. */
export async function submitApplication(submission: Submission): Promise<SparkApplication> {
  const folder = mkdtempSync(join(tmpdir(), "spark-"));
  const address = join(folder, "socket");
  let said = "";
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(address, resolve));
  const child = submit(submission, address);
  for (const stream of [child.stdout!, child.stderr!])
    stream.setEncoding("utf8").on("data", (text: string) => {
      said = (said + text).slice(-lastBytes);
    });
  let isClosed = false;
  const gone = new Promise<EngineFault>((resolve) => {
    child.once("error", (error) =>
      resolve(
        new EngineFault(
          "internal",
          `Spark could not be started: ${error.message}. Set SAGEBRUSH_SPARK_HOME to a folder with bin/spark-submit.`,
        ),
      ),
    );
    child.once("close", (code, killed) => resolve(endOf(code ?? killed, said)));
  });
  const ended = gone.then((fault) => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
    return fault;
  });
  const close = () => {
    isClosed = true;
    connection?.end();
    server.close();
    // The application stops by itself when its connection ends; one that does not is ended with its group.
    setTimeout(() => killGroup(child), closeMilliseconds).unref();
  };
  let connection: Socket | undefined;
  const connected = new Promise<Socket>((resolve) => server.once("connection", resolve));
  const first = await Promise.race([connected, ended]);
  if (first instanceof EngineFault) throw first;
  connection = first;

  let wake: () => void = () => {};
  let broken: EngineFault | undefined;
  const lines: AnswerLine[] = [];
  readLines(connection, (line) => {
    lines.push(JSON.parse(line) as AnswerLine);
    wake();
  });
  void ended.then((fault) => {
    broken = fault;
    wake();
  });
  connection.on("error", () => {});
  async function nextLine(): Promise<AnswerLine> {
    for (;;) {
      const line = lines.shift();
      if (line) return line;
      if (broken) throw broken;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
  const { ready } = await nextLine();
  let count = 0;
  return {
    version: String(ready),
    close,
    async *ask(request, signal) {
      if (isClosed) throw new EngineFault("internal", "The engine is closed.");
      const id = ++count;
      const cancel = () => void connection!.write(`${JSON.stringify({ do: "cancel" })}\n`);
      signal?.addEventListener("abort", cancel);
      try {
        if (signal?.aborted) throw cancelled();
        connection!.write(`${JSON.stringify({ ...request, id })}\n`);
        for (;;) {
          const line = await nextLine();
          if (line.id !== id) continue;
          if (line.fault) throw new EngineFault(line.fault.kind, line.fault.words);
          if (line.end) return;
          yield line;
        }
      } catch (error) {
        throw signal?.aborted ? cancelled() : error;
      } finally {
        signal?.removeEventListener("abort", cancel);
      }
    },
  };
}

const closeMilliseconds = 10_000;

const cancelled = () => new EngineFault("cancelled", "The query was cancelled.");

function submit({ configuration, home, java, master, program, python }: Submission, address: string): ChildProcess {
  const words = Object.entries(configuration).flatMap(([name, value]) => ["--conf", `${name}=${value}`]);
  return spawn(join(home, "bin", "spark-submit"), ["--master", master, ...words, program, address], {
    env: {
      ...process.env,
      ...{ JAVA_HOME: java, SPARK_HOME: home, PYSPARK_PYTHON: python, PYSPARK_DRIVER_PYTHON: python, TZ: "UTC" },
      ...(isLocal(master) && { SPARK_LOCAL_IP: "127.0.0.1" }),
    },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
}

function endOf(how: number | string | null, said: string): EngineFault {
  const frames = /^\s*(?:at |\.\.\. \d+ more)/;
  const words = said
    .split("\n")
    .filter((line) => line.trim() !== "" && !frames.test(line))
    .join("\n")
    .slice(-lastWords)
    .trim();
  const isMemory = /OutOfMemory|Cannot allocate memory/.test(words);
  return new EngineFault(
    isMemory ? "resources" : "internal",
    `Spark's application ended (${how ?? "unknown"})${words === "" ? "." : `: ${words}`}`,
  );
}

function killGroup(child: ChildProcess): void {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has ended meanwhile.
  }
}
