import { existsSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { renameBuckets } from "../../stores/objects/upgrade.ts";
import type { ResourceKey } from "../../stores/resources/port.ts";
import { type UpgradedDocument, upgradeResourceFile } from "../../stores/resources/sqlite-upgrade.ts";
import type { HomeUpgrade } from "./home-upgrade.ts";

/** Kinds are named by service and noun, buckets are of no account, and objects are kept by the ids of their buckets. */
export const upgrade1To2: HomeUpgrade = (home, copy) => {
  const resourcesFile = join(home, "resources.sqlite");
  const indexFile = join(home, "objects", "index.sqlite");
  // A server that was killed at its first start may have made neither.
  if (existsSync(indexFile)) {
    // Those of the copy, because an upgrade that was killed may have renamed the documents of the home already.
    const ids = readBucketIds(join(copy, "resources.sqlite"));
    renameBuckets(indexFile, (name) => ids.get(name));
  }
  if (existsSync(resourcesFile))
    upgradeResourceFile(resourcesFile, { kindOf: keyInFormat2, documentOf: documentInFormat2 });
};

/** The ids of the buckets of a home of format 1, by name. */
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

/** The names of buckets are one for all accounts; a stream has two names, its group's and its own. */
export function keyInFormat2({ account, region, kind, name }: ResourceKey): ResourceKey {
  return {
    account: kind === "bucket" ? "-" : account,
    region,
    kind: kinds[kind] ?? kind,
    // Neither name can have a colon, so there is one, between them.
    name: kind === "log-stream" ? name.replace(":", separator) : name,
  };
}

/** A bucket says whose it is, which the key of format 1 did. */
export function documentInFormat2(document: UpgradedDocument, old: ResourceKey): UpgradedDocument {
  if (old.kind !== "bucket") return document;
  const owner = old.account;
  return {
    ...document,
    // In format 1 a bucket is "Deleting" while DeleteBucket looks whether it is empty; a kill has answered no such call.
    status: "Active",
    wanted: { ...(document.wanted as object), owner },
    labels: { owner },
  };
}
