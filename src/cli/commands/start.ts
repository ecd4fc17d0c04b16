import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openHomeFolder } from "../../server/home/home-folder.ts";
import { StartFailure } from "../../server/home/start-failure.ts";
import { readSettings, type Settings } from "../../server/settings/settings.ts";
import { type Arguments, CommandError, defineCommand } from "../define-command.ts";

export const start = defineCommand({
  name: "start",
  summary: "Starts the server on a home folder, which is made when there is none.",
  options: {
    host: { value: "H", words: "the address to listen on; 127.0.0.1, so that only this machine reaches it" },
    port: { value: "N", words: "the port to listen on; 4620, and 0 picks a free one" },
    account: { value: "ID", words: "the AWS account of a new home; 123456789012" },
    "admin-key-file": {
      value: "F",
      words: "a file with the administrator's key, ID:SECRET on one line; else a random one",
    },
    detach: { words: "returns when the server is ready, and leaves it running" },
  },
  run: (given) => (given.switches.has("detach") ? startDetached(given) : startHere(given)),
});

const settingsOf = ({ options }: Arguments) =>
  readSettings({ ...options, adminKeyFile: options["admin-key-file"] }, process.env);

/** What a detached server sends to the command that started it. */
interface Ready {
  readonly url: string;
  readonly studio: string;
  readonly notices: readonly string[];
}

const settleMilliseconds = 2_000;

const studioLine = (link: string): string => `Studio, signed in, once and for five minutes: ${link}`;

/** Serves until a signal or `sagebrush stop` ends it. */
async function startHere(given: Arguments): Promise<number> {
  // Imported here, because the parent of a detached server does not need it.
  const { createApp } = await import("../../server/app.ts");
  const { prepareProcess } = await import("../../server/process/prepare-process.ts");
  const { renewPrograms } = await import("../../server/process/renew-programs.ts");
  const { garbageCollector } = await import("../../runtimes/garbage-collector.ts");
  prepareProcess();
  const settings = settingsOf(given);
  await requirePortOfNewHome(settings);
  const app = await createApp(settings, undefined, process.env);
  const { url } = await app.start();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void app.close());
  console.log(`Sagebrush is ready at ${url}`);
  // A link is shown to a person, and not written to a log.
  if (process.stdout.isTTY) console.log(studioLine(app.studioLink()));
  const notices = app.notices();
  for (const notice of notices) console.error(notice);
  // Tells startDetached, when that is the parent.
  process.send?.({ url, studio: app.studioLink(), notices } satisfies Ready);
  process.disconnect?.();
  // Whoever waited for the server makes the first calls at once.
  const settle = () => {
    // What only the start needed.
    garbageCollector()();
    renewPrograms();
  };
  setTimeout(settle, settleMilliseconds).unref();
  await app.closed;
  const failure = app.failure();
  if (failure !== undefined) throw new CommandError(failure);
  return 0;
}

/** Starts the server in a session of its own, with its output in HOME/server.log, and waits until it is ready. */
async function startDetached(given: Arguments): Promise<number> {
  const settings = settingsOf(given);
  const { home } = settings;
  await requirePortOfNewHome(settings);
  const words = Object.entries(given.options).flatMap(([name, value]) => [`--${name}`, value]);
  const log = openLog(home);
  const child = spawn(process.execPath, [process.argv[1]!, "start", ...words], {
    detached: true,
    stdio: ["ignore", log.descriptor, log.descriptor, "ipc"],
  });
  closeSync(log.descriptor);
  const { url, studio, notices } = await new Promise<Ready>((resolve, reject) => {
    child.on("error", reject);
    child.on("message", (message: Ready) => resolve(message));
    child.on("exit", (code) => {
      const said = readFileSync(log.path).subarray(log.size).toString().trim();
      reject(new CommandError(said || `The server ended at once (${code}). See ${log.path}.`, code ?? 1));
    });
  });
  child.disconnect();
  child.unref();
  console.log(`Sagebrush is ready at ${url}`);
  console.log(studioLine(studio));
  for (const notice of notices) console.error(notice);
  return 0;
}

/** A start that is refused for its port leaves no new home. */
async function requirePortOfNewHome(settings: Settings): Promise<void> {
  if (existsSync(settings.home)) return;
  const { requirePort } = await import("../../server/http/check-port.ts");
  await requirePort(settings);
}

/** Opens the log to append to. `size` is its length before this start. */
function openLog(home: string): { path: string; descriptor: number; size: number } {
  const path = join(home, "server.log");
  try {
    openHomeFolder(home);
    const descriptor = openSync(path, "a", 0o600);
    return { path, descriptor, size: readFileSync(path).length };
  } catch (error) {
    if (error instanceof StartFailure) throw error;
    throw new CommandError(`${home} cannot be written: ${(error as Error).message}. Give another --home.`);
  }
}
