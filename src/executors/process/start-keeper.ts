import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { extname, join } from "node:path";
import { pipesThen } from "./keeper-pipes.ts";
import { lastWords, noteLastWords } from "./last-words.ts";
import { compileCache } from "./lay-run.ts";
import { noRoomCode, type RunFolder, readJson } from "./run-folder.ts";
import { searchPath } from "./search-path.ts";

/** How long a keeper may take until it keeps the run. */
const startMilliseconds = 60_000;

/**
 * Starts a keeper with that PATH, and returns when the run has one: this one or an earlier one.
 * @throws an error with the keeper's last words, or with the code of a full disk
 */
export async function startKeeper(folder: RunFolder, node: string, path = searchPath): Promise<void> {
  const errors = openSync(folder.errors, "a", 0o600);
  // "keeper.ts" among the sources, "keeper.js" in the built product.
  const program = join(import.meta.dirname, `keeper${extname(import.meta.filename)}`);
  const command = [node, "--max-old-space-size=64", program, folder.root];
  const keeper = spawn("/bin/sh", ["-c", pipesThen, "sh", folder.root, ...command], {
    detached: true,
    stdio: ["ignore", "pipe", errors],
    cwd: "/",
    env: { PATH: path, ...compileCache() },
  });
  closeSync(errors);
  keeper.unref();
  const said = keeper.stdout!.resume();
  const ended = once(keeper, "exit") as Promise<[number | null]>;
  ended.catch(() => {}); // said by the event "error"
  const late = new AbortController();
  const timer = setTimeout(() => {
    noteLastWords(folder, `The keeper was not ready ${startMilliseconds / 1000} s after its start, and was killed.`);
    keeper.kill("SIGKILL");
    late.abort();
  }, startMilliseconds);
  try {
    await Promise.race([
      once(said, "close"),
      once(keeper, "error").then(([error]) => Promise.reject(error)),
      once(late.signal, "abort"),
    ]);
  } finally {
    clearTimeout(timer);
  }
  if (readJson(folder.keeper)) return;
  const [code] = await ended;
  if (code === noRoomCode)
    throw Object.assign(new Error("The run's keeper did not start: its disk is full"), { code: "ENOSPC" });
  throw new Error(`The run's keeper did not start: ${lastWords(folder).summary}`);
}
