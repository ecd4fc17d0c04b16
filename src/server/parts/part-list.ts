import { randomBytes } from "node:crypto";
import { availableParallelism, totalmem } from "node:os";
import { systemClock } from "../../base/clock.ts";
import { createIds } from "../../base/ids.ts";
import { createExecutors } from "../../executors/executors.ts";
import { createProcessExecutor } from "../../executors/process/process.ts";
import { createImageCatalogue } from "../../images/image-catalogue.ts";
import { removeRuns, stopRuns } from "../../runs/stop-runs.ts";
import { systemTimer } from "../../runs/timer.ts";
import { createFileJournalStore } from "../../stores/journals/files.ts";
import { openFilesystemObjectStore } from "../../stores/objects/filesystem.ts";
import { createResourceCache } from "../../stores/resources/cache.ts";
import { createSqliteResourceStore } from "../../stores/resources/sqlite.ts";
import { createNotices } from "../administration/notices.ts";
import { checkSandbox } from "../checkup/sandbox-advice.ts";
import { openHome } from "../home/home.ts";
import { keepLease } from "../home/lease.ts";
import { relabel } from "../home/relabel.ts";
import { closeServer } from "../http/listen.ts";
import { productNode, productRoot } from "../process/product.ts";
import { createFollowers } from "../reconcile/followers.ts";
import { createReconcileEngine } from "../reconcile/reconcile.ts";
import { roomForJobs } from "../reconcile/room-for-jobs.ts";
import { createUpkeep } from "../reconcile/upkeep.ts";
import { openAccessLog } from "../request/access-log.ts";
import type { Settings } from "../settings/settings.ts";
import { defineParts } from "./define-parts.ts";
import { openHost } from "./open-host.ts";
import { openHttp } from "./open-http.ts";
import { openOperations } from "./open-operations.ts";
import type { Units } from "./units.ts";

/** What a server is opened with. */
export interface Opening {
  readonly settings: Settings;
  readonly units: Units;
  readonly report: (what: string, error: unknown) => void;
  /** Writes a line into the server's log. */
  readonly tell: (words: string) => void;
  /** Clears every part. */
  readonly reset: () => Promise<void>;
  /** Stops the server. */
  readonly stop: () => void;
}

const storeChecks = () => import("../checkup/check-stores.ts");

/**
 * Every part of the server, once. Parts are opened and started in this order, cleared and closed in the reverse order.
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
    open: ({ home, clock }) => ({ lease: keepLease(home, clock) }),
    close: ({ lease }) => lease.end(),
  })
  .part({ name: "notices", open: ({ home }) => ({ notices: createNotices(home) }) })
  .part({
    name: "access log",
    open: ({ home }) => ({ accessLog: openAccessLog(home.accessLogFile) }),
    close: ({ accessLog }) => accessLog.close(),
  })
  .part({
    name: "service log",
    open: ({ home }) => ({ serviceLog: openAccessLog(home.serviceLogFile) }),
    close: ({ serviceLog }) => serviceLog.close(),
  })
  .part({
    name: "resources",
    open: ({ home, clock }) => ({ resources: createSqliteResourceStore({ path: home.resourcesFile, clock }) }),
    close: ({ resources }) => resources.close(),
    check: async (checkup) => (await storeChecks()).checkResources(checkup),
  })
  .part({
    name: "objects",
    open: ({ home, clock, ids }) => ({ objects: openFilesystemObjectStore(home.objectsFolder, { clock, ids }) }),
    clear: ({ objects }) => objects.clear(),
    close: ({ objects }) => objects.close(),
    check: async (checkup) => (await storeChecks()).checkObjects(checkup),
  })
  .part({
    name: "journals",
    open: ({ home, clock }) => ({ journals: createFileJournalStore({ folder: home.journalsFolder, clock }) }),
    clear: ({ journals }) => journals.clear(),
    close: ({ journals }) => journals.close(),
    check: async (checkup) => (await storeChecks()).checkJournals(checkup),
  })
  .part({
    name: "cache",
    open: ({ resources }) => ({ cache: createResourceCache(resources) }),
    close: ({ cache }) => cache.close(),
  })
  .part({
    name: "executors",
    open({ home, settings }) {
      const { addressFile, path, leaseFile, runsFolder: folder } = home;
      const place = { folder, home: path, lease: leaseFile, addressFile, productRoot, node: productNode };
      return { executors: createExecutors([createProcessExecutor(place)], settings.executor) };
    },
    check: async (checkup) => {
      const { checkMachine } = await import("../checkup/machine-advice.ts");
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
    name: "host",
    open: openHost,
    start: ({ host, units }) => relabel(host, units.kinds),
    close: ({ host }) => host.quarantine.close(),
  })
  .part({
    name: "metrics",
    open: ({ host }) => ({ metrics: host.metrics }),
    clear: ({ metrics }) => metrics.clear(),
    close: ({ metrics }) => metrics.close(),
  })
  .part({
    name: "http",
    open: openHttp,
    start: ({ beginToListen }) => beginToListen(),
    close: ({ httpServer }) => closeServer(httpServer),
    check: async (checkup) => (await import("../http/check-port.ts")).checkPort(checkup),
  })
  .part({
    name: "waiting calls",
    open: () => ({}),
    // A call that waits for a change would keep the server from closing.
    close: ({ endWaiting }) => endWaiting(),
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
      engine: createReconcileEngine({
        ...{ resources, executors, reconcilers: units.reconcilers, room: roomForJobs(machine, settings.jobs) },
        ...{ contextFor, clock, report, tell },
      }),
    }),
    start: ({ engine }) => engine.start(),
    // Without documents no further run begins once the reconciles under way have ended.
    async clear({ resources, engine }) {
      await resources.clear();
      await engine.settled();
    },
    close: ({ engine }) => engine.stop(),
  })
  .part({
    name: "followers",
    open: ({ units, resources, contextFor, timer, report }) => ({
      followers: createFollowers({ resources, followers: units.followers, contextFor, timer, report }),
    }),
    start: ({ followers }) => followers.start(),
    close: ({ followers }) => followers.stop(),
  })
  .part({
    name: "upkeep",
    open: ({ units, host, timer, report }) => ({
      upkeep: createUpkeep({ host, upkeep: units.upkeep, timer, report }),
    }),
    start: ({ upkeep }) => upkeep.start(),
    clear: ({ upkeep }) => upkeep.settled(),
    close: ({ upkeep }) => upkeep.stop(),
  });
