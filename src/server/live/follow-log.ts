import { pause, type Timer } from "../../runs/timer.ts";
import type { JournalStore } from "../../stores/journals/port.ts";
import type { ResourceKey, ResourceStore } from "../../stores/resources/port.ts";
import type { LivePageOptions } from "./live-page.ts";

/** How long a log that grows all the time is left alone after the page was told. */
const restMilliseconds = 100;

/** Makes what follows log streams. One that is not there yet is followed from when it is made. */
export function createLogFollower(options: {
  readonly resources: Pick<ResourceStore, "get" | "watch">;
  readonly journals: Pick<JournalStore, "summary" | "wait">;
  readonly timer: Timer;
  readonly report: (what: string, error: unknown) => void;
}): LivePageOptions["followLog"] {
  const { resources, journals, timer, report } = options;

  async function follow(...[{ group, stream }, place, grown, signal]: Parameters<LivePageOptions["followLog"]>) {
    // Of a service, so loaded when a page follows the first log.
    const { journalOf, logStreamKind, streamKey } = await import("../../services/platform/logs/log-documents.ts");
    const key = streamKey(place, group, stream);
    let told = 0;
    let journal = "";
    while (!signal.aborted) {
      // Asked before the document is read: a stream that is made in between wakes it.
      const change = changed(resources, key, signal);
      const document = await resources.get(key);
      if (document === undefined) {
        await change.happens;
        continue;
      }
      change.forget();
      const named = journalOf(logStreamKind.read(document) as Parameters<typeof journalOf>[0]);
      if (named !== journal) told = 0;
      journal = named;
      const next = (await journals.summary(journal))?.next ?? 0;
      if (next > told) grown(next);
      told = next;
      await pause(timer, restMilliseconds, signal);
      await journals.wait(journal, told, signal);
    }
  }

  return (...log) => {
    follow(...log).catch((error) => report("A log could not be followed for a page of Studio", error));
  };
}

function changed(resources: Pick<ResourceStore, "watch">, key: ResourceKey, signal: AbortSignal) {
  const { promise: happens, resolve } = Promise.withResolvers<void>();
  const end = resources.watch([key], resolve);
  signal.addEventListener("abort", () => resolve());
  const forget = () => {
    end();
    resolve();
  };
  return { happens: happens.finally(end), forget };
}
