import { existsSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { unitSeparator } from "../../base/unit-separator.ts";
import { renameBuckets } from "../../stores/objects/upgrade.ts";
import type { ResourceKey } from "../../stores/resources/port.ts";
import { type UpgradedDocument, upgradeResourceFile } from "../../stores/resources/sqlite-upgrade.ts";
import type { HomeUpgrade } from "./home-upgrade.ts";

/**
 * In format 2, kinds are named by service and noun, buckets belong to no account in their keys, and objects are kept by
 * the ids of their buckets.
 */
export const upgrade1To2: HomeUpgrade = (home, copy) => {
  const resourcesFile = join(home, "resources.sqlite");
  const indexFile = join(home, "objects", "index.sqlite");
  // A server that was killed at its first start may have made neither database.
  if (existsSync(indexFile)) {
    // The ids come from the copy, because an upgrade that was killed may have renamed the home's documents already.
    const ids = readBucketIds(join(copy, "resources.sqlite"));
    renameBuckets(indexFile, (name) => ids.get(name));
  }
  if (existsSync(resourcesFile))
    upgradeResourceFile(resourcesFile, { kindOf: keyInFormat2, documentOf: documentInFormat2 });
};

/** Returns the ids of the buckets of a home of format 1, by name. */
function readBucketIds(resourcesFile: string): ReadonlyMap<string, string> {
  if (!existsSync(resourcesFile)) return new Map();
  const database = new Sqlite(resourcesFile);
  try {
    const rows = database.prepare("select name, id from resource where kind = 'bucket'").all();
    return new Map((rows as { name: string; id: string }[]).map(({ name, id }) => [name, id]));
  } finally {
    database.close();
  }
}

/** Today's names of format 1's kinds: the service, then the noun. */
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

/**
 * Returns a key in format 2: a bucket's name is one for all accounts, and a stream has two names, its group's and its
 * own.
 */
export function keyInFormat2({ account, region, kind, name }: ResourceKey): ResourceKey {
  return {
    account: kind === "bucket" ? "-" : account,
    region,
    kind: kinds[kind] ?? kind,
    // Neither of the two names can contain a colon, so the only colon is the one between them.
    name: kind === "log-stream" ? name.replace(":", unitSeparator) : name,
  };
}

/** Returns a document in format 2: a bucket names its owner, whom the key named in format 1. */
export function documentInFormat2(document: UpgradedDocument, old: ResourceKey): UpgradedDocument {
  if (old.kind !== "bucket") return document;
  const owner = old.account;
  return {
    ...document,
    // In format 1 a bucket is "Deleting" while DeleteBucket checks that it is empty; a call that a kill cut short has
    // no response.
    status: "Active",
    wanted: { ...(document.wanted as object), owner },
    labels: { owner },
  };
}
