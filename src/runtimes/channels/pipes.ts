import { rmSync } from "node:fs";
import type { ObjectClient } from "../object-client.ts";
import { ChannelFault } from "./channel-fault.ts";
import { makeFifo, openFifo, pour } from "./fifo.ts";
import { pipeBytes } from "./pipe-bytes.ts";
import { type PipedObjects, type PipeItems, pipeItems } from "./pipe-items.ts";

/** The pipes of a run's channels or inputs, which are written while its program runs. */
export interface Pipes {
  /** Aborts when a channel cannot be written on: the program is to be ended. */
  readonly broken: AbortSignal;
  /** Ends them, whatever the program has read; gives what broke one. */
  end(): Promise<ChannelFault | undefined>;
}

/**
 * Makes the pipes of what is in mode Pipe: `folder`/NAME_0 for the first epoch and, as soon as a program reads one,
 * the next. A pipe is removed when it has been written, and when its reader closes it before that.
 */
export async function openPipes(
  sources: readonly PipedObjects[],
  folder: string,
  objects: ObjectClient,
): Promise<Pipes> {
  const ending = new AbortController();
  const broken = new AbortController();
  let fault: unknown;
  const feeds: Promise<void>[] = [];
  const opened = await Promise.all(
    sources.map(async (source) => {
      const path = (epoch: number) => `${folder}/${source.name}_${epoch}`;
      const items = await pipeItems(source, objects);
      await makeFifo(path(0));
      return () => feed(source, items, path);
    }),
  );

  async function feed(
    { pipe: how, title }: PipedObjects,
    items: PipeItems,
    path: (epoch: number) => string,
  ): Promise<void> {
    const { signal } = ending;
    for (let epoch = 0; ; epoch++) {
      const pipe = await openFifo(path(epoch), signal);
      try {
        // Before the end of this one: a program opens the next at once.
        await makeFifo(path(epoch + 1));
        await pour(pipeBytes(items.epoch(epoch), how, title), pipe, signal);
        rmSync(path(epoch), { force: true });
      } catch (error) {
        if (signal.aborted) return void pipe.destroy();
        fault ??= error;
        broken.abort();
        // Its end would look like the end of the data.
        signal.addEventListener("abort", () => pipe.destroy());
        return;
      }
      pipe.destroy();
    }
  }

  for (const begin of opened)
    feeds.push(
      begin().catch((error) => {
        if (ending.signal.aborted) return;
        fault ??= error;
        broken.abort();
      }),
    );

  return {
    broken: broken.signal,
    async end() {
      ending.abort();
      await Promise.all(feeds);
      if (fault !== undefined && !(fault instanceof ChannelFault)) throw fault;
      return fault;
    },
  };
}
