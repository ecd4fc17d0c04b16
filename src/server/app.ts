import { explainStartFailure } from "./home/explain-start-failure.ts";
import { partList } from "./parts/part-list.ts";
import { builtIn, type Units } from "./parts/units.ts";
import { boundRegexps } from "./process/bounded-regexps.ts";
import type { Settings } from "./settings/settings.ts";

/** A server and its home. */
export interface App {
  /** Begins to answer requests. */
  start(): Promise<{ url: string }>;
  /** What the person who started the server should know, one line each. */
  notices(): readonly string[];
  /** Stops all runs, then the server. Unfinished jobs begin a new attempt at the next start. */
  close(): Promise<void>;
  /** Resolves when the server has stopped, whoever stopped it. */
  readonly closed: Promise<void>;
}

/**
 * Opens the parts of a server.
 * @throws StartFailure when the home cannot be opened or one of its databases is damaged
 */
export async function createApp(settings: Settings, units: Units = builtIn): Promise<App> {
  boundRegexps();
  const parts = await partList
    .open({
      settings,
      units,
      report: (what, error) => console.error(what, error),
      tell: (words) => console.error(words),
      reset: (): Promise<void> => parts.clear(),
      stop: () => void close(),
    })
    .catch((error) => {
      throw explainStartFailure(error, settings.home);
    });
  const { home, notices } = parts.opened;

  async function start(): Promise<{ url: string }> {
    try {
      await parts.start();
      return { url: home.url() };
    } catch (error) {
      // Runs that outlived the last server are not this one's to end: the next server that starts finds them.
      await close({ endRuns: false });
      throw explainStartFailure(error, settings.home);
    }
  }

  const { promise: closed, resolve: tellClosed } = Promise.withResolvers<void>();
  let closing: Promise<void> | undefined;
  function close({ endRuns = true } = {}): Promise<void> {
    closing ??= parts.close({ endRuns }).finally(tellClosed);
    return closing;
  }

  return { start, notices: notices.atStart, close: () => close(), closed };
}
