import { mkdtempSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import type { PlannedObjects } from "../../images/objects-plan.ts";
import type { Shown } from "../inner-sandbox.ts";
import type { ObjectClient } from "../object-client.ts";
import { asChannelFault, isTaken } from "./channel-fault.ts";
import { isOwnShare, noObjects, notAFile, parseManifest, readManifest } from "./channel-objects.ts";
import { createFileCopier } from "./copy-files.ts";

/** A channel whose files the server has lent, and where its program is to see them. */
export type Lent = Shown;

interface Pages {
  readonly folder: string;
  /** Paths below the folder, as they are lent; ends with "cannot" when the rest cannot be lent. */
  pages(): AsyncGenerator<readonly string[], "all" | "cannot">;
}

/** undefined for a run without a folder of its own. */
function lending(wanted: PlannedObjects, title: string, objects: ObjectClient): Pages | undefined {
  const own = process.env.SAGEBRUSH_OWN_FOLDER;
  if (own === undefined || wanted.type === "AugmentedManifestFile") return undefined;
  const folder = mkdtempSync(join(own, "lent-"));
  if (wanted.type === "ManifestFile") return { folder, pages: () => namedPages(wanted, title, folder, objects) };
  const { bucket, key: prefix } = wanted;
  return {
    folder,
    async *pages() {
      let after: string | undefined;
      let count = 0;
      do {
        const page = await objects
          .lend({ folder: basename(folder), bucket, prefix, ...(after !== undefined && { after }) })
          .catch((error) => {
            throw asChannelFault(title, `s3://${bucket}/${prefix}`, error);
          });
        if ("cannot" in page) return "cannot";
        if ("problem" in page)
          throw page.problem === "name" ? notAFile(title, page.key) : isTaken(title, `s3://${bucket}/${page.key}`);
        count += page.paths.length;
        after = page.next;
        yield page.paths;
      } while (after !== undefined);
      if (count === 0) throw noObjects(wanted, title);
      return "all";
    },
  };
}

const removalMilliseconds = 5_000;

/** A request for so many objects is some hundred kilobytes long. */
const namesAPage = 500;

/**
 * What a manifest lists. Whatever is wrong with it, or with one of its objects, is told by the download, which is tried
 * next.
 */
async function* namedPages(
  manifest: PlannedObjects,
  title: string,
  folder: string,
  objects: ObjectClient,
): AsyncGenerator<readonly string[], "all" | "cannot"> {
  const text = await readManifest(manifest, title, objects);
  const { bucket, prefix, paths } = parseManifest(text, `s3://${manifest.bucket}/${manifest.key}`);
  if (paths.length === 0) return "cannot";
  for (let at = 0; at < paths.length; at += namesAPage) {
    const names = paths.slice(at, at + namesAPage);
    const page = await objects.lend({ folder: basename(folder), bucket, prefix, names }).catch((error) => {
      if (error.name === "AbortError") throw error;
    });
    if (page === undefined || !("paths" in page)) return "cannot";
    yield page.paths;
  }
  return "all";
}

/** Gives the folder of the files that the server lends for objects; undefined when it cannot. */
export async function lendObjects(
  wanted: PlannedObjects,
  title: string,
  objects: ObjectClient,
): Promise<string | undefined> {
  const lent = lending(wanted, title, objects);
  if (!lent) return undefined;
  const pages = lent.pages();
  let number = 0;
  for (;;) {
    const page = await pages.next();
    if (page.done) return page.value === "all" ? lent.folder : undefined;
    // The program sees the folder: what other hosts have of the channel is not to be in it.
    const others = page.value.filter(() => !isOwnShare(wanted, number++));
    await Promise.all(others.map((path) => rm(join(lent.folder, path))));
  }
}

/**
 * Copies objects to `folder` from what the server lends, where the file system can without reading them. While a page
 * is copied, the next one is lent. False when nothing can be lent; then nothing is left in the folder.
 */
export async function copyLent(
  wanted: PlannedObjects,
  title: string,
  folder: string,
  objects: ObjectClient,
): Promise<boolean> {
  const lent = lending(wanted, title, objects);
  if (!lent) return false;
  const copier = createFileCopier();
  const made = new Set<string>();
  const copied: string[] = [];
  let number = 0;
  const copyAll = async (lentPaths: readonly string[]) => {
    const paths = lentPaths.filter(() => isOwnShare(wanted, number++));
    const failed = ({ to }: { readonly to: string }, error: unknown) => {
      const { bucket, key } = wanted;
      return asChannelFault(title, `s3://${bucket}/${key} (${relative(folder, to)})`, error);
    };
    const copies = paths.map((path) => ({ from: join(lent.folder, path), to: join(folder, path) }));
    for (const copy of copies) {
      const parent = dirname(copy.to);
      if (made.has(parent)) continue;
      await mkdir(parent, { recursive: true }).catch((error) => {
        throw failed(copy, error);
      });
      made.add(parent);
    }
    await copier.copy(copies, failed);
    copied.push(...copies.map(({ to }) => to));
  };
  const pages = lent.pages();
  let copying = Promise.resolve();
  try {
    for (;;) {
      const [page] = await Promise.all([pages.next(), copying]);
      if (!page.done) {
        copying = copyAll(page.value);
        copying.catch(() => {}); // awaited with the next page
        continue;
      }
      // Removing many links takes as long as starting the program, which goes first. They end with the run at the latest.
      setTimeout(() => void rm(lent.folder, { recursive: true, force: true }), removalMilliseconds).unref();
      if (page.value === "all") return true;
      await Promise.all(copied.map((file) => rm(file)));
      return false;
    }
  } finally {
    copier.end();
  }
}
