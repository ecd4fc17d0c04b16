import { Fault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { defineResourceOf } from "../../../frame/define-resource.ts";
import { allDocuments } from "../../../stores/resources/port.ts";
import { hashKeyRange, sequenceNumber, shardId, shardIndex } from "./shards.ts";
import {
  findStream,
  invalidArgument,
  namedStream,
  noSuchStream,
  refuseMembers,
  type StreamDocument,
  type StreamNames,
  streamKind,
  type WantedStream,
} from "./stream-kind.ts";

const retentionHours = 24;
const recordKiB = 1024;
/** What a stream of the mode ON_DEMAND begins with. */
const onDemandShards = 4;
/** AWS's quota of an account in most regions. */
const mostShards = 500;
const shardsOfPage = { DescribeStream: 100, ListShards: 1_000 };
const streamsOfPage = 100;

const numberOfShards = async (context: Context): Promise<number> => {
  const { account, region } = context;
  let shards = 0;
  for await (const { wanted } of allDocuments(context.resources, streamKind.name, { account, region }))
    shards += (wanted as WantedStream).ShardCount;
  return shards;
};

export const stream = defineResourceOf(streamKind, {
  service: "kinesis",
  identify: (input) => namedStream(input as StreamNames),
  missing: ({ name, arn }) => noSuchStream(name.split("/").at(-1)!, arn.split(":")[4] ?? ""),
  existing: ({ name, arn }) =>
    new Fault("ResourceInUseException", `Stream ${name} under account ${arn.split(":")[4]} already exists.`),

  create: {
    operation: "CreateStream",
    async begin(input, context) {
      refuseMembers(context, input, "", ["Tags", "WarmThroughputMiBps"]);
      const { StreamName, StreamModeDetails, ShardCount } = input;
      const mode = StreamModeDetails?.StreamMode ?? "PROVISIONED";
      if (mode === "PROVISIONED" && ShardCount === undefined)
        throw invalidArgument("ShardCount is missing: a stream of the mode PROVISIONED needs it.");
      if (mode === "ON_DEMAND" && ShardCount !== undefined)
        throw invalidArgument("ShardCount cannot be given for a stream of the mode ON_DEMAND. Leave it out.");
      const count = ShardCount ?? onDemandShards;
      const others = await numberOfShards(context);
      if (others + count > mostShards)
        throw new Fault(
          "LimitExceededException",
          `This request would exceed the shard limit for the account ${context.account} in ${context.region}. Current shard count for the account: ${others}. Limit: ${mostShards}. Number of additional shards that would have resulted from this request: ${count}.`,
        );
      const wanted = {
        ...{ StreamName, StreamMode: mode, ShardCount: count, RetentionPeriodHours: retentionHours },
        MaxRecordSizeInKiB: input.MaxRecordSizeInKiB ?? recordKiB,
      };
      return { status: "CREATING", wanted, actual: {} };
    },
    output: () => ({}),
  },

  describe: {
    operation: "DescribeStream",
    output(document, StreamARN, { account }, input) {
      const { StreamName, ShardCount, StreamMode, RetentionPeriodHours } = document.wanted;
      const { Limit = shardsOfPage.DescribeStream, ExclusiveStartShardId } = input;
      const first = ExclusiveStartShardId === undefined ? 0 : after(document, ExclusiveStartShardId, account);
      const Shards = shardsOf(document, first, Limit);
      return {
        StreamDescription: {
          ...{ StreamName, StreamARN, StreamStatus: document.status as "ACTIVE" },
          ...{ StreamModeDetails: { StreamMode }, Shards, HasMoreShards: first + Shards.length < ShardCount },
          ...{ RetentionPeriodHours, StreamCreationTimestamp: new Date(document.created) },
          ...{ EnhancedMonitoring: [{ ShardLevelMetrics: [] }], EncryptionType: "NONE" as const },
        },
      };
    },
  },

  delete: { operation: "DeleteStream", begin: () => ({ status: "DELETING" }) },

  operations: {
    async DescribeStreamSummary(input, context, resource) {
      const { key, created, status, wanted } = await resource.get(context, { ...input });
      return {
        StreamDescriptionSummary: {
          ...{ StreamName: wanted.StreamName, StreamARN: resource.arn(key), StreamStatus: status as "ACTIVE" },
          ...{ StreamModeDetails: { StreamMode: wanted.StreamMode }, OpenShardCount: wanted.ShardCount },
          ...{ RetentionPeriodHours: wanted.RetentionPeriodHours, StreamCreationTimestamp: new Date(created) },
          ...{ EnhancedMonitoring: [{ ShardLevelMetrics: [] }], EncryptionType: "NONE" as const, ConsumerCount: 0 },
          MaxRecordSizeInKiB: wanted.MaxRecordSizeInKiB,
        },
      };
    },

    async ListShards(input, context) {
      const { NextToken, MaxResults = shardsOfPage.ListShards, ExclusiveStartShardId, ShardFilter } = input;
      if (NextToken !== undefined && (input.StreamName ?? input.StreamARN ?? ExclusiveStartShardId) !== undefined)
        throw invalidArgument("NextToken and StreamName cannot be provided together.");
      if (ShardFilter?.Type === "AFTER_SHARD_ID" && ShardFilter.ShardId === undefined)
        throw invalidArgument("ShardId of the ShardFilter is missing: AFTER_SHARD_ID needs it.");
      const [name, position] = NextToken === undefined ? [] : readToken(NextToken);
      const document = await findStream(context, name === undefined ? input : { StreamName: name }, context.resources);
      // No shard is ever split or closed, so every other filter by a point of the stream means all of them.
      const start = ExclusiveStartShardId ?? ShardFilter?.ShardId;
      const first = position ?? (start === undefined ? 0 : after(document, start, context.account));
      const Shards = shardsOf(document, first, MaxResults);
      const next = first + Shards.length;
      const more = next < document.wanted.ShardCount;
      return { Shards, NextToken: more ? writeToken(document.wanted.StreamName, next) : undefined };
    },

    async ListStreams({ Limit = streamsOfPage, ExclusiveStartStreamName, NextToken }, context) {
      const { account, region } = context;
      const [from = ExclusiveStartStreamName ?? ""] = NextToken === undefined ? [] : readToken(NextToken);
      const all: StreamDocument[] = [];
      for await (const document of allDocuments(context.resources, streamKind.name, { account, region }))
        all.push(streamKind.read(document));
      const named = all
        .filter(({ wanted }) => wanted.StreamName > from)
        .sort((a, b) => (a.wanted.StreamName < b.wanted.StreamName ? -1 : 1));
      const page = named.slice(0, Limit);
      const more = named.length > page.length;
      return {
        StreamNames: page.map(({ wanted }) => wanted.StreamName),
        HasMoreStreams: more,
        NextToken: more ? writeToken(page.at(-1)!.wanted.StreamName, 0) : undefined,
        StreamSummaries: page.map(({ key, status, created, wanted: { StreamName, StreamMode } }) => ({
          ...{ StreamName, StreamARN: streamKind.arn(key), StreamStatus: status as "ACTIVE" },
          ...{ StreamModeDetails: { StreamMode }, StreamCreationTimestamp: new Date(created) },
        })),
      };
    },
  },
  permissions: {
    ListStreams: () => [{ action: "kinesis:ListStreams", resource: "*" }],
    ListShards: (input, place) => [
      {
        action: "kinesis:ListShards",
        resource: streamKind.pattern(
          place,
          namedStream(input.NextToken === undefined ? input : { StreamName: tokenName(input.NextToken) }),
        ),
      },
    ],
  },
});

function after({ wanted }: StreamDocument, id: string, account: string): number {
  const index = shardIndex(id);
  if (index === undefined || index >= wanted.ShardCount) throw noSuchShard(id, wanted.StreamName, account);
  return index + 1;
}

export const noSuchShard = (id: string, name: string, account: string): Fault =>
  new Fault("ResourceNotFoundException", `Shard ${id} in stream ${name} under account ${account} does not exist`);

function shardsOf({ created, wanted, status }: StreamDocument, first: number, limit: number) {
  const count = status === "ACTIVE" ? wanted.ShardCount : 0;
  return Array.from({ length: Math.max(0, Math.min(limit, count - first)) }, (_, offset) => {
    const { start, end } = hashKeyRange(first + offset, count);
    return {
      ShardId: shardId(first + offset),
      HashKeyRange: { StartingHashKey: String(start), EndingHashKey: String(end) },
      SequenceNumberRange: { StartingSequenceNumber: sequenceNumber(created, first + offset, 0) },
    };
  });
}

const writeToken = (name: string, position: number) =>
  Buffer.from(JSON.stringify([name, position])).toString("base64url");

function readToken(token: string): readonly [name: string, position: number] {
  try {
    const [name, position] = JSON.parse(Buffer.from(token, "base64url").toString("utf8")) as [unknown, unknown];
    if (typeof name === "string" && Number.isSafeInteger(position)) return [name, position as number];
  } catch {
    // Refused below.
  }
  throw invalidArgument("The NextToken is not valid. Use that of the page before, unchanged.");
}

const tokenName = (token: string): string => {
  try {
    return readToken(token)[0];
  } catch {
    return "*";
  }
};
