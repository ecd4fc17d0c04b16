import { linkSync, lstatSync, mkdirSync, realpathSync, type Stats } from "node:fs";
import { copyFile } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Caller } from "../../aws/caller.ts";
import { s3Arn } from "../../aws/s3-arn.ts";
import type { Lending, LendingWish } from "../../base/lending.ts";
import type { ServiceHost } from "../../frame/context.ts";
import type { ServerControls } from "../../fronts/front.ts";
import { isFilePath, isFolderKey, pathBelow } from "../../images/object-path.ts";
import { bucketKey } from "../../services/platform/s3/bucket-document.ts";
import { permitted } from "./authorize.ts";

type LendingHost = Pick<ServiceHost, "objects" | "executors" | "cache">;

/** So many objects are linked in one turn of the server, which takes a few milliseconds. */
const objectsATurn = 100;

/** What a file system says that cannot link the body into the run's folder, or is full. */
const cannotLink = new Set(["EXDEV", "EPERM", "EACCES", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "ENOSPC", "EDQUOT"]);

/**
 * Makes what lends objects to the caller's own run, or to another one that works for the caller: hard links in the run's own folder to the files of their bodies. A link stays whole when the
 * object is replaced or deleted, because a stored body is never written to again. The listing is the caller's, and each
 * object that is linked must be one that the caller may get.
 */
export const createLender =
  ({ objects, executors, cache }: LendingHost) =>
  async (caller: Caller, call: Call, wish: LendingWish, runId: string | undefined = caller.runId): Promise<Lending> => {
    const { folder, bucket, names } = wish;
    if (!objects.localPath) return { cannot: "the object store has no files on this machine" };
    const own = ownFolder(runId, executors);
    if (own === undefined) return { cannot: "the run has no folder on this machine" };
    if (!isFilePath(folder)) return { cannot: `${folder} is no folder of the run` };
    const { wanted, next } = names ? await named(call, wish, names) : await listed(call, wish);
    const bucketId = (await cache.get(bucketKey(bucket)))?.id;
    if (bucketId === undefined) return { cannot: `the bucket ${bucket} is gone` };

    const may = permitted(caller);
    const root = realpathSync(own);
    const target = join(own, folder);
    const made = new Set<string>();
    const paths = new Set<string>();
    for (const [at, { key, path }] of wanted.entries()) {
      if (at % objectsATurn === objectsATurn - 1) await nextTurn();
      if (!isFilePath(path)) return { key, problem: "name" };
      // Getting it by its name, the run is told what it is refused.
      if (!may({ action: "s3:GetObject", resource: s3Arn(bucket, key) })) return { cannot: `${key} is not granted` };
      const body = await objects.localPath({ bucket: bucketId, key });
      if (body === undefined) {
        // What was listed has been deleted since; what is asked for by its name is missed.
        if (names) return { cannot: `there is no ${key}` };
        continue;
      }
      const file = `${target}${sep}${path}`;
      try {
        const parent = dirname(file);
        if (!made.has(parent)) {
          mkdirSync(parent, { recursive: true });
          const real = realpathSync(parent);
          if (!real.startsWith(root + sep)) return { cannot: `${parent} is a link that leads out of the run's folder` };
          made.add(parent);
        }
        linkSync(body, file);
      } catch (error) {
        const { code = "" } = error as NodeJS.ErrnoException;
        if (cannotLink.has(code)) return { cannot: `a body cannot be linked (${code})` };
        // The object was deleted in this moment.
        if (code === "ENOENT" && names) return { cannot: `there is no ${key}` };
        if (code === "ENOENT") continue;
        if (code === "EMLINK") await copyFile(body, file);
        // A run asks again for what an answer that it did not get had lent.
        else if (code !== "EEXIST" || paths.has(path) || !isSame(body, file)) {
          if (["EEXIST", "ENOTDIR", "EISDIR"].includes(code)) return { key, problem: "taken" };
          throw error;
        }
      }
      paths.add(path);
    }
    return { paths: [...paths], ...(next !== undefined && { next }) };
  };

/** Objects, and where they are below the folder. */
interface Found {
  readonly wanted: readonly { readonly key: string; readonly path: string }[];
  /** The `after` of the rest. */
  readonly next?: string | undefined;
}

type Call = Parameters<ServerControls["lend"]>[1];

async function listed(call: Call, { bucket, prefix, after }: LendingWish): Promise<Found> {
  const { Contents = [], IsTruncated } = await call("s3", "ListObjectsV2", {
    Bucket: bucket,
    Prefix: prefix,
    ...(after !== undefined && { StartAfter: after }),
  });
  const keys = Contents.flatMap(({ Key }) => Key ?? []);
  const wanted = keys.filter((key) => !isFolderKey(key)).map((key) => ({ key, path: pathBelow(prefix, key) }));
  return { wanted, ...(IsTruncated && { next: keys.at(-1) }) };
}

/** Whether the bucket is one that the caller reaches is asked with the first object. */
async function named(call: Call, { bucket, prefix }: LendingWish, names: readonly string[]): Promise<Found> {
  if (names.length > 0) await call("s3", "HeadObject", { Bucket: bucket, Key: prefix + names[0] });
  return { wanted: names.map((path) => ({ key: prefix + path, path })) };
}

function statOf(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map((path) => statOf(path));
  return a !== undefined && a.ino === b?.ino && a.dev === b.dev;
}

function ownFolder(runId: string | undefined, { all }: ServiceHost["executors"]): string | undefined {
  if (runId === undefined) return undefined;
  for (const executor of all) {
    const folder = executor.ownFolder?.(runId);
    if (folder !== undefined) return folder;
  }
  return undefined;
}
