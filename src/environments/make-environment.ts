import { execFile } from "node:child_process";
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import {
  baseName,
  type Environment,
  type EnvironmentRecord,
  findEnvironment,
  layerName,
  noteUse,
  pinsFile,
  writeRecord,
} from "./environment.ts";
import { EnvironmentFault } from "./environment-fault.ts";
import type { EnvironmentPlan } from "./environment-plan.ts";
import { askPython } from "./find-python.ts";
import { folderBytes } from "./folder-bytes.ts";
import { holdLock, tryLock } from "./hold-lock.ts";
import { type InstallerTools, runInstaller } from "./installer.ts";
import { layEnvironment, withInterpreter } from "./lay-environment.ts";
import { lockFile, lockNamed } from "./locks.ts";
import { makeLockFile, makingPrefix, useLockFile } from "./places.ts";
import type { Requirements } from "./requirements.ts";
import { checkRoom, sizeWords } from "./room-for.ts";
import { installerEnvironment, readyPython, readyUv } from "./uv.ts";

/** Returns the environment of a lock; makes it when it is not there, or waits for the job that makes it. */
export function readyEnvironment(plan: EnvironmentPlan, tools: InstallerTools): Promise<Environment> {
  const name = baseName(plan);
  return readyOnce(plan.folder, name, [], tools, async (path) => {
    const { mebibytes, system } = lockNamed(plan.lock);
    checkRoom(plan.lock, plan.folder, mebibytes);
    tools.log(
      `Making the Python environment ${plan.lock} with Python ${plan.python.version}, about ${sizeWords(mebibytes)}, ` +
        "once for all jobs that use it ...",
    );
    const uv = await readyUv(plan, tools);
    const program = await readyPython(plan, uv, tools);
    const environment = installerEnvironment(plan);
    const what = `The Python environment ${plan.lock} could not be made`;
    const python = join(path, "bin", "python");
    const run = (...words: string[]) => runInstaller([uv, ...words], environment, tools, { what });
    const systemToo = system ? ["--system-site-packages"] : [];
    await run("venv", "--quiet", "--no-project", "--python", program, ...systemToo, path);
    await run(
      ...["pip", "sync", "--python", python, "--require-hashes", "--only-binary", ":all:", "--compile-bytecode"],
      lockFile(plan.lock),
    );
    const pins = await run("pip", "freeze", "--python", python, "--quiet");
    const version = (await askPython(python))?.version;
    if (version === undefined) throw new EnvironmentFault(`${what}: its Python does not start.`);
    return { pins, record: { lock: plan.lock, version, program } };
  });
}

/**
 * Returns an environment with requirements on top of another one, which it does not change: it holds only what is to be
 * added or is to have another version.
 */
export function readyLayer(
  plan: EnvironmentPlan,
  base: Environment,
  requirements: Requirements & { readonly folder: string; readonly file: string },
  tools: InstallerTools,
): Promise<Environment> {
  const name = layerName(base.name, requirements.text);
  return readyOnce(plan.folder, name, [base], tools, async (path) => {
    tools.log(
      `Installing ${requirements.file} on top of the Python environment ${plan.lock}, once for all jobs with the same ...`,
    );
    layEnvironment(path, [base]);
    const pins = await addRequirements(plan, base, requirements, path, tools);
    const { lock, version, program } = base.record;
    return { pins, record: { lock, version, program, requirements: requirements.text } };
  });
}

/** Installs requirements into an environment that lies above another one. Returns all packages that are then seen. */
export async function addRequirements(
  plan: EnvironmentPlan,
  base: Environment,
  { folder, file }: { readonly folder: string; readonly file: string },
  path: string,
  tools: InstallerTools,
): Promise<string> {
  const uv = await readyUv(plan, tools);
  const work = join(path, ".work");
  mkdirSync(work, { recursive: true });
  const confine = tools.confine ?? ((command: readonly string[]) => command);
  const environment = { ...installerEnvironment(plan), UV_CACHE_DIR: join(work, "cache") };
  const run = (words: readonly string[], quiet = false) =>
    runInstaller(confine([uv, ...words], [path]), environment, tools, {
      cwd: folder,
      what: `${file} could not be installed`,
      quiet,
    });
  const python = join(path, "bin", "python");
  const before = readFileSync(join(base.path, pinsFile), "utf8");
  // uv keeps the versions that it finds in the file which it is to write, as pip keeps what is installed.
  const resolved = join(work, "resolved.txt");
  writeFileSync(resolved, before);
  const shape = ["--no-header", "--no-annotate", "--emit-index-url", "--emit-find-links", "--quiet"];
  await run(["pip", "compile", "--python", python, ...shape, "--output-file", resolved, file]);
  const wanted = readFileSync(resolved, "utf8").split("\n");
  const pinned = new Set(before.split("\n"));
  const added = wanted.filter((line) => line !== "" && !pinned.has(line));
  if (added.some((line) => !line.startsWith("--"))) {
    const list = join(work, "added.txt");
    writeFileSync(list, `${added.join("\n")}\n`);
    await run(["pip", "install", "--python", python, "--no-deps", "--compile-bytecode", "-r", list]);
  }
  rmSync(work, { recursive: true, force: true });
  const changed = new Set(added.map((line) => line.split("==")[0]!));
  const kept = before.split("\n").filter((line) => line !== "" && !changed.has(line.split("==")[0]!));
  return [...kept, ...added.filter((line) => !line.startsWith("-"))].sort().join("\n");
}

type Made = { readonly pins: string; readonly record: Omit<EnvironmentRecord, "made" | "bytes"> };

/**
 * Makes an environment in a folder of another name, which gets the right one when everything is on the disk. One process
 * makes it while others wait; what a killed one left is removed by the next.
 */
async function readyOnce(
  folder: string,
  name: string,
  below: readonly Environment[],
  tools: InstallerTools,
  make: (path: string) => Promise<Made>,
): Promise<Environment> {
  const there = await inUse(folder, name, below);
  if (there) return there;
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const begun = `${makingPrefix}${name}-`;
  return holdLock(
    makeLockFile(folder, name),
    async () => {
      const made = await inUse(folder, name, below);
      if (made) return made;
      // The installer of a killed maker may still be writing to it.
      for (const left of readdirSync(folder).filter((entry) => entry.startsWith(begun)))
        await rm(join(folder, left), { recursive: true, force: true, maxRetries: 20 });
      const began = performance.now();
      const path = mkdtempSync(join(folder, begun));
      try {
        const { pins, record } = await make(path);
        const final = join(folder, name);
        moveScripts(join(path, "bin"), final);
        writeFileSync(join(path, pinsFile), `${pins}\n`);
        writeRecord(path, { ...record, made: Date.now(), bytes: folderBytes(path) });
        await toDisk(path);
        renameSync(path, final);
        syncFolder(folder);
      } catch (error) {
        await rm(path, { recursive: true, force: true });
        throw error;
      }
      tools.log(`The Python environment is made (${((performance.now() - began) / 1000).toFixed(1)} s).`);
      return (await inUse(folder, name, below))!;
    },
    {
      waits: () => tools.log(`Another job makes the Python environment ${name}; waiting for it.`),
      signal: tools.signal,
    },
  );
}

/** Finds an environment, and holds it as long as this process lives: nobody removes it meanwhile. */
async function inUse(folder: string, name: string, below: readonly Environment[]): Promise<Environment | undefined> {
  while (findEnvironment(folder, name)) {
    const release = await tryLock(useLockFile(folder, name), "shared");
    const found = findEnvironment(folder, name, below);
    if (release !== undefined && found) {
      uses.push(release);
      noteUse(found);
      return found;
    }
    // It is being removed.
    release?.();
    await delay(removalMilliseconds);
  }
  return undefined;
}

/** A lock that nothing names any more would be given back. */
const uses: (() => void)[] = [];
const removalMilliseconds = 50;

/** Scripts name the Python of the folder in which they were installed. */
function moveScripts(bin: string, environment: string): void {
  for (const entry of readdirSync(bin, { withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(bin, entry.name);
    const changed = withInterpreter(readFileSync(path, "latin1"), environment);
    if (changed !== undefined) writeFileSync(path, changed, "latin1");
  }
}

const run = promisify(execFile);

/** Writes all of the file system's files to its disk: thousands of files one by one would take minutes. */
const toDisk = (path: string): Promise<unknown> => run("sync", ["-f", path]).catch(() => run("sync", []));

function syncFolder(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
