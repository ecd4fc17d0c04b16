import { existsSync, rmSync, writeFileSync } from "node:fs";
import { Fault } from "../aws/faults.ts";
import { explainStartFailure } from "./home/explain-start-failure.ts";
import { type Opening, partList } from "./parts/part-list.ts";
import { builtIn, type Units } from "./parts/units.ts";
import { boundRegexps } from "./process/bounded-regexps.ts";
import { reportError } from "./process/report-error.ts";
import type { Settings } from "./settings/settings.ts";

/** A server and its home. */
export interface App {
  /** Begins to answer requests. */
  start(): Promise<{ url: string }>;
  /** Makes a link that signs a browser in to Studio as the administrator, once and for five minutes. */
  studioLink(): string;
  /** What the person who started the server should know, one line each. */
  notices(): readonly string[];
  /** Stops all runs, then the server. Unfinished jobs begin a new attempt at the next start. */
  close(): Promise<void>;
  /** Resolves when the server has stopped, whoever stopped it. */
  readonly closed: Promise<void>;
  /** Why the server has stopped, when nobody asked it to. */
  failure(): string | undefined;
}

/**
 * Opens the parts of a server.
 * @param environment the variables that say where Python is and how packages are reached
 * @throws StartFailure when the home cannot be opened or one of its databases is damaged
 */
export async function createApp(
  settings: Settings,
  units: Units = builtIn,
  environment: Opening["environment"] = {},
): Promise<App> {
  boundRegexps();
  let failure: string | undefined;
  /** The reset under way. */
  let resetting: Promise<void> | undefined;
  const parts = await partList
    .open({
      settings,
      units,
      environment,
      report: reportError,
      tell: (words) => console.error(words),
      reset: (): Promise<void> => {
        resetting ??= reset().finally(() => {
          resetting = undefined;
        });
        return resetting;
      },
      stop: () => void close(),
      lost(words) {
        failure = words;
        // Closing may fail: most files are already gone.
        close().catch(() => {});
      },
    })
    .catch((error) => {
      throw explainStartFailure(error, settings.home);
    });
  const { home, notices, studioLink } = parts.opened;

  async function reset(): Promise<void> {
    if (closing) throw new Fault("ServiceUnavailable", "Sagebrush is stopping.", { status: 503 });
    writeFileSync(home.resetFile, "");
    try {
      await parts.reset();
    } finally {
      rmSync(home.resetFile, { force: true });
    }
  }

  async function start(): Promise<{ url: string }> {
    try {
      if (existsSync(home.resetFile)) await parts.clear();
      rmSync(home.resetFile, { force: true });
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
    closing ??= Promise.resolve(resetting)
      .catch(() => {})
      .then(() => parts.close({ endRuns }))
      .finally(tellClosed);
    return closing;
  }

  return { start, studioLink, notices: notices.atStart, close: () => close(), closed, failure: () => failure };
}
