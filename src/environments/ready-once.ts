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
  writeFileSync,
} from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Environment, type EnvironmentRecord, pinsFile, writeRecord } from "./environment.ts";
import { environmentInUse } from "./environment-in-use.ts";
import { folderBytes } from "./folder-bytes.ts";
import { holdLock } from "./hold-lock.ts";
import type { InstallerTools } from "./installer.ts";
import { withInterpreter } from "./lay-environment.ts";
import { makeLockFile, makingPrefix } from "./places.ts";

/** What an environment's maker tells of the folder that it filled. */
type Made = { readonly pins: string; readonly record: Omit<EnvironmentRecord, "made" | "bytes"> };

/**
 * Makes an environment in a folder with a temporary name, and renames it when everything is on the disk. One process
 * makes it while others wait; the next one removes what a killed one left.
 */
export async function readyOnce(
  folder: string,
  name: string,
  below: readonly Environment[],
  tools: InstallerTools,
  make: (path: string) => Promise<Made>,
): Promise<Environment> {
  const there = await environmentInUse(folder, name, below);
  if (there) return there;
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const begun = `${makingPrefix}${name}-`;
  return holdLock(
    makeLockFile(folder, name),
    async () => {
      const made = await environmentInUse(folder, name, below);
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
      return (await environmentInUse(folder, name, below))!;
    },
    {
      waits: () => tools.log(`Another job makes the Python environment ${name}; waiting for it.`),
      signal: tools.signal,
    },
  );
}

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

/** Syncs the whole file system, because thousands of files one by one would take minutes. */
const toDisk = (path: string): Promise<unknown> => run("sync", ["-f", path]).catch(() => run("sync", []));

function syncFolder(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
