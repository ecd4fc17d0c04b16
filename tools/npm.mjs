// Runs npm for setup.mjs. Plain JavaScript for Node 20, as that is.
import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * Runs npm in a folder, without its output (warnings about the old Node). A signal is passed on, and npm is waited for:
 * it may be in the middle of a folder. What an earlier npm left half-made is removed and made again.
 * @param {readonly string[]} command npm's program and its words
 * @param {{ root: string, registry?: string, say?: (line: string) => void, quietMilliseconds?: number }} options
 * `say` gets a line for people when npm takes longer than `quietMilliseconds`
 * @returns {Promise<{ code: number, output: string }>} 0, npm's own code, or 128 + the signal
 */
export async function runNpm(command, { root, registry, say = console.log, quietMilliseconds = 15_000 }) {
  const first = await once(command, { root, registry, say, quietMilliseconds });
  if (first.code === 0 || !first.output.includes("ENOTEMPTY")) return first;
  say("An earlier npm was interrupted. What it left is removed, and npm begins again ...");
  rmSync(join(root, "node_modules"), { recursive: true, force: true });
  return once(command, { root, registry, say, quietMilliseconds });
}

function once([program, ...words], { root, registry, say, quietMilliseconds }) {
  let child;
  let received;
  const timer = setTimeout(async () => {
    const words = await waitingFor(registry);
    // The registry may have been asked for seconds.
    if (received === undefined && !ended) say(words);
  }, quietMilliseconds);
  let ended = false;
  const listeners = signals.map((signal) => [
    signal,
    () => {
      clearTimeout(timer);
      if (received === undefined) say("Stopping npm, which may take a minute; once more ends it at once ...");
      child?.kill(received === undefined ? signal : "SIGKILL");
      received = signal;
    },
  ]);
  // Before npm begins: a signal in between would leave it alone.
  for (const [signal, listener] of listeners) process.on(signal, listener);
  child = spawn(program, words, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes) => (output += bytes));
  return new Promise((resolve) => {
    const end = (code, text) => {
      ended = true;
      clearTimeout(timer);
      for (const [signal, listener] of listeners) process.off(signal, listener);
      resolve({ code: received === undefined ? code : 128 + constants.signals[received], output: text });
    };
    child.on("error", (error) => end(127, error.message));
    child.on("close", (code, signal) => end(code ?? 128 + constants.signals[signal], output));
  });
}

const probeMilliseconds = 8_000;

/** What npm most likely waits for: its registry, which is asked too, unless a proxy stands between. */
async function waitingFor(registry = process.env.npm_config_registry ?? "https://registry.npmjs.org/") {
  const still = `npm is still fetching packages from ${registry}`;
  const names = [
    "npm_config_proxy",
    "npm_config_https_proxy",
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
  ];
  if (names.some((name) => process.env[name])) return `${still} (through a proxy) ...`;
  try {
    await fetch(registry, { method: "HEAD", signal: AbortSignal.timeout(probeMilliseconds) });
    return `${still} ...`;
  } catch (error) {
    const reason = error.cause?.message || error.message;
    return `npm waits for ${registry}, which does not answer: ${reason}. Check the network, or name another registry: npm config set registry URL`;
  }
}
