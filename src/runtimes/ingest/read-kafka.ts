import { setTimeout as delay } from "node:timers/promises";
import { Admin, Consumer, MessagesStreamModes } from "@platformatic/kafka";
import type { IngestCheckpoint, IngestSource } from "../../base/ingest-plan.ts";
import type { StreamBatch, StreamRecord } from "./stream-batch.ts";

const clientId = "sagebrush-ingest";
/** So many records are put before it is remembered how far they have come. */
const batchRecords = 500;
const waitMilliseconds = 200;
const pauseMilliseconds = 20;

/**
 * Reads all partitions of a topic, each from behind its checkpoint or from its beginning. Nothing is kept with the brokers:
 * the checkpoint alone says what was read.
 */
export async function* readKafka(
  { brokers, topic }: Extract<IngestSource, { kind: "kafka" }>,
  checkpoint: IngestCheckpoint,
  signal: AbortSignal,
): AsyncGenerator<StreamBatch> {
  const bootstrapBrokers = [...brokers];
  const admin = new Admin({ clientId, bootstrapBrokers });
  const metadata = await admin.metadata({ topics: [topic] });
  await admin.close();
  const partitions = metadata.topics.get(topic)?.partitionsCount ?? 0;
  if (partitions === 0) throw new Error(`The topic ${topic} has no partitions at ${brokers.join(", ")}.`);
  const offsets = Array.from({ length: partitions }, (_, partition) => {
    const last = checkpoint[placeOf(partition)];
    return { topic, partition, offset: last === undefined ? 0n : BigInt(last) + 1n };
  });
  const consumer = new Consumer({ clientId, groupId: `${clientId}-${process.pid}-${Date.now()}`, bootstrapBrokers });
  const stream = await consumer.consume({
    ...{ topics: [topic], mode: MessagesStreamModes.MANUAL, offsets, autocommit: false, maxWaitTime: waitMilliseconds },
  });
  const stop = () => void stream.close().catch(() => {});
  signal.addEventListener("abort", stop);
  try {
    let gathered: { readonly partition: number; readonly record: StreamRecord }[] = [];
    const iterator = stream[Symbol.asyncIterator]();
    let next = iterator.next();
    for (;;) {
      // What has come is taken as soon as nothing more comes at once.
      const found =
        gathered.length === 0 ? await next : await Promise.race([next, delay(pauseMilliseconds, "pause" as const)]);
      if (found !== "pause" && !found.done) {
        const { key, offset, partition, value } = found.value;
        const body = Buffer.from(value ?? []);
        gathered.push({ partition, record: { position: String(offset), key: String(key ?? ""), body } });
        next = iterator.next();
        if (gathered.length < batchRecords) continue;
      }
      for (const [partition, of] of Map.groupBy(gathered, (one) => one.partition)) {
        const records = of.map(({ record }) => record);
        yield { place: placeOf(partition), records, position: records.at(-1)!.position };
      }
      gathered = [];
      if (found !== "pause" && found.done) return;
    }
  } finally {
    signal.removeEventListener("abort", stop);
    await consumer.close(true).catch(() => {});
  }
}

const placeOf = (partition: number): string => `partition-${partition}`;
