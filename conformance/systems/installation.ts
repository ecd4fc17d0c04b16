import { createHash } from "node:crypto";
import { accessSync, constants } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import type { NeededProgram, System } from "./define-system.ts";
import { runLimited } from "./run-limited.ts";

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
const buildLimitSeconds = 900;

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
    failureOf(program, words, { cwd: source, environment, seconds });
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

/** Of everything in the system's folders but its tests. */
async function fingerprint({ name, sources = [] }: System): Promise<string> {
  const hash = createHash("sha256");
  for (const folder of [join(import.meta.dirname, name), ...sources.map((source) => join(root, source))]) {
    for (const file of (await readdir(folder, { recursive: true })).sort()) {
      if (file.endsWith(".test.ts")) continue;
      const bytes = await readFile(join(folder, file)).catch(() => undefined);
      if (bytes !== undefined) hash.update(`${file} ${bytes.length}\n`).update(bytes);
    }
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

const aptOptions = { cwd: root, environment: { DEBIAN_FRONTEND: "noninteractive" }, seconds: fetchLimitSeconds };
let packages: Promise<string | undefined> | undefined;

/** Debian's package manager does one thing at a time; its list of packages is fetched once. */
function installPackage(name: string): Promise<string | undefined> {
  packages = (packages ?? failureOf("apt-get", ["update", "-qq"], aptOptions)).then(() =>
    failureOf("apt-get", ["install", "-y", "-qq", "--no-install-recommends", name], aptOptions),
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

/** Runs a step of an installation. Gives the reason when it failed. */
async function failureOf(
  program: string,
  words: readonly string[],
  options: { cwd: string; environment: Readonly<Record<string, string>>; seconds: number },
): Promise<string | undefined> {
  const { code, stdout, stderr } = await runLimited(program, words, options);
  if (code === 0) return undefined;
  const line = [program, ...words].join(" ");
  const said = `${stdout}${stderr}`.slice(-8000);
  return code === undefined
    ? `${line} was ended after ${options.seconds} s, its limit. It had said:\n${said}`
    : `${line} ended with ${code}:\n${said}`;
}
