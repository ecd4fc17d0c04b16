import { randomBytes, randomUUID } from "node:crypto";
import { availableParallelism, totalmem } from "node:os";
import { systemClock } from "../base/clock.ts";
import { createIds } from "../base/ids.ts";
import { createRandom } from "../base/random.ts";
import { createExecutors } from "../executors/executors.ts";
import { createProcessExecutor } from "../executors/process/process.ts";
import type { ServiceHost } from "../frame/context.ts";
import type { ServedServices } from "../frame/define-operations.ts";
import type { ReconcilerEntry } from "../frame/define-reconciler.ts";
import { createKinds, type KindEntry } from "../frame/kinds.ts";
import { createMetricBuffer } from "../frame/metric-buffer.ts";
import type { Front, ServerControls } from "../fronts/front.ts";
import { fronts } from "../fronts/fronts.gen.ts";
import type { Image } from "../images/define-image.ts";
import { createImageCatalogue } from "../images/image-catalogue.ts";
import { images } from "../images/images.gen.ts";
import { removeRuns, stopRuns } from "../runs/stop-runs.ts";
import { systemTimer } from "../runs/timer.ts";
import { kinds } from "../services/kinds.gen.ts";
import { reconcilers } from "../services/reconcilers.gen.ts";
import { services } from "../services/services.gen.ts";
import { createFileJournalStore } from "../stores/journals/files.ts";
import { openFilesystemObjectStore } from "../stores/objects/filesystem.ts";
import { createResourceCache } from "../stores/resources/cache.ts";
import { createSqliteResourceStore } from "../stores/resources/sqlite.ts";
import { createWire } from "../wire/create-wire.ts";
import { boundRegexps } from "./bounded-regexps.ts";
import { explainStartFailure } from "./home/explain-start-failure.ts";
import { type Home, openHome } from "./home/home.ts";
import { createHttpServer } from "./http/http.ts";
import { listen } from "./http/listen.ts";
import { createNotices } from "./notices.ts";
import { productNode, productRoot, productVersion } from "./product.ts";
import { createReconcileEngine } from "./reconcile/reconcile.ts";
import { openAccessLog } from "./request/access-log.ts";
import { administratorCaller, createAdministratorKeys } from "./request/administrator.ts";
import { createFrontDesk } from "./request/answer-front.ts";
import { createAudit } from "./request/audit.ts";
import { createAuthenticator } from "./request/authenticate.ts";
import { createCallChain, createHttpChain } from "./request/chain.ts";
import { createContextFactory } from "./request/context-factory.ts";
import { createHandlers } from "./request/handlers.ts";
import { createRunKeys } from "./request/run-keys.ts";
import { serviceSettings } from "./service-settings.ts";
import type { Settings } from "./settings.ts";

/** The units of the product. Generated; an argument, so that a plug-in can add to them. */
export interface Units {
  readonly services: ServedServices;
  readonly kinds: readonly KindEntry[];
  readonly reconcilers: readonly ReconcilerEntry[];
  readonly images: readonly (() => Promise<Image>)[];
  readonly fronts: readonly (() => Promise<Front>)[];
}

const builtIn: Units = { services, kinds, reconcilers, images, fronts };

/** A server on its home. */
export interface App {
  /** Answers requests from now on. */
  start(): Promise<{ url: string }>;
  /** What the person who started it should know, a line each. */
  notices(): readonly string[];
  /** Stops all runs, then the server. Unfinished jobs begin a new attempt at the next start. */
  close(): Promise<void>;
  /** Resolves when the server has stopped, whoever asked for it. */
  readonly closed: Promise<void>;
}

const leaseMilliseconds = 60_000;
/** Most of a small job is waiting for its programs to start, so some more than there are cores do no harm. */
const leastJobs = 4;

/**
 * Puts a server together: home, stores, executor, services, request chain, reconcilers.
 * @throws StartFailure when the home cannot be had or a database of it is damaged
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
  const { account } = home;
  const clock = systemClock;
  const ids = createIds(clock, randomBytes);
  const started = clock.now();
  const notices = createNotices(home);
  const stopping = new AbortController();
  const report = (what: string, error: unknown) => console.error(what, error);
  let url = "";

  const resources = createSqliteResourceStore({ path: home.resourcesFile, clock });
  const cache = createResourceCache(resources);
  const objects = openFilesystemObjectStore(home.objectsFolder, { clock, ids });
  const journals = createFileJournalStore({ folder: home.journalsFolder, clock });
  const processExecutor = createProcessExecutor({
    folder: home.runsFolder,
    home: home.path,
    lease: home.leaseFile,
    addressFile: home.addressFile,
    productRoot,
    node: productNode,
  });
  const executors = createExecutors([processExecutor], settings.executor);
  const metrics = createMetricBuffer({
    async put(account, region, Namespace, data) {
      const origin = `arn:aws:sagebrush:${region}:${account}:server`;
      const { call } = contexts.ofService({ account, region, requestId: ids.uuid(), origin });
      await call("cloudwatch", "PutMetricData", { Namespace, MetricData: [...data] });
    },
    gatherMilliseconds: 1000,
    timer: systemTimer,
    report,
  });
  const host: ServiceHost = {
    clock,
    ids,
    random: createRandom(randomBytes(4).readUInt32LE()),
    settings: serviceSettings(settings, { home, endpoint: () => url }),
    resources,
    cache,
    objects,
    journals,
    executors,
    metrics,
    images: createImageCatalogue(await Promise.all(units.images.map((load) => load()))),
    kinds: createKinds(units.kinds),
    machine: { cores: availableParallelism(), memoryBytes: totalmem() },
  };

  const wire = createWire({
    version: productVersion,
    served: Object.fromEntries(Object.entries(units.services).map(([id, service]) => [id, Object.keys(service)])),
  });
  const logs = { access: openAccessLog(home.accessLogFile), service: openAccessLog(home.serviceLogFile) };
  const audit = createAudit(logs);
  const handlers = createHandlers(units.services);
  const call = createCallChain({ wire, handlers, audit });
  const contexts = createContextFactory({ host, call, stopping: stopping.signal });
  const engine = createReconcileEngine({
    resources,
    executors,
    reconcilers: units.reconcilers,
    room: { cores: settings.jobs || Math.max(leastJobs, availableParallelism()), memoryBytes: totalmem() },
    contextFor: ({ account, region }, origin) => contexts.ofService({ account, region, requestId: ids.uuid(), origin }),
    clock,
    report,
  });

  const controls: ServerControls = {
    status: () => ({
      version: productVersion,
      url,
      home: home.path,
      account,
      region: settings.region,
      pid: process.pid,
      started,
      memoryBytes: process.memoryUsage.rss(),
      warnings: notices.warnings(),
    }),
    async reset() {
      // In this order: without documents no run begins anew once those that just begin have, and without runs nothing is
      // written any more.
      await resources.clear();
      await engine.settled();
      await removeRuns(executors);
      metrics.clear();
      await Promise.all([objects.clear(), journals.clear()]);
    },
    stop: () => void setImmediate(() => close()),
  };
  const { administratorKey: key, runSecret } = home;
  const authenticator = createAuthenticator({
    sources: [
      createAdministratorKeys(key, administratorCaller(account, key.accessKeyId, settings.administrator)),
      createRunKeys({ account, runSecret, resources }),
    ],
    clock,
    defaultRegion: settings.region,
  });
  const fronts = createFrontDesk({
    fronts: await Promise.all(units.fronts.map((load) => load())),
    authenticator,
    contexts,
    account,
    region: settings.region,
    server: controls,
  });
  const server = createHttpServer(
    createHttpChain({ wire, authenticator, handlers, contexts, fronts, audit, newRequestId: randomUUID }),
  );

  const lease = setInterval(() => home.renewLease(clock.now()), leaseMilliseconds).unref();
  home.renewLease(started);

  async function start(): Promise<{ url: string }> {
    try {
      const address = await listen(server, settings.host, settings.port);
      url = address.url;
      home.publishAddress(url);
      home.lock.publish({
        pid: process.pid,
        started,
        host: settings.host,
        port: address.port,
        url,
        version: productVersion,
      });
      await engine.start();
      return { url };
    } catch (error) {
      // Runs that outlived the server before are none of this one's: the next that starts finds them.
      await close({ endRuns: false });
      throw explainStartFailure(error, home.path);
    }
  }

  let tellClosed: () => void;
  const closed = new Promise<void>((resolve) => {
    tellClosed = resolve;
  });
  let closing: Promise<void> | undefined;
  function close({ endRuns = true } = {}): Promise<void> {
    closing ??= shutDown(endRuns).finally(tellClosed);
    return closing;
  }

  /** In this order: nothing begins anew, runs end while they can still reach the server, then the stores. */
  async function shutDown(endRuns: boolean): Promise<void> {
    clearInterval(lease);
    await engine.stop();
    if (endRuns) await stopRuns(executors, report);
    stopping.abort();
    await new Promise<void>((resolve) => {
      // Not let go: a connection from which nothing is read any more keeps no process alive that waits for its end.
      const impatience = setTimeout(() => server.closeAllConnections(), 5_000);
      server.close(() => {
        clearTimeout(impatience);
        resolve();
      });
      server.closeIdleConnections();
    });
    await metrics.close();
    await cache.close();
    await Promise.all([resources.close(), objects.close(), journals.close()]);
    for (const log of Object.values(logs)) log.close();
    home.lock.release();
  }

  return { start, notices: notices.atStart, close: () => close(), closed };
}
