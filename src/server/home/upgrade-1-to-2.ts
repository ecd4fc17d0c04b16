import { existsSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import type { ResourceDocument, ResourceKey } from "../../stores/resources/port.ts";
import type { HomeUpgrade } from "./format.ts";

/** The members of a document that the upgrade changes. All others stay, its id too. */
export type RenamedDocument = Pick<ResourceDocument, "key" | "parent" | "status" | "wanted"> & {
  readonly labels?: Readonly<Record<string, string>>;
};

/** What the stores do, each in one transaction that finds itself done when it runs again. */
export interface StoreUpgrades {
  /** Gives the file the tables of format 2, and each document what `renamed` makes of it. */
  upgradeResourceFile(path: string, renamed: (document: RenamedDocument) => RenamedDocument): void;
  /** Puts the ids of buckets in the place of their names; objects of a bucket without an id are dropped. */
  renameBuckets(indexFile: string, idOf: (name: string) => string | undefined): void;
}

/** Kinds are named by service and noun, buckets are of no account, and objects are kept by the ids of their buckets. */
export const createUpgrade1To2 =
  ({ upgradeResourceFile, renameBuckets }: StoreUpgrades): HomeUpgrade =>
  (home, copy) => {
    const resourcesFile = join(home, "resources.sqlite");
    const indexFile = join(home, "objects", "index.sqlite");
    // A server that was killed at its first start may have made neither. The names are those of the copy: the documents of
    // the home may be renamed already.
    if (existsSync(indexFile)) {
      const ids = readBucketIds(join(copy, "resources.sqlite"));
      renameBuckets(indexFile, (name) => ids.get(name));
    }
    if (existsSync(resourcesFile)) upgradeResourceFile(resourcesFile, documentInFormat2);
  };

/** The ids of the buckets of a home of format 1, by name. */
export function readBucketIds(resourcesFile: string): ReadonlyMap<string, string> {
  if (!existsSync(resourcesFile)) return new Map();
  const database = new Sqlite(resourcesFile);
  try {
    const rows = database.prepare("select name, id from resource where kind = 'bucket'").all();
    return new Map((rows as { name: string; id: string }[]).map(({ name, id }) => [name, id]));
  } finally {
    database.close();
  }
}

/** The kinds of format 1 and their names of today: the service, then the noun. */
const kinds: Readonly<Record<string, string>> = {
  model: "sagemaker/model",
  "endpoint-config": "sagemaker/endpoint-config",
  endpoint: "sagemaker/endpoint",
  "training-job": "sagemaker/training-job",
  "iam-role": "iam/role",
  bucket: "s3/bucket",
  "log-group": "logs/log-group",
  "log-stream": "logs/log-stream",
  run: "sagebrush/run",
};

/** Joins the values of a key that has several. */
const separator = "\u001F";

/** A kind that has its name of today keeps it. */
export const kindInFormat2 = (kind: string): string => kinds[kind] ?? kind;

/** "endpoint/name" becomes "sagemaker/endpoint name". Names of log groups have slashes, kinds of format 1 have none. */
export function parentInFormat2(parent: string): string {
  const slash = parent.indexOf("/");
  const kind = kinds[parent.slice(0, slash)];
  return kind === undefined ? parent : `${kind} ${parent.slice(slash + 1)}`;
}

/** The names of buckets are one for all accounts; a stream has two names, its group's and its own. */
export function keyInFormat2({ account, region, kind, name }: ResourceKey): ResourceKey {
  return {
    account: kind === "bucket" ? "-" : account,
    region,
    kind: kindInFormat2(kind),
    // Neither name can have a colon, so there is one, between them.
    name: kind === "log-stream" ? name.replace(":", separator) : name,
  };
}

export function documentInFormat2(document: RenamedDocument): RenamedDocument {
  const { parent } = document;
  const renamed = { ...document, key: keyInFormat2(document.key), ...(parent && { parent: parentInFormat2(parent) }) };
  if (document.key.kind !== "bucket") return renamed;
  const owner = document.key.account;
  return {
    ...renamed,
    // In format 1 a bucket is "Deleting" while DeleteBucket looks whether it is empty; a kill has answered no such call.
    status: "Active",
    wanted: { ...(document.wanted as object), owner },
    labels: { owner },
  };
}
