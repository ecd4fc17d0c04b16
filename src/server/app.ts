import { randomUUID } from "node:crypto";
import type { Server } from "node:http";
import type { ServerControls } from "../fronts/front.ts";
import { createNotices } from "./administration/notices.ts";
import { whatRuns } from "./administration/what-runs.ts";
import { explainStartFailure } from "./home/explain-start-failure.ts";
import { type Home, openHome } from "./home/home.ts";
import { createHttpServer } from "./http/http.ts";
import { closeServer, listen } from "./http/listen.ts";
import { addWorkers, type Opening, openParts } from "./parts/parts.ts";
import { builtIn, type Units } from "./parts/units.ts";
import { boundRegexps } from "./process/bounded-regexps.ts";
import { productVersion } from "./process/product.ts";
import { administratorCaller, createAdministratorKeys } from "./request/administrator.ts";
import { createFrontDesk } from "./request/answer-front.ts";
import { createAuthenticator } from "./request/authenticate.ts";
import { createHttpChain } from "./request/chain.ts";
import { createRunKeys } from "./request/run-keys.ts";
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
 * Puts a server together: its home, its parts, the path of requests.
 * @throws StartFailure when the home cannot be opened or one of its databases is damaged
 */
export async function createApp(settings: Settings, units: Units = builtIn): Promise<App> {
  const home = openHome(settings.home, settings);
  try {
    return await compose(settings, units, home);
  } catch (error) {
    home.lock.release();
    throw explainStartFailure(error, home.path);
  }
}

async function compose(settings: Settings, units: Units, home: Home): Promise<App> {
  boundRegexps();
  let url = "";
  const notices = createNotices(home);
  const report = (what: string, error: unknown) => console.error(what, error);
  const opening: Opening = { settings, units, home, url: () => url, report };
  const opened = await openParts(opening);
  const { parts, host, wire, audit, handlers, contexts } = opened;
  const started = host.clock.now();
  const { account, administratorKey: key, runSecret } = home;
  const { region } = settings;

  const controls: ServerControls = {
    status: () => ({
      ...{ version: productVersion, url, home: home.path, account, region, pid: process.pid, started },
      memoryBytes: process.memoryUsage.rss(),
      warnings: notices.warnings(),
    }),
    running: () => whatRuns(host, { account, region }),
    reset: () => parts.clear(),
    stop: () => void setImmediate(() => close()),
  };
  const authenticator = createAuthenticator({
    sources: [
      createAdministratorKeys(key, administratorCaller(account, key.accessKeyId, settings.administrator)),
      createRunKeys({ account, runSecret, resources: host.resources }),
    ],
    clock: host.clock,
    defaultRegion: region,
  });
  const loaded = await Promise.all(units.fronts.map((load) => load()));
  const fronts = createFrontDesk({ fronts: loaded, authenticator, contexts, account, region, server: controls });
  const server: Server = createHttpServer(
    createHttpChain({ wire, authenticator, handlers, contexts, fronts, audit, newRequestId: randomUUID }),
  );
  parts.add("http", {
    async start() {
      const { host, port } = settings;
      const address = await listen(server, host, port);
      url = address.url;
      home.publishAddress(url);
      home.lock.publish({ pid: process.pid, started, host, port: address.port, url, version: productVersion });
    },
    close: () => closeServer(server),
  });
  addWorkers(opening, opened);

  async function start(): Promise<{ url: string }> {
    try {
      await parts.start();
      return { url };
    } catch (error) {
      // Runs that outlived the last server are not this one's to end: the next server that starts finds them.
      await close({ endRuns: false });
      throw explainStartFailure(error, home.path);
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
