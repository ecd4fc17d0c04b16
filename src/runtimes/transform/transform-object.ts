import { createGunzip } from "node:zlib";
import type { TransformPlan } from "../../images/transform-plan.ts";
import type { ObjectClient, ObjectWriter } from "../object-client.ts";
import type { ExecutionParameters } from "./execution-parameters.ts";
import { type MiniBatch, miniBatches } from "./mini-batches.ts";
import type { ModelServers } from "./model-servers.ts";
import type { Permits } from "./permits.ts";
import type { RecordCodec } from "./record-codec.ts";
import { dataFault, TransformFault } from "./transform-fault.ts";

/** What the objects of a job are transformed with. */
export interface Transforming {
  readonly plan: TransformPlan;
  readonly parameters: ExecutionParameters;
  readonly objects: ObjectClient;
  readonly servers: ModelServers;
  /** For the requests in flight. */
  readonly permits: Permits;
  readonly codec: RecordCodec | undefined;
}

/** An object, and where what becomes of it goes. */
export interface TransformedObject {
  readonly bucket: string;
  readonly key: string;
  readonly outputKey: string;
}

/** Where a record has no limit, one that is gathered whole has this one. */
const largestRecordBytes = 100 * 1024 * 1024;
const lineFeed = Buffer.from("\n");

/**
 * Transforms an object. Its output is there when all of it is; of an object that fails nothing is left.
 * @throws TransformFault
 */
export async function transformObject(
  object: TransformedObject,
  transforming: Transforming,
  stopping: AbortSignal,
): Promise<void> {
  const { plan, parameters, servers } = transforming;
  const { split } = plan;
  // Nothing is told apart in such a file, so it goes through as it comes.
  const isStreamed =
    parameters.payloadMegabytes === 0 &&
    (split === "None" || (split === "Line" && parameters.strategy === "MultiRecord"));
  for (let attempt = 0; ; attempt++) {
    try {
      await (isStreamed ? streamObject : transformBatches)(object, transforming, stopping);
      return;
    } catch (error) {
      const isRepeated =
        isStreamed && error instanceof TransformFault && error.of === "AlgorithmError" && attempt < plan.retries;
      stopping.throwIfAborted();
      if (!isRepeated) throw error;
    }
  }

  async function streamObject(): Promise<void> {
    await written(object, transforming, stopping, async (bytes, write, ending) => {
      const release = await transforming.permits.take();
      try {
        let isEmpty = true;
        for await (const piece of servers.stream(bytes, ending)) {
          isEmpty &&= piece.length === 0;
          await write(piece);
        }
        if (!isEmpty) await write(undefined);
      } finally {
        release();
      }
    });
  }
}

/** Takes pieces of the output; undefined at the end of what the model server answered at once. */
type Write = (bytes: Uint8Array | undefined) => Promise<void>;

/** Opens an object and its output, and ends the output when the work is done. */
async function written(
  { bucket, key, outputKey }: TransformedObject,
  { plan, objects }: Transforming,
  stopping: AbortSignal,
  work: (bytes: AsyncIterable<Uint8Array>, write: Write, ending: AbortSignal) => Promise<void>,
): Promise<void> {
  const failing = new AbortController();
  const opened = await objects.open(bucket, key).catch((error) => {
    stopping.throwIfAborted();
    throw dataFault(`The object cannot be read: ${(error as Error).message}`);
  });
  const writer = objects.write(plan.output.bucket, outputKey);
  const write = assembled(writer, plan.lines, outputKey);
  try {
    await work(readable(opened.body, plan.gzip), write, AbortSignal.any([stopping, failing.signal]));
    await toWrite(outputKey, writer.end());
  } catch (error) {
    failing.abort();
    await writer.abort().catch(() => {});
    throw error;
  } finally {
    opened.close();
  }
}

/** With lines, what was answered at once ends with the end of a line, whether the model server gave one or not. */
function assembled(writer: ObjectWriter, lines: boolean, outputKey: string): Write {
  let last: number | undefined;
  return async (bytes) => {
    if (bytes !== undefined) {
      if (bytes.length === 0) return;
      last = bytes[bytes.length - 1];
      return toWrite(outputKey, writer.write(bytes));
    }
    // An answer without anything is a record too, and the lines behind it stay in their places.
    const isEnded = last === lineFeed[0];
    last = undefined;
    if (lines && !isEnded) await toWrite(outputKey, writer.write(lineFeed));
  };
}

const toWrite = (outputKey: string, writing: Promise<void>): Promise<void> =>
  writing.catch((error: Error & { readonly $metadata?: object }) => {
    if (!error.$metadata) throw error;
    throw dataFault(`The output ${outputKey} cannot be written: ${error.name}: ${error.message}`);
  });

async function* readable(body: AsyncIterable<Uint8Array>, gzip: boolean): AsyncGenerator<Uint8Array> {
  if (!gzip) return yield* body;
  const unpacking = createGunzip();
  const feeding = (async () => {
    try {
      for await (const piece of body) {
        if (unpacking.destroyed) return;
        if (!unpacking.write(piece))
          await new Promise((resolve) => unpacking.once("drain", resolve).once("close", resolve));
      }
      unpacking.end();
    } catch (error) {
      unpacking.destroy(error as Error);
    }
  })();
  try {
    yield* unpacking as AsyncIterable<Uint8Array>;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!code?.startsWith("Z_")) throw error;
    throw dataFault(`The object is not compressed as CompressionType Gzip says: ${message}`);
  } finally {
    unpacking.destroy();
    await feeding;
  }
}

/** Asks for several mini-batches at a time, and writes what is answered in their order. */
function transformBatches(object: TransformedObject, transforming: Transforming, stopping: AbortSignal): Promise<void> {
  const { plan, parameters, servers, permits, codec } = transforming;
  const { payloadMegabytes, strategy } = parameters;
  const mostBytes = payloadMegabytes === 0 ? largestRecordBytes : payloadMegabytes * 1024 * 1024;
  return written(object, transforming, stopping, async (bytes, write, ending) => {
    const batches = miniBatches(bytes, { split: plan.split, strategy, mostBytes, ...(codec && { codec }) });
    let written: Promise<void> = Promise.resolve();
    let isBroken = false;
    const finish = async (batch: MiniBatch, asked: Promise<Uint8Array>, before: Promise<void>) => {
      await before;
      const answer = await asked;
      await write(codec ? processed(batch.records!, answer, codec, plan.lines) : answer);
      // Each record has its line already.
      if (!codec) await write(undefined);
    };
    try {
      while (!isBroken) {
        const release = await permits.take();
        const next = await batches.next().catch((error) => {
          release();
          throw error;
        });
        if (next.done) {
          release();
          break;
        }
        const asked = servers.ask(next.value.payload, ending);
        asked.catch(() => {});
        written = finish(next.value, asked, written).finally(release);
        written.catch(() => {
          isBroken = true;
        });
      }
      await written;
    } finally {
      await batches.return(undefined);
      await written.catch(() => {});
    }
  });
}

function processed(records: readonly string[], answer: Uint8Array, codec: RecordCodec, lines: boolean): Uint8Array {
  const outputs = codec.outputs(answer, records.length);
  const end = lines ? "\n" : "";
  const finished = records.map((record, index) => codec.finish(record, outputs[index]!) + end);
  return Buffer.from(finished.join(""), codec.encoding);
}
