import { createRandom } from "../../base/random.ts";
import type { PlannedObjects } from "../../images/objects-plan.ts";
import type { PlannedPipe } from "../../images/training-plan.ts";
import type { ObjectClient, OpenObject } from "../object-client.ts";
import { lineAttributes, manifestLines } from "./augmented-manifest.ts";
import { asChannelFault, ChannelFault } from "./channel-fault.ts";
import { type ChannelObject, channelObjects, isOwnShare, placeOf, readManifest } from "./channel-objects.ts";

/** Something that is written into a pipe: an object or an attribute. */
export interface PipeItem {
  /** Where it is, for a fault. */
  readonly place: string;
  /** Whether it is an object, which may be packed. */
  readonly isObject: boolean;
  open(): Promise<OpenObject>;
}

/** The items of a channel, epoch by epoch. */
export interface PipeItems {
  epoch(number: number): AsyncIterable<PipeItem>;
}

/** Objects that a program reads from pipes: a channel of a training job, or an input of a processing job. */
export interface PipedObjects extends PlannedObjects {
  /** Where the pipes are, below the folder of all, without their numbers. */
  readonly name: string;
  readonly pipe: PlannedPipe;
  /** What they are for, in the words of a fault. */
  readonly title: string;
}

/** @throws ChannelFault when the channel has no objects, or its manifest cannot be read */
export async function pipeItems(channel: PipedObjects, objects: ObjectClient): Promise<PipeItems> {
  const { shuffleSeed } = channel.pipe;
  if (channel.type === "AugmentedManifestFile") return augmentedItems(channel, objects);
  const { title } = channel;
  const asItem = (object: ChannelObject) => objectItem(title, object, objects);
  if (shuffleSeed === undefined) {
    for await (const _ of channelObjects(channel, title, objects)) break;
    return {
      async *epoch() {
        for await (const object of channelObjects(channel, title, objects)) yield asItem(object);
      },
    };
  }
  const found: ChannelObject[] = [];
  for await (const object of channelObjects(channel, title, objects)) found.push(object);
  return {
    async *epoch(number) {
      for (const object of shuffled(found, shuffleSeed, number)) yield asItem(object);
    },
  };
}

async function augmentedItems(channel: PipedObjects, objects: ObjectClient): Promise<PipeItems> {
  const { title } = channel;
  const { attributes = [], shuffleSeed } = channel.pipe;
  const manifest = `s3://${channel.bucket}/${channel.key}`;
  const all = manifestLines(await readManifest(channel, title, objects));
  if (all.length === 0) throw new ChannelFault(`The manifest ${manifest} of ${title} has no lines`);
  const lines = all.filter((_, index) => isOwnShare(channel, index));
  const read = (line: (typeof lines)[number]) => {
    const named = `line ${line.number} of the manifest ${manifest}`;
    return lineAttributes(line.text, attributes, named).map((attribute): PipeItem => {
      if ("object" in attribute) return objectItem(title, { ...attribute.object, path: "", named }, objects);
      const bytes = Buffer.from(attribute.text);
      return { place: named, isObject: false, open: async () => ofBytes(bytes) };
    });
  };
  // A line that cannot be used is told before the program starts.
  for (const line of lines) read(line);
  return {
    async *epoch(number) {
      for (const line of shuffleSeed === undefined ? lines : shuffled(lines, shuffleSeed, number)) yield* read(line);
    },
  };
}

const objectItem = (title: string, object: ChannelObject, objects: ObjectClient): PipeItem => ({
  place: placeOf(object),
  isObject: true,
  async open() {
    try {
      return await objects.open(object.bucket, object.key);
    } catch (error) {
      throw asChannelFault(title, placeOf(object), error);
    }
  },
});

async function* once(bytes: Uint8Array) {
  yield bytes;
}

const ofBytes = (bytes: Uint8Array): OpenObject => ({ sizeBytes: bytes.length, body: once(bytes), close() {} });

/** Returns the items in an order that follows from the seed and the epoch alone. */
export function shuffled<T>(items: readonly T[], seed: number, epoch: number): T[] {
  // The seed of a job may have 64 bits, that of the generator has 32.
  const random = createRandom((seed % 2 ** 32) ^ Math.floor(seed / 2 ** 32) ^ Math.imul(epoch, 0x9e3779b1));
  const order = [...items];
  for (let last = order.length - 1; last > 0; last--) {
    const other = random.below(last + 1);
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}
