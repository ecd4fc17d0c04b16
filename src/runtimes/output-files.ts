import { lstat, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileIdentity } from "../base/file-identity.ts";
import type { KeptFolder } from "../images/kept-folder-plan.ts";
import { isFolderKey, pathBelow } from "../images/object-path.ts";
import { errorWords } from "./disk-room.ts";
import type { ObjectClient } from "./object-client.ts";
import { filesBeingWritten } from "./open-files.ts";
import { openedPath, ownFiles, readOwnFile } from "./own-files.ts";
import { uploadAll } from "./upload-all.ts";

/** The files of an output, and which of them are in S3 as they are now. */
export interface OutputFiles {
  readonly output: KeptFolder;
  /** Brings what is in S3 to the folder, which is new. */
  restore(objects: ObjectClient): Promise<void>;
  /** Uploads what is new or has changed since; `closed`: only what nothing writes to any more. */
  upload(objects: ObjectClient, which: "all" | "closed"): Promise<void>;
}

/** @param root the folder that the output's folder is relative to */
export function createOutputFiles(output: KeptFolder, root: string): OutputFiles {
  const folder = join(root, output.folder);
  const uploaded = new Map<string, string>();
  /** The keys of files that were brought from S3: two slashes in a key are one in a path. */
  const keys = new Map<string, string>();
  const keyOf = (path: string): string => keys.get(path) ?? (output.prefix === "" ? path : `${output.prefix}/${path}`);
  const told = new Set<string>();

  /** Says once of what is in the folder and is not uploaded. */
  const leaveOut = (path: string, why: string): void => {
    if (!told.has(path)) console.error(`${join("/opt/ml", output.folder, path)} is not uploaded: it ${why}.`);
    told.add(path);
  };

  /**
   * Removes from S3 what the program has removed. A folder that is gone as a whole, or cannot be read, says nothing of
   * its files. Nor does a listing during which the program has moved files: they are uploaded from their new place first.
   */
  async function removeGone(paths: readonly string[], objects: ObjectClient): Promise<void> {
    const there = new Set(paths);
    const missed = [...uploaded.keys()].filter((path) => !there.has(path));
    if (missed.length === 0 || !(await isFolder(folder))) return;
    if ((await ownFiles(folder)).some((path) => !there.has(path))) return;
    for (const path of missed) {
      if (!(await isGone(join(folder, path)))) continue;
      await objects.remove(output.bucket, keyOf(path));
      uploaded.delete(path);
    }
  }

  return {
    output,
    async restore(objects) {
      await mkdir(folder, { recursive: true });
      const prefix = output.prefix === "" ? "" : `${output.prefix}/`;
      for await (const { key } of objects.list(output.bucket, prefix))
        if (!isFolderKey(key)) keys.set(join(".", pathBelow(prefix, key)), key);
      if (keys.size === 0) return;
      // As the objects of a channel come, several at once, or copied from what the server lends.
      const { downloadObjects } = await import("./channels/download-objects.ts");
      const wanted = { type: "S3Prefix", bucket: output.bucket, key: prefix } as const;
      await downloadObjects(wanted, output.folder, folder, objects);
      for (const path of keys.keys()) {
        const state = await stateOf(join(folder, path));
        if (state !== undefined) uploaded.set(path, state);
      }
    },
    async upload(objects, which) {
      const paths = await ownFiles(folder, leaveOut);
      const changed: string[] = [];
      for (const path of paths) if ((await stateOf(join(folder, path))) !== uploaded.get(path)) changed.push(path);
      const written = which === "closed" && changed.length > 0 ? filesBeingWritten() : new Set();
      const uploadOne = (path: string) =>
        readOwnFile(join(folder, path), async (file) => {
          const stat = await file.stat({ bigint: true });
          if (written.has(fileIdentity(stat))) return;
          await objects.upload(openedPath(file), output.bucket, keyOf(path));
          uploaded.set(path, stateFrom(stat));
        });
      await uploadAll(changed, uploadOne);
      if (output.bothWays) await removeGone(paths, objects);
    },
  };
}

const isFolder = async (path: string): Promise<boolean> =>
  (await lstat(path).catch(() => undefined))?.isDirectory() ?? false;

const isGone = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => false,
    ({ code }) => code === "ENOENT" || code === "ENOTDIR",
  );

const stateOf = (path: string): Promise<string | undefined> =>
  readOwnFile(path, async (file) => stateFrom(await file.stat({ bigint: true })));

const stateFrom = (stat: { dev: bigint; ino: bigint; size: bigint; mtimeNs: bigint }): string =>
  `${fileIdentity(stat)}:${stat.size}:${stat.mtimeNs}`;

/** How often the folders of Continuous outputs are looked through. */
const lookMilliseconds = 1_000;

/** Says which folder could not be uploaded where, and why. */
export const uploadFault = ({ output: { folder, bucket, prefix } }: OutputFiles, error: unknown): string =>
  `/opt/ml/${folder} could not be uploaded to s3://${bucket}/${prefix}: ${errorWords(error)}`;

/**
 * Uploads closed files until it is stopped; a failed upload is repeated with the next look.
 * @param looked is called after each look, and may change the outputs
 */
export function uploadContinuously(
  outputs: readonly OutputFiles[],
  objects: ObjectClient,
  looked = () => {},
): { stop(): Promise<void> } {
  if (outputs.length === 0) return { stop: async () => {} };
  let ended = false;
  let looking = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const told = new Set<string>();
  const tellOnce = (output: OutputFiles) => (error: unknown) => {
    const words = uploadFault(output, error);
    if (!told.has(words)) console.error(`${words}. It is tried again until the job ends.`);
    told.add(words);
  };
  const look = async (): Promise<void> => {
    for (const output of outputs) await output.upload(objects, "closed").catch(tellOnce(output));
    looked();
    if (!ended) timer = setTimeout(again, lookMilliseconds);
  };
  const again = (): void => {
    looking = look();
  };
  timer = setTimeout(again, lookMilliseconds);
  return {
    async stop() {
      ended = true;
      clearTimeout(timer);
      await looking;
    },
  };
}
