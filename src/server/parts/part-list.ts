import { randomBytes } from "node:crypto";
import { statfs } from "node:fs/promises";
import { availableParallelism, totalmem } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../base/clock.ts";
import { createIds } from "../../base/ids.ts";
import { createEnvironments } from "../../environments/environments.ts";
import { createExecutors } from "../../executors/executors.ts";
import { createProcessExecutor } from "../../executors/process/process.ts";
import { createThreadExecutor } from "../../executors/thread/thread.ts";
import { createImageCatalogue } from "../../images/image-catalogue.ts";
import { createEnginePool } from "../../runs/engine-pool.ts";
import { createOutstanding } from "../../runs/outstanding.ts";
import { createSharedOutstanding } from "../../runs/shared-outstanding.ts";
import { createStandingWork } from "../../runs/standing-work.ts";
import { removeRuns, stopRuns } from "../../runs/stop-runs.ts";
import { systemTimer } from "../../runs/timer.ts";
import { createFileJournalStore } from "../../stores/journals/files.ts";
import { openFilesystemObjectStore } from "../../stores/objects/filesystem.ts";
import { createQueueStore } from "../../stores/queues/queue-store.ts";
import { createLmdbRecordStore } from "../../stores/records/lmdb.ts";
import { createSqliteRecordStore } from "../../stores/records/sqlite.ts";
import { createResourceCache } from "../../stores/resources/cache.ts";
import { createSqliteResourceStore } from "../../stores/resources/sqlite.ts";
import { createSqliteSearchIndex } from "../../stores/search/sqlite.ts";
import { createFilesystemVolumeStore } from "../../stores/volumes/filesystem.ts";
import { createNotices } from "../administration/notices.ts";
import { openHome } from "../home/home.ts";
import { keepReserve } from "../home/keep-reserve.ts";
import { keepLease } from "../home/lease.ts";
import { relabel } from "../home/relabel.ts";
import { watchHome } from "../home/watch-home.ts";
import { closeServer } from "../http/listen.ts";
import { relayName } from "../http/relay-socket.ts";
import { productNode, productRoot } from "../process/product.ts";
import { createConsumers } from "../reconcile/consumers.ts";
import { createFollowers } from "../reconcile/followers.ts";
import { createHostMetrics } from "../reconcile/host-metrics.ts";
import { createReconcileEngine } from "../reconcile/reconcile.ts";
import { roomForJobs } from "../reconcile/room-for-jobs.ts";
import { createUpkeep } from "../reconcile/upkeep.ts";
import { openAccessLog } from "../request/access-log.ts";
import { createAdmission } from "../request/admission.ts";
import type { Settings } from "../settings/settings.ts";
import { defineParts } from "./define-parts.ts";
import { openHost } from "./open-host.ts";
import { openHttp } from "./open-http.ts";
import { openOnlineStore } from "./open-online-store.ts";
import { openOperations } from "./open-operations.ts";
import { openWorkers } from "./open-workers.ts";
import { renewable, working } from "./renewable.ts";
import type { Units } from "./units.ts";

/** What a server is opened with. */
export interface Opening {
  readonly settings: Settings;
  readonly units: Units;
  /** The variables of the process, for those parts that start programs of the machine. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly report: (what: string, error: unknown) => void;
  /** Writes a line into the server's log. */
  readonly tell: (words: string) => void;
  /** Empties the home. */
  readonly reset: () => Promise<void>;
  /** Stops the server. */
  readonly stop: () => void;
  /** Stops the server, because its home is gone. */
  readonly lost: (words: string) => void;
}

const storeChecks = () => import("../checkup/check-stores.ts");

/**
 * Every part of the server, once. Parts are opened, started and resumed in this order; paused, cleared and closed in the reverse order.
 * The checks are imported when `sagebrush doctor` asks them, since a server needs none.
 */
export const partList = defineParts<Opening>()
  .part({
    name: "home",
    open: async ({ settings }) => ({ home: await openHome(settings.home, settings) }),
    close: ({ home }) => home.lock.release(),
    check: async (checkup) => {
      const { checkDisk, checkHome } = await import("../home/check-home.ts");
      const { checkUpgrade } = await import("../home/check-upgrade.ts");
      return [checkHome(checkup), checkUpgrade(checkup), await checkDisk(checkup)].flat();
    },
  })
  .part({
    name: "system",
    open: () => ({
      ...{ clock: systemClock, timer: systemTimer, ids: createIds(systemClock, randomBytes) },
      machine: { cores: availableParallelism(), memoryBytes: totalmem() },
    }),
  })
  .part({
    name: "lease",
    open: ({ home, clock, report }) => ({ lease: keepLease(home, clock, report) }),
    close: ({ lease }) => lease.end(),
  })
  .part({
    name: "reserve",
    open: ({ home }) => ({ reserve: keepReserve(home.reserveFile, console.error) }),
    start: ({ reserve }) => reserve.look(),
  })
  .part({
    name: "watch",
    open: ({ home, reserve, lost }) => ({ homeWatch: watchHome(home, lost, reserve.look) }),
    close: ({ homeWatch }) => homeWatch.end(),
  })
  .part({
    name: "notices",
    open: ({ home, settings, environment }) => ({ notices: createNotices(home, settings.host, environment) }),
  })
  .part({
    name: "access log",
    open: ({ home, settings }) => ({
      accessLog: openAccessLog(home.accessLogFile, {
        isHomeThere: home.lock.isThere,
        ...(settings.workers > 1 && { shared: "turns over" }),
      }),
    }),
    close: ({ accessLog }) => accessLog.close(),
  })
  .part({
    name: "service log",
    open: ({ home }) => ({ serviceLog: openAccessLog(home.serviceLogFile, { isHomeThere: home.lock.isThere }) }),
    close: ({ serviceLog }) => serviceLog.close(),
  })
  .part({
    name: "objects",
    open: ({ home, clock, ids, reserve }) => ({
      objects: openFilesystemObjectStore(home.objectsFolder, { clock, ids, reserve }),
    }),
    clear: ({ objects }) => objects.clear(),
    close: ({ objects }) => objects.close(),
    check: async (checkup) => (await storeChecks()).checkObjects(checkup),
  })
  .part({
    name: "journals",
    open: ({ home, clock, reserve }) => ({
      journals: createFileJournalStore({ folder: home.journalsFolder, clock, reserve }),
    }),
    clear: ({ journals }) => journals.clear(),
    close: ({ journals }) => journals.close(),
    check: async (checkup) => (await storeChecks()).checkJournals(checkup),
  })
  .part({
    name: "resources",
    open: ({ home, clock, reserve }) => ({
      resources: createSqliteResourceStore({ path: home.resourcesFile, clock, reserve }),
    }),
    clear: ({ resources }) => resources.clear(),
    close: ({ resources }) => resources.close(),
    check: async (checkup) => (await storeChecks()).checkResources(checkup),
  })
  .part({
    name: "records",
    open: ({ home, reserve }) => ({ records: createSqliteRecordStore({ path: home.recordsFile, reserve }) }),
    clear: ({ records }) => records.clear(),
    close: ({ records }) => records.close(),
    check: async (checkup) => (await storeChecks()).checkRecords(checkup),
  })
  .part({
    name: "online store",
    open: ({ home, settings, reserve }) =>
      openOnlineStore({ settings, path: home.onlineFile, runSecret: home.runSecret, reserve }),
    clear: ({ onlineRecords }) => onlineRecords.clear(),
    close: ({ onlineRecords }) => onlineRecords.close(),
  })
  .part({
    name: "queues",
    open: ({ home, clock, timer, reserve }) => {
      const messages = createLmdbRecordStore({ path: home.queuesFile, reserve });
      return { messages, queues: createQueueStore({ records: messages, clock, timer }) };
    },
    clear: ({ queues }) => queues.clear(),
    async close({ queues, messages }) {
      await queues.close();
      await messages.close();
    },
  })
  .part({
    name: "search index",
    open: ({ home, reserve }) => ({ searchIndex: createSqliteSearchIndex({ path: home.searchFile, reserve }) }),
    clear: ({ searchIndex }) => searchIndex.clear(),
    close: ({ searchIndex }) => searchIndex.close(),
  })
  .part({
    name: "volumes",
    open: ({ home }) => ({ volumes: createFilesystemVolumeStore(home.volumesFolder) }),
    clear: ({ volumes }) => volumes.clear(),
  })
  .part({
    name: "cache",
    open: ({ resources }) => ({ cache: createResourceCache(resources) }),
    close: ({ cache }) => cache.close(),
  })
  .part({
    name: "environments",
    open: ({ home, settings, environment }) => ({
      environments: createEnvironments({
        folder: settings.environments || home.environmentsFolder,
        wheels: settings.wheels,
        environment,
      }),
    }),
    check: async (checkup) => {
      const { checkPython } = await import("../checkup/python-advice.ts");
      const { checkJava } = await import("../checkup/java-advice.ts");
      return [await checkPython(checkup), checkJava(checkup)].flat();
    },
  })
  .part({
    name: "executors",
    open({ home, settings, environment, environments: pythons }) {
      const { addressFile, path, leaseFile, relayFolder, runsFolder: folder, threadsFolder } = home;
      const log = { bytesPerSecond: settings.logRate * 1024, bytes: settings.logSize * 1024 ** 2 };
      const place = { folder, home: path, lease: leaseFile, addressFile, productRoot, node: productNode, log, pythons };
      const local = createProcessExecutor({
        ...{ ...place, relay: join(relayFolder, relayName), path: environment.PATH },
      });
      const threads = createThreadExecutor({ ...place, folder: threadsFolder, bySockets: settings.workers > 1 });
      return { threads, executors: createExecutors([local, threads], settings.executor) };
    },
    close: ({ threads }) => threads.close(),
    check: async (checkup) => {
      const { checkMachine } = await import("../checkup/machine-advice.ts");
      const { checkSandbox } = await import("../checkup/check-sandbox.ts");
      return [checkMachine(checkup), checkSandbox(checkup)].flat();
    },
  })
  .part({
    name: "images",
    open: async ({ units }) => ({
      images: createImageCatalogue(await Promise.all(units.images.map((load) => load()))),
    }),
  })
  .part({ name: "operations", open: openOperations })
  .part({
    name: "admission",
    open: ({ timer }) => ({ admission: createAdmission(timer) }),
    pause: ({ admission }) => admission.pause(),
    resume: ({ admission }) => admission.resume(),
  })
  .part({
    name: "outstanding requests",
    open: ({ home, settings: { workers } }) =>
      workers === 1
        ? { outstanding: createOutstanding() }
        : { outstanding: createSharedOutstanding(home.outstandingFolder, workers, workers + 1) },
  })
  .part({
    name: "query engines",
    open: ({ clock, report }) => ({ engines: createEnginePool({ now: clock.now, report }) }),
    clear: ({ engines }) => engines.close(),
    close: ({ engines }) => engines.close(),
  })
  .part({ name: "standing work", open: ({ report }) => ({ standingWork: createStandingWork({ report }) }) })
  .part({
    name: "host",
    open: openHost,
    start: ({ host, units }) => relabel(host, units.kinds),
    close({ host }) {
      host.quarantine.close();
      host.connections.destroy();
    },
  })
  .part({
    name: "metrics",
    open: ({ host }) => ({ metrics: host.metrics }),
    clear: ({ metrics }) => metrics.clear(),
    close: ({ metrics }) => metrics.close(),
  })
  // It ends before what it uses: connections to model servers, metrics.
  .part({
    name: "work under way",
    open: () => ({}),
    clear: ({ standingWork }) => standingWork.close(),
    close: ({ standingWork }) => standingWork.close(),
  })
  .part({
    name: "workers",
    open: openWorkers,
    pause: ({ workers }) => workers?.pause(),
    resume: ({ workers }) => workers?.resume(),
  })
  .part({
    name: "http",
    open: openHttp,
    start: ({ beginToListen }) => beginToListen(),
    // The workers end first: what they hand on is answered until then.
    async close({ httpServer, live, workers }) {
      live.close();
      await workers?.close();
      await closeServer(httpServer);
    },
    check: async (checkup) => (await import("../http/check-port.ts")).checkPort(checkup),
  })
  .part({
    name: "waiting calls",
    open: () => ({}),
    // A call that waits for a change would keep the server from closing.
    close: ({ admission }) => admission.end(),
  })
  .part({
    name: "runs",
    open: () => ({}),
    clear: ({ executors }) => removeRuns(executors),
    close: async ({ executors, report }, { endRuns }) => (endRuns ? await stopRuns(executors, report) : undefined),
  })
  // The rest works by itself: it begins once the server listens, and ends before the server stops listening.
  .part({
    name: "reconcilers",
    open: ({ units, resources, executors, contextFor, clock, settings, machine, report, tell }) => ({
      engine: renewable(() =>
        createReconcileEngine({
          ...{ resources, executors, reconcilers: units.reconcilers, room: roomForJobs(machine, settings.jobs) },
          ...{ contextFor, clock, report, tell },
        }),
      ),
    }),
    ...working("engine"),
  })
  .part({
    name: "followers",
    open: ({ units, resources, contextFor, timer, report }) => ({
      followers: renewable(() => createFollowers({ resources, followers: units.followers, contextFor, timer, report })),
    }),
    ...working("followers"),
  })
  .part({
    name: "consumers",
    open: ({ units, queues, contextFor, clock, timer, report }) => ({
      consumers: renewable(() =>
        createConsumers({ queues, consumers: units.consumers, contextFor, clock, timer, report }),
      ),
    }),
    ...working("consumers"),
  })
  .part({
    name: "upkeep",
    open: ({ units, host, timer, report }) => ({
      upkeep: renewable(() => createUpkeep({ host, upkeep: units.upkeep, timer, report })),
    }),
    ...working("upkeep"),
  })
  .part({
    name: "host metrics",
    open: ({ executors, resources, machine, host, home, clock, timer, report }) => ({
      hostMetrics: renewable(() =>
        createHostMetrics({
          ...{ executors, resources, machine, metrics: host.metrics, clock, timer, report },
          diskBytes: async () => {
            const { blocks, bsize } = await statfs(home.path);
            return blocks * bsize;
          },
        }),
      ),
    }),
    ...working("hostMetrics"),
  });
