import type { ResourceDocument, ResourceKey } from "../../stores/resources/port.ts";

/** The members of a document that the upgrade changes. All others stay, its id too. */
export type RenamedDocument = Pick<ResourceDocument, "key" | "parent" | "wanted">;

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
  const kind = parent.slice(0, slash);
  return kind in kinds ? `${kinds[kind]} ${parent.slice(slash + 1)}` : parent;
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

export function documentInFormat2({ key, parent, wanted }: RenamedDocument): RenamedDocument {
  return {
    key: keyInFormat2(key),
    parent: parent === undefined ? undefined : parentInFormat2(parent),
    // The key says the owner in format 1.
    wanted: key.kind === "bucket" ? { ...(wanted as object), owner: key.account } : wanted,
  };
}
