import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll } from "vitest";
import { runProgram } from "./program.ts";
import { recordProven } from "./proven.ts";

export const root = join(import.meta.dirname, "..");
export const region = "us-west-2";

/** What the AWS SDK for JavaScript is given to reach the server. */
export interface ClientOptions {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** A real server, started by bin/sagebrush on a free port, its home a temporary folder. */
export interface TestServer {
  readonly home: string;
  readonly url: string;
  /** Of the process that holds the home, not of the launcher. */
  readonly pid: number;
  readonly clientOptions: ClientOptions;
  /** Starts it, or starts it again on the same home after `kill`; the port may then be another. `more` is of this start alone. */
  start(more?: Readonly<Record<string, string>>): Promise<void>;
  /** Resolves when the server has ended, for whatever reason. */
  ended(): Promise<void>;
  /** kill -9: nothing is closed, runs go on. */
  kill(): Promise<void>;
  /** Runs `bin/sagebrush WORDS... --home HOME`; what follows "--" stays last. */
  sagebrush(...words: string[]): ReturnType<typeof runProgram>;
  /** Stops it and its runs, and removes the home. */
  close(): Promise<void>;
}

export interface TestServerOptions {
  /** More of the environment, for settings (SAGEBRUSH_...). */
  readonly environment?: Readonly<Record<string, string>>;
  /** More words for `sagebrush start`. */
  readonly words?: readonly string[];
  /** The folder of the product, when the server is that of another commit. */
  readonly checkout?: string;
  /** An empty folder for the home, in place of a new one. */
  readonly home?: string;
}

/** Gives a server that is not started yet. */
export async function createTestServer(options: TestServerOptions = {}): Promise<TestServer & { output(): string }> {
  const home = options.home ?? (await mkdtemp(join(tmpdir(), "sagebrush-test-")));
  const environment = { ...process.env, AWS_REGION: region, ...options.environment };
  const cwd = options.checkout ?? root;
  const launcher = join(cwd, "bin", "sagebrush");
  let launched: ChildProcess | undefined;
  let output = "";
  let url = "";
  let pid = 0;
  let key: { accessKeyId: string; secretAccessKey: string } | undefined;

  const sagebrush = (...words: string[]) => {
    const [command = "", ...rest] = words;
    return runProgram(process.execPath, [launcher, command, "--home", home, ...rest], { cwd, env: environment });
  };

  return {
    home,
    get url() {
      return url;
    },
    get pid() {
      return pid;
    },
    get clientOptions() {
      if (key === undefined) throw new Error("The server is not started.");
      return { endpoint: url, region, credentials: key };
    },
    async start(more = {}) {
      const words = [launcher, "start", "--home", home, "--port", "0", ...(options.words ?? [])];
      const child = spawn(process.execPath, words, {
        cwd,
        env: { ...environment, ...more },
        stdio: ["ignore", "pipe", "pipe"],
      });
      launched = child;
      child.stderr.on("data", (bytes) => {
        output += bytes;
      });
      url = await readyAddress(child, () => output);
      ({ pid } = JSON.parse(await readFile(join(home, "server.json"), "utf8")) as { pid: number });
      const [accessKeyId, secretAccessKey] = (await readFile(join(home, "keys"), "utf8")).trim().split(":");
      key = { accessKeyId: accessKeyId!, secretAccessKey: secretAccessKey! };
    },
    async ended() {
      if (launched!.exitCode === null && launched!.signalCode === null) await once(launched!, "exit");
    },
    async kill() {
      const ended = once(launched!, "exit");
      process.kill(pid, "SIGKILL");
      await ended;
    },
    sagebrush,
    output: () => output,
    async close() {
      if (launched !== undefined && launched.exitCode === null && launched.signalCode === null) {
        const ended = once(launched, "exit");
        const { code } = await sagebrush("stop");
        if (code !== 0) process.kill(pid, "SIGKILL");
        await ended;
      }
      await recordProven(home);
      const refused = await serviceRefusals(home);
      await rm(home, { recursive: true, force: true });
      // A refused reconciler would try again for ever, or go on without what it asked for.
      if (refused.length > 0) throw new Error(`The service was refused what it needs:\n${refused.join("\n")}`);
    },
  };
}

/** Lines of calls that the service made for itself and had no grant for. */
async function serviceRefusals(home: string): Promise<string[]> {
  const log = await readFile(join(home, "service.log"), "utf8").catch(() => "");
  return log.split("\n").filter((line) => line.includes('"error":"AccessDenied'));
}

async function readyAddress(child: ChildProcess, errors: () => string): Promise<string> {
  let text = "";
  for await (const bytes of child.stdout!) {
    text += bytes;
    const found = /^Sagebrush is ready at (\S+)$/m.exec(text);
    if (found) {
      child.stdout!.resume();
      return found[1]!;
    }
  }
  throw new Error(`The server ended before it was ready:\n${text}${errors()}`);
}

/** A server for the tests of a file or a describe block: started before them, closed after. */
export function useServer(options: TestServerOptions = {}): TestServer {
  let server: Awaited<ReturnType<typeof createTestServer>>;
  beforeAll(async () => {
    server = await createTestServer(options);
    await server.start();
  });
  afterEach(async ({ task }) => {
    if (task.result?.state !== "fail") return;
    for (const name of ["access.log", "service.log"]) {
      const log = await readFile(join(server.home, name), "utf8").catch(() => "");
      console.log(`Last of ${name}:\n${log.split("\n").slice(-25).join("\n")}`);
    }
    console.log(`The server's output:\n${server.output()}`);
  });
  afterAll(() => server?.close());
  // The server is made in beforeAll; until then there is nothing behind the names.
  return new Proxy({} as TestServer, { get: (_, name) => server[name as keyof TestServer] });
}
