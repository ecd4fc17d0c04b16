import { setTimeout as delay } from "node:timers/promises";
import type { IngestCheckpoint } from "../../base/ingest-plan.ts";
import { persistence } from "../requests/persistence.ts";
import { readText, sendRequest } from "../requests/send-request.ts";
import type { StreamBatch } from "./stream-batch.ts";

const pageRecords = 1_000;
const idleMilliseconds = 500;

interface Page {
  readonly Records: readonly {
    readonly SequenceNumber: string;
    readonly PartitionKey: string;
    readonly Data: string;
  }[];
  readonly NextShardIterator?: string;
}

/** Reads all shards of a data stream in turn, each from behind its checkpoint or from its beginning. */
export async function* readKinesis(
  StreamARN: string,
  checkpoint: IngestCheckpoint,
  signal: AbortSignal,
): AsyncGenerator<StreamBatch> {
  const persistently = persistence({ signal });
  const call = <Answer>(operation: string, input: object): Promise<Answer> =>
    persistently(async () => {
      const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": `Kinesis_20131202.${operation}` };
      const body = JSON.stringify(input);
      return JSON.parse(
        await readText(await sendRequest({ method: "POST", path: "/", service: "kinesis", headers, body })),
      );
    });
  const last = new Map(Object.entries(checkpoint));
  const iteratorOf = async (ShardId: string) => {
    const sequence = last.get(ShardId);
    const start =
      sequence === undefined
        ? { ShardIteratorType: "TRIM_HORIZON" }
        : { ShardIteratorType: "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber: sequence };
    const { ShardIterator } = await call<{ ShardIterator: string }>("GetShardIterator", {
      StreamARN,
      ShardId,
      ...start,
    });
    return ShardIterator;
  };
  const iterators = new Map<string, string>();
  for (;;) {
    const { Shards } = await call<{ Shards: readonly { readonly ShardId: string }[] }>("ListShards", { StreamARN });
    let found = 0;
    for (const { ShardId } of Shards) {
      signal.throwIfAborted();
      const ShardIterator = iterators.get(ShardId) ?? (await iteratorOf(ShardId));
      const page = await call<Page>("GetRecords", { ShardIterator, Limit: pageRecords, StreamARN }).catch((error) => {
        // The iterator is made anew from what was read last.
        if ((error as Error).name === "ExpiredIteratorException") return undefined;
        throw error;
      });
      if (page?.NextShardIterator === undefined) iterators.delete(ShardId);
      else iterators.set(ShardId, page.NextShardIterator);
      const records = (page?.Records ?? []).map(({ Data, PartitionKey, SequenceNumber }) => ({
        ...{ position: SequenceNumber, key: PartitionKey, body: Buffer.from(Data, "base64") },
      }));
      if (records.length === 0) continue;
      found += records.length;
      const { position } = records.at(-1)!;
      yield { place: ShardId, records, position };
      last.set(ShardId, position);
    }
    if (found === 0) await delay(idleMilliseconds, undefined, { signal });
  }
}
