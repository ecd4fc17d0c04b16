import { parseArn } from "../../../aws/arn.ts";
import { Fault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { defineKind, type Nothing, parentText } from "../../../frame/define-kind.ts";
import type { Place } from "../../../frame/kind-naming.ts";
import { type Refusals, refusalsOf } from "../../../frame/not-built.ts";
import { allDocuments, type ResourceCache, type ResourceDocument } from "../../../stores/resources/port.ts";

export interface WantedGroup {
  readonly logGroupName: string;
  readonly tags: Readonly<Record<string, string>>;
}
export interface WantedStream {
  readonly logGroupName: string;
  readonly logStreamName: string;
}
export type LogGroup = ResourceDocument<WantedGroup, Nothing>;
export type LogStream = ResourceDocument<WantedStream, Nothing>;

/** Groups and streams are documents, named with regard to case; events are entries of one journal per stream. */
export const logGroupKind = defineKind<WantedGroup, Nothing>({
  service: "logs",
  kind: "log-group",
  arn: "log-group:{logGroupName}",
  exactCase: true,
  title: "Log group",
});

export const logStreamKind = defineKind<WantedStream, Nothing>({
  service: "logs",
  kind: "log-stream",
  arn: "log-group:{logGroupName}:log-stream:{logStreamName}",
  exactCase: true,
  title: "Log stream",
});

export const groupKey = (place: Place, logGroupName: string) => logGroupKind.key(place, { logGroupName });

export const streamKey = (place: Place, logGroupName: string, logStreamName: string) =>
  logStreamKind.key(place, { logGroupName, logStreamName });

/** The journal is named by the id, so a new stream under an old name is empty. */
export const journalOf = ({ key, id }: Pick<LogStream, "key" | "id">): string =>
  `logs/${key.account}/${key.region}/${id}`;

export const { notBuilt, refuseMembers }: Refusals = refusalsOf("logs");

export const invalidParameter = (message: string): Fault => new Fault("InvalidParameterException", message);
export const invalidToken = (): Fault => invalidParameter("The specified nextToken is invalid.");
const notFound = (what: string) => new Fault("ResourceNotFoundException", `The specified log ${what} does not exist.`);

/** `documents`: the cache, for the data plane. */
export async function findGroup(
  context: Context,
  name: string,
  documents: Pick<ResourceCache, "get"> = context.resources,
): Promise<LogGroup> {
  const document = await documents.get(groupKey(context, name));
  if (!document) throw notFound("group");
  return logGroupKind.read(document);
}

/** Reads through the cache, for the data plane. */
export async function findStream(context: Context, group: string, stream: string): Promise<LogStream> {
  const document = await context.cache.get(streamKey(context, group, stream));
  if (document) return logStreamKind.read(document);
  await findGroup(context, group, context.cache);
  throw notFound("stream");
}

/** The query for the streams of a group whose names have a prefix. */
export const streamsIn = (context: Context, group: string, namePrefix = "") => ({
  account: context.account,
  region: context.region,
  parent: parentText(groupKey(context, group)),
  namePrefix: namePrefix === "" ? undefined : streamKey(context, group, namePrefix).name,
  sort: { by: "name" as const },
});

/** All streams of a group, in order of name. */
export async function streamsOf(context: Context, group: string, namePrefix = ""): Promise<LogStream[]> {
  const streams: LogStream[] = [];
  const query = streamsIn(context, group, namePrefix);
  for await (const document of allDocuments(context.resources, logStreamKind.name, query))
    streams.push(logStreamKind.read(document));
  return streams;
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
