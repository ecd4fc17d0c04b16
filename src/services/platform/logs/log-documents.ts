import { formatArn, parseArn } from "../../../aws/arn.ts";
import { Fault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import type { ResourceCache, ResourceDocument, ResourceKey, ResourceQuery } from "../../../stores/resources/port.ts";

/** Groups and streams are documents, named with regard to case; events are entries of one journal per stream. */
export type LogGroup = ResourceDocument<{
  readonly logGroupName: string;
  readonly tags: Readonly<Record<string, string>>;
}>;
export type LogStream = ResourceDocument<{ readonly logGroupName: string; readonly logStreamName: string }>;

export const groupKind = "log-group";
export const streamKind = "log-stream";

type Place = Pick<Context, "account" | "region">;

export const groupKey = ({ account, region }: Place, name: string): ResourceKey => ({
  account,
  region,
  kind: groupKind,
  name,
});

/** A colon is allowed in neither name, so it tells them apart. */
export const streamKey = ({ account, region }: Place, group: string, stream: string): ResourceKey => ({
  account,
  region,
  kind: streamKind,
  name: `${group}:${stream}`,
});

export const streamParent = (group: string): string => `${groupKind}/${group}`;

export const groupArn = ({ account, region }: Place, name: string): string =>
  formatArn({ service: "logs", region, account, resource: `log-group:${name}` });

/** Named by id, so a stream that is made anew under an old name begins empty. */
export const journalOf = ({ key, id }: LogStream): string => `logs/${key.account}/${key.region}/${id}`;

export const invalidParameter = (message: string): Fault => new Fault("InvalidParameterException", message);
const notFound = (what: string) => new Fault("ResourceNotFoundException", `The specified log ${what} does not exist.`);

/** `documents`: the cache, for the data plane. */
export async function findGroup(
  context: Context,
  name: string,
  documents: Pick<ResourceCache, "get"> = context.resources,
): Promise<LogGroup> {
  const document = await documents.get(groupKey(context, name));
  if (!document) throw notFound("group");
  return document as LogGroup;
}

/** For the data plane. */
export async function findStream(context: Context, group: string, stream: string): Promise<LogStream> {
  const document = await context.cache.get(streamKey(context, group, stream));
  if (document) return document as LogStream;
  await findGroup(context, group, context.cache);
  throw notFound("stream");
}

/** The group that a request names: by name, or by an identifier that is a name or an ARN, and not by both. */
export function groupNameOf(input: { logGroupName?: string; logGroupIdentifier?: string }): string {
  const { logGroupName, logGroupIdentifier } = input;
  if ((logGroupName === undefined) === (logGroupIdentifier === undefined))
    throw invalidParameter("Specify either logGroupName or logGroupIdentifier, and not both.");
  return logGroupName ?? groupNameOfIdentifier(logGroupIdentifier!);
}

export function groupNameOfIdentifier(identifier: string): string {
  const resource = parseArn(identifier)?.resource;
  return resource?.startsWith("log-group:") ? resource.slice("log-group:".length).replace(/:\*$/, "") : identifier;
}

/**
 * A page of the documents that pass a test which the store does not know. `next` is there only when another one passes
 * too: clients loop while they are given a token.
 */
export async function pageOf<Document extends ResourceDocument>(
  context: Context,
  kind: string,
  query: Omit<ResourceQuery, "account" | "region">,
  test: (document: Document) => boolean,
): Promise<{ documents: Document[]; next?: string }> {
  const { account, region } = context;
  const documents: Document[] = [];
  let { after } = query;
  let next: string | undefined;
  do {
    const full = documents.length === query.limit;
    const limit = full ? query.limit : query.limit - documents.length;
    const page = await context.resources.list(kind, { ...query, account, region, after, limit }).catch(invalidToken);
    const passed = page.documents.filter((document) => test(document as Document)) as Document[];
    if (full && passed.length > 0) return { documents, next };
    if (!full) {
      documents.push(...passed);
      next = page.next;
    }
    after = page.next;
  } while (after !== undefined);
  return { documents };
}

/** The store throws a RangeError for a paging position it did not give out. */
function invalidToken(error: unknown): never {
  if (error instanceof RangeError) throw invalidParameter("The specified nextToken is invalid.");
  throw error;
}
