import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import type { PlannedPipe } from "../../images/training-plan.ts";
import { mostRecordBytes, recordHead, recordPadding } from "../../ml/data/recordio.ts";
import type { OpenObject } from "../object-client.ts";
import { asChannelFault, ChannelFault } from "./channel-fault.ts";
import type { PipeItem } from "./pipe-items.ts";

/** How many items are opened before their turn, so that a small one costs no round trip. */
const openedAhead = 4;

/** Gives the bytes of an epoch, as the channel wants them. */
export async function* pipeBytes(
  items: AsyncIterable<PipeItem>,
  { gzip = false, recordIo = false }: PlannedPipe,
  title: string,
): AsyncGenerator<Uint8Array> {
  for await (const { item, opened } of openAhead(items)) {
    const isPacked = gzip && item.isObject;
    try {
      if (!recordIo) {
        yield* isPacked ? unpacked(opened.body) : opened.body;
        continue;
      }
      const sizeBytes = isPacked ? await unpackedSize(item) : opened.sizeBytes;
      if (sizeBytes > mostRecordBytes)
        throw new ChannelFault(
          `${item.place} of ${title} has ${sizeBytes} bytes; a record of RecordIO holds ${mostRecordBytes}. Leave RecordWrapperType out, or divide the object`,
        );
      yield recordHead(sizeBytes);
      yield* isPacked ? unpacked(opened.body) : opened.body;
      yield recordPadding(sizeBytes);
    } catch (error) {
      throw isGzipError(error)
        ? new ChannelFault(`${item.place} of ${title} is not compressed by gzip (${(error as Error).message})`)
        : asChannelFault(title, item.place, error);
    } finally {
      opened.close();
    }
  }
}

async function* openAhead(
  items: AsyncIterable<PipeItem>,
): AsyncGenerator<{ readonly item: PipeItem; readonly opened: OpenObject }> {
  const waiting: { readonly item: PipeItem; readonly opened: Promise<OpenObject> }[] = [];
  const take = async () => {
    const { item, opened } = waiting.shift()!;
    return { item, opened: await opened };
  };
  try {
    for await (const item of items) {
      const opened = item.open();
      opened.catch(() => {}); // thrown when its turn comes
      waiting.push({ item, opened });
      if (waiting.length > openedAhead) yield await take();
    }
    while (waiting.length > 0) yield await take();
  } finally {
    for (const { opened } of waiting)
      opened.then(
        (object) => object.close(),
        () => {},
      );
  }
}

async function* unpacked(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip();
  const fed = pipeline(body, gunzip).catch((error) => void gunzip.destroy(error));
  yield* gunzip as AsyncIterable<Uint8Array>;
  await fed;
}

/** Reads a packed object once to learn its size: it does not fit in memory. */
async function unpackedSize(item: PipeItem): Promise<number> {
  const { body, close } = await item.open();
  let size = 0;
  try {
    for await (const bytes of unpacked(body)) size += bytes.length;
  } finally {
    close();
  }
  return size;
}

const isGzipError = (error: unknown): boolean => /^Z_/.test((error as { code?: string }).code ?? "");
