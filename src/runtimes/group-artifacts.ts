import { spawn } from "node:child_process";
import { constants, existsSync, lstatSync, mkdirSync, writeFileSync } from "node:fs";
import { copyFile, mkdir, readdir, readlink, symlink } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { PlannedHost } from "../images/training-plan.ts";
import { ownFolder } from "./artifacts.ts";
import { mlRoot } from "./ml-root.ts";

/** What each host of several leaves, below /opt/ml; the first host uploads it together. */
const leftFolders = ["model", "output/data"];

/** How long after their grace period hosts of a job that is being stopped may take to hand over what they have. */
const handOverSeconds = 60;
const lookMilliseconds = 100;

/** The folder that the programs of all hosts see; their users' code does not. */
function groupFolder(): string {
  const folder = process.env.SAGEBRUSH_GROUP_FOLDER;
  if (folder === undefined)
    throw new Error("SAGEBRUSH_GROUP_FOLDER is not set: the executor gives the hosts no folder");
  return folder;
}

const placeOf = (host: number): string => join(groupFolder(), `host-${host}`);
const markOf = (host: number): string => `${placeOf(host)}.done`;

/** Gives what this host has left to the first one. */
export async function handOver({ index }: PlannedHost): Promise<void> {
  for (const name of leftFolders) {
    const from = ownFolder(join(mlRoot, name));
    if (from === undefined) continue;
    await madeReadable(from);
    const to = join(placeOf(index), name);
    mkdirSync(to, { recursive: true });
    await mergeInto(Buffer.from(from), Buffer.from(to));
  }
  writeFileSync(markOf(index), "");
}

/**
 * Waits until the other hosts have handed over what they have, and puts it to what this one has. Where several have
 * files of one name, the file of the first of them stays.
 */
export async function takeOver({ size }: PlannedHost, stopping: AbortSignal, graceSeconds: number): Promise<void> {
  let stopped: number | undefined;
  for (let host = 1; host < size; host++) {
    while (!existsSync(markOf(host))) {
      if (stopping.aborted) stopped ??= performance.now();
      if (stopped !== undefined && performance.now() - stopped > (graceSeconds + handOverSeconds) * 1000) break;
      await delay(lookMilliseconds);
    }
    for (const name of leftFolders) {
      const from = join(placeOf(host), name);
      if (!existsSync(from)) continue;
      const place = join(mlRoot, name);
      if (ownFolder(place) === undefined) mkdirSync(place, { recursive: true });
      const left = await mergeInto(Buffer.from(from), Buffer.from(ownFolder(place)!));
      if (left > 0)
        console.log(
          `${left} of the files of algo-${host + 1} in /opt/ml/${name} have names that files of an earlier host have, and are left out.`,
        );
    }
  }
}

/**
 * Copies what is in a folder to another one, and follows no link; returns how many files were left out because of their
 * names. Names need not be UTF-8.
 */
async function mergeInto(from: Buffer, to: Buffer): Promise<number> {
  let left = 0;
  for (const entry of await readdir(from, { withFileTypes: true, encoding: "buffer" })) {
    const [source, target] = [from, to].map((folder) => Buffer.concat([folder, slash, entry.name]));
    const there = lstatSync(target!, { throwIfNoEntry: false });
    if (entry.isDirectory() && (there === undefined || there.isDirectory())) {
      if (!there) await mkdir(target!);
      left += await mergeInto(source!, target!);
    } else if (there) left++;
    else if (entry.isSymbolicLink()) await symlink(await readlink(source!, { encoding: "buffer" }), target!);
    else if (entry.isFile()) await copyFile(source!, target!, constants.COPYFILE_FICLONE);
  }
  return left;
}

const slash = Buffer.from("/");

/** In AWS root reads what a program has written, whatever its modes. */
const madeReadable = (folder: string): Promise<unknown> =>
  new Promise((resolve) => {
    spawn("chmod", ["-R", "u+rwX", "."], { cwd: folder, stdio: "ignore" }).on("error", resolve).on("close", resolve);
  });
