import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { accessSync, constants } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import type { NeededProgram, System } from "./define-system.ts";

const root = join(import.meta.dirname, "..", "..");

/** What a system's `install` works with. */
export interface Installation {
  /** Its own, `.cache/systems/NAME`. What is downloaded and built stays there for the next run. */
  readonly folder: string;
  /** Where the system's unit and sources are. */
  readonly source: string;
  /** Runs a download. When it fails or reaches its limit, the system cannot be had on this machine now. */
  fetch(program: string, words: readonly string[], environment?: Readonly<Record<string, string>>): Promise<void>;
  /** Runs a build of what was fetched. When that fails, the test run fails everywhere. */
  build(program: string, words: readonly string[], environment?: Readonly<Record<string, string>>): Promise<void>;
}

/** The system cannot be had here. In CI that is a failure, elsewhere its tests are skipped. */
export class Unavailable extends Error {}

const fetchLimitSeconds = 300;
const buildLimitSeconds = 480;

export const systemFolder = (name: string): string => join(root, ".cache", "systems", name);

/** Makes a system ready, or leaves the one that is there when its folder has not changed since. */
export async function installSystem(system: System): Promise<void> {
  for (const program of system.programs) await needProgram(program);
  if (await isInstalled(system)) return;
  const folder = systemFolder(system.name);
  const source = join(import.meta.dirname, system.name);
  await rm(stampOf(system), { force: true });
  await mkdir(folder, { recursive: true });
  const run = (program: string, words: readonly string[], seconds: number, environment = {}) =>
    runLimited(program, words, { cwd: source, environment, seconds });
  await system.install?.({
    folder,
    source,
    async fetch(program, words, environment) {
      const failure = await run(program, words, fetchLimitSeconds, environment);
      if (failure !== undefined) throw new Unavailable(failure);
    },
    async build(program, words, environment) {
      const failure = await run(program, words, buildLimitSeconds, environment);
      if (failure !== undefined) throw new Error(failure);
    },
  });
  await writeFile(stampOf(system), await fingerprint(system));
}

/** Whether the system is ready as its folder says. */
export async function isInstalled(system: System): Promise<boolean> {
  if (!system.programs.every(({ command }) => isOnPath(command))) return false;
  const stamp = await readFile(stampOf(system), "utf8").catch(() => "");
  return stamp === (await fingerprint(system));
}

const stampOf = (system: System) => join(systemFolder(system.name), "installed");

/** Of everything in the system's folder but its tests. */
async function fingerprint(system: System): Promise<string> {
  const source = join(import.meta.dirname, system.name);
  const hash = createHash("sha256");
  for (const name of (await readdir(source, { recursive: true })).sort()) {
    if (name.endsWith(".test.ts")) continue;
    const bytes = await readFile(join(source, name)).catch(() => undefined);
    if (bytes !== undefined) hash.update(`${name} ${bytes.length}\n`).update(bytes);
  }
  return hash.digest("hex");
}

async function needProgram({ command, debian, advice }: NeededProgram): Promise<void> {
  if (isOnPath(command)) return;
  if (process.env.CI && debian !== undefined && process.getuid?.() === 0 && isOnPath("apt-get")) {
    const failure = await installPackage(debian);
    if (failure !== undefined) throw new Unavailable(failure);
  }
  if (!isOnPath(command)) throw new Unavailable(`${command} is not on the PATH. ${advice}.`);
}

let packages: Promise<string | undefined> = Promise.resolve(undefined);

/** Debian's package manager does one thing at a time. */
function installPackage(name: string): Promise<string | undefined> {
  const environment = { DEBIAN_FRONTEND: "noninteractive" };
  const options = { cwd: root, environment, seconds: fetchLimitSeconds };
  packages = packages.then(
    async () =>
      (await runLimited("apt-get", ["update", "-qq"], options)) ??
      (await runLimited("apt-get", ["install", "-y", "-qq", "--no-install-recommends", name], options)),
  );
  return packages;
}

export function isOnPath(command: string): boolean {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Runs a program in a group of its own, which is ended when its time is over. Gives the reason when it failed. */
function runLimited(
  program: string,
  words: readonly string[],
  { cwd, environment, seconds }: { cwd: string; environment: Readonly<Record<string, string>>; seconds: number },
): Promise<string | undefined> {
  const line = [program, ...words].join(" ");
  const child = spawn(program, words, {
    cwd,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (bytes) => {
      output = (output + bytes).slice(-8000);
    });
  }
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    process.kill(-child.pid!, "SIGKILL");
  }, seconds * 1000);
  return new Promise((resolve) => {
    child.on("error", (error) => {
      clearTimeout(timer);
      resolve(`${line}: ${error.message}`);
    });
    child.on("close", (code) => {
      clearTimeout(timer);
      if (late) resolve(`${line} was ended after ${seconds} s, its limit. It had said:\n${output}`);
      else resolve(code === 0 ? undefined : `${line} ended with ${code}:\n${output}`);
    });
  });
}
