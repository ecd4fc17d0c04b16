import { Fault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { defineKind, type Nothing, type Subject } from "../../../frame/define-kind.ts";
import type { Place } from "../../../frame/kind-naming.ts";
import { type Refusals, refusalsOf } from "../../../frame/not-built.ts";
import { folderMark } from "../../../stores/journals/port.ts";
import type { ResourceCache, ResourceDocument } from "../../../stores/resources/port.ts";
import { shardId } from "./shards.ts";

export interface WantedStream {
  readonly StreamName: string;
  readonly ShardCount: number;
  readonly StreamMode: "PROVISIONED" | "ON_DEMAND";
  /** Records are kept this long. */
  readonly RetentionPeriodHours: number;
  readonly MaxRecordSizeInKiB: number;
}
export type StreamDocument = ResourceDocument<WantedStream, Nothing>;

const inUse = ({ name }: Subject) =>
  new Fault("ResourceInUseException", `Stream ${name} is being made or deleted. Try again when its status is ACTIVE.`);

/** A data stream. The records of each of its shards are a journal. */
export const streamKind = defineKind<WantedStream, Nothing, "CREATING" | "ACTIVE" | "DELETING">({
  service: "kinesis",
  kind: "stream",
  arn: "stream/{StreamName}",
  exactCase: true,
  title: "Data stream",
  listedBy: "ListStreams",
  statuses: {
    CREATING: { final: false, refusesUpdate: inUse, refusesDelete: inUse },
    ACTIVE: { final: true, tone: "good" },
    DELETING: { final: false, refusesUpdate: inUse, refusesDelete: inUse },
  },
  running: ["CREATING", "DELETING"],
  labels: { shards: ({ wanted }) => wanted.ShardCount },
});

export const { notBuilt, refuseMembers }: Refusals = refusalsOf("kinesis");

export const invalidArgument = (words: string): Fault => new Fault("InvalidArgumentException", words);
export const noSuchStream = (name: string, account: string): Fault =>
  new Fault("ResourceNotFoundException", `Stream ${name} under account ${account} not found.`);

/** How an input says which stream it means. */
export interface StreamNames {
  readonly StreamName?: string | undefined;
  readonly StreamARN?: string | undefined;
}

/** The variable of the stream's name: the name itself, or an ARN in its place. */
export const namedStream = ({ StreamName, StreamARN }: StreamNames) => ({ StreamName: StreamARN ?? StreamName! });

/** Returns the stream that an input names, by the cache. @throws Fault for none, and for one that is deleted */
export async function findStream(
  context: Context,
  names: StreamNames,
  documents: Pick<ResourceCache, "get"> = context.cache,
): Promise<StreamDocument> {
  const named = namedStream(names);
  if (named.StreamName === undefined)
    throw invalidArgument("Neither StreamName nor StreamARN is given. Name the stream by one of them.");
  const name = named.StreamName.split("/").at(-1)!;
  const key = streamKind.identify(context, named);
  const document = key && streamKind.isIn(context, key) ? await documents.get(key) : undefined;
  if (!document || document.status === "DELETING") throw noSuchStream(name, context.account);
  return streamKind.read(document);
}

/** The journals of a stream's shards lie in a folder of its id: a stream made anew under a name is empty. */
export const folderOf = ({ account, region }: Place, id: string): string => `kinesis/${account}/${region}/${id}`;

export const journalOf = ({ key, id }: Pick<StreamDocument, "key" | "id">, shard: number): string =>
  folderOf(key, id) + folderMark + shardId(shard);

/** Records that came before this time have expired: no answer shows them, removed or not. */
export const expiryOf = ({ wanted }: Pick<StreamDocument, "wanted">, now: number): number =>
  now - wanted.RetentionPeriodHours * 3_600_000;
