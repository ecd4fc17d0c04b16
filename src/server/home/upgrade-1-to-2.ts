import type { ResourceDocument, ResourceKey } from "../../stores/resources/port.ts";

/** What the upgrade changes of a document; all else stays, its id above all. */
export type RenamedDocument = Pick<ResourceDocument, "key" | "parent" | "wanted">;

/** The kinds of format 1, and what they are called now: the service, then the noun. */
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

/** The kind's name today; one of a newer format is given back as it is. */
export const kindInFormat2 = (kind: string): string => kinds[kind] ?? kind;

/** "endpoint/name" becomes "sagemaker/endpoint name". Names of log groups have slashes, kinds of format 1 have none. */
export function parentInFormat2(parent: string): string {
  const slash = parent.indexOf("/");
  const kind = parent.slice(0, slash);
  return kind in kinds ? `${kinds[kind]} ${parent.slice(slash + 1)}` : parent;
}

/** The names of buckets are one for all accounts; a stream has two names, its group's and its own. */
export function keyInFormat2({ account, region, kind, name }: ResourceKey): ResourceKey {
  return {
    account: kind === "bucket" ? "-" : account,
    region,
    kind: kindInFormat2(kind),
    // Neither name has a colon, so the only one stands between them.
    name: kind === "log-stream" ? name.replace(":", separator) : name,
  };
}

export function documentInFormat2({ key, parent, wanted }: RenamedDocument): RenamedDocument {
  return {
    key: keyInFormat2(key),
    parent: parent === undefined ? undefined : parentInFormat2(parent),
    // The key said so before.
    wanted: key.kind === "bucket" ? { ...(wanted as object), owner: key.account } : wanted,
  };
}
