import { Fault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { defineKind, type Nothing, parentText } from "../../../frame/define-kind.ts";
import type { Place } from "../../../frame/kind-naming.ts";
import { type Refusals, refusalsOf } from "../../../frame/not-built.ts";
import { folderMark, type JournalStore } from "../../../stores/journals/port.ts";
import {
  allDocuments,
  type ResourceCache,
  type ResourceDocument,
  type ResourceKey,
} from "../../../stores/resources/port.ts";

export interface WantedGroup {
  readonly logGroupName: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Events that are older expire. When absent, no event expires. */
  readonly retentionInDays?: number;
}
export interface WantedStream {
  readonly logGroupName: string;
  readonly logStreamName: string;
}
export interface ActualStream {
  /** The id of its group's document: a group made anew under an old name has other streams. */
  readonly groupId: string;
}
export type LogGroup = ResourceDocument<WantedGroup, Nothing>;
export type LogStream = ResourceDocument<WantedStream, ActualStream>;

/** Groups and streams are documents, named with regard to case; events are entries of one journal per stream. */
export const logGroupKind = defineKind<WantedGroup, Nothing>({
  service: "logs",
  kind: "log-group",
  arn: "log-group:{logGroupName}",
  exactCase: true,
  title: "Log group",
  listedBy: "DescribeLogGroups",
  labels: { retention: ({ wanted }) => wanted.retentionInDays },
});

export const logStreamKind = defineKind<WantedStream, ActualStream>({
  service: "logs",
  kind: "log-stream",
  arn: "log-group:{logGroupName}:log-stream:{logStreamName}",
  exactCase: true,
  title: "Log stream",
  listedBy: "DescribeLogStreams",
  parent: { kind: "logs/log-group", deletion: "takes children" },
});

export const groupKey = (place: Place, logGroupName: string) => logGroupKind.key(place, { logGroupName });

export const nameOfGroup = (key: ResourceKey): string => logGroupKind.variables(key).logGroupName!;

export const streamKey = (place: Place, logGroupName: string, logStreamName: string) =>
  logStreamKind.key(place, { logGroupName, logStreamName });

/** The journals of a group's streams lie in a folder, which sums them up and has them by time. */
export const folderOf = ({ account, region }: Place, groupId: string): string => `logs/${account}/${region}/${groupId}`;

const journalsAtOnce = 1_000;

/** Drops all journals of a group. */
export async function dropFolder(journals: JournalStore, folder: string, signal?: AbortSignal): Promise<void> {
  for (;;) {
    signal?.throwIfAborted();
    const { streams } = await journals.byTime(folder, { limit: journalsAtOnce });
    if (streams.length === 0) return;
    await Promise.all(streams.map((stream) => journals.trim(stream, Number.POSITIVE_INFINITY)));
  }
}

/**
 * The journal is named by the group's id and the stream's, so a new one under an old name is empty, and by the stream's
 * name, by which the folder orders streams of the same time.
 */
export const journalOf = ({ key, id, wanted, actual }: JournalNames): string =>
  [folderOf(key, actual.groupId), wanted.logStreamName, id].join(folderMark);

type JournalNames = Pick<LogStream, "key" | "id" | "actual"> & { readonly wanted: { readonly logStreamName: string } };

/** Returns the stream of a journal. A stream's name may hold the mark; a folder's and an id do not. */
export function namesOf(journal: string): { readonly logStreamName: string; readonly id: string } {
  const [first, last] = [journal.indexOf(folderMark), journal.lastIndexOf(folderMark)];
  return { logStreamName: journal.slice(first + 1, last), id: journal.slice(last + 1) };
}

export const { notBuilt, refuseMembers }: Refusals = refusalsOf("logs");

export const invalidParameter = (message: string): Fault => new Fault("InvalidParameterException", message);
export const invalidToken = (): Fault => invalidParameter("The specified nextToken is invalid.");
const notFound = (what: string) => new Fault("ResourceNotFoundException", `The specified log ${what} does not exist.`);
export const noSuchGroup = (): Fault => notFound("group");
export const noSuchStream = (): Fault => notFound("stream");

export const logsPage = { limit: "limit", token: "nextToken", size: 50, invalidToken } as const;

/** `documents`: the cache, for the data plane. */
export async function findGroup(
  context: Context,
  name: string,
  documents: Pick<ResourceCache, "get"> = context.resources,
): Promise<LogGroup> {
  const document = await documents.get(groupKey(context, name));
  if (!document) throw noSuchGroup();
  return logGroupKind.read(document);
}

const day = 24 * 3_600_000;

/** Returns the time before which the events of a group have expired: no answer shows them, removed or not. */
export const expiryOf = ({ wanted }: LogGroup, now: number): number | undefined =>
  wanted.retentionInDays === undefined ? undefined : now - wanted.retentionInDays * day;

/** Reads through the cache, for the data plane. */
export async function findStream(context: Context, group: string, stream: string): Promise<LogStream> {
  const document = await context.cache.get(streamKey(context, group, stream));
  if (document) return logStreamKind.read(document);
  await findGroup(context, group, context.cache);
  throw noSuchStream();
}

/** Returns the query for the streams of a group whose names have a prefix. */
export const streamsIn = (context: Context, group: string, namePrefix = "") => ({
  parent: parentText(groupKey(context, group)),
  namePrefix: namePrefix === "" ? undefined : streamKey(context, group, namePrefix).name,
});

/** Returns all streams of a group, in order of name. */
export async function streamsOf(context: Context, group: string, namePrefix = ""): Promise<LogStream[]> {
  const streams: LogStream[] = [];
  const { account, region } = context;
  const query = { account, region, ...streamsIn(context, group, namePrefix), sort: { by: "name" as const } };
  for await (const document of allDocuments(context.resources, logStreamKind.name, query))
    streams.push(logStreamKind.read(document));
  return streams;
}

/** Returns the group that a request names: by name, or by an identifier that is a name or an ARN, and not by both. */
export function groupNameOf(
  place: Place,
  { logGroupName, logGroupIdentifier }: { logGroupName?: string; logGroupIdentifier?: string },
): string {
  if ((logGroupName === undefined) === (logGroupIdentifier === undefined))
    throw invalidParameter("Specify either logGroupName or logGroupIdentifier, and not both.");
  return logGroupName ?? nameOfGroup(groupKeyOf(place, logGroupIdentifier!));
}

/**
 * Returns the key of the group that an identifier names. @throws Fault when it is an ARN of something else, or of
 * elsewhere
 */
export function groupKeyOf(place: Place, identifier: string): ResourceKey {
  const key = logGroupKind.identify(place, { logGroupName: withoutAny(identifier) });
  if (!key || key.account !== place.account || !logGroupKind.isIn(place, key)) throw noSuchGroup();
  return key;
}

/** Returns the ARN of the group that an identifier names, or the ARN that it is. */
export const groupArnOf = (place: Place, identifier: string): string =>
  logGroupKind.pattern(place, { logGroupName: withoutAny(identifier) });

/** DescribeLogGroups ends the ARNs of groups with ":*", for their streams. */
const withoutAny = (identifier: string): string =>
  identifier.startsWith("arn:") ? identifier.replace(/:\*$/, "") : identifier;
