import { randomBytes } from "node:crypto";
import { availableParallelism, totalmem } from "node:os";
import type { Grant } from "../../aws/caller.ts";
import { systemClock } from "../../base/clock.ts";
import { createIds } from "../../base/ids.ts";
import { createRandom } from "../../base/random.ts";
import { createExecutors } from "../../executors/executors.ts";
import { createProcessExecutor } from "../../executors/process/process.ts";
import type { ServiceHost } from "../../frame/context.ts";
import { createKinds } from "../../frame/kinds.ts";
import { createMetricBuffer } from "../../frame/metric-buffer.ts";
import { createImageCatalogue } from "../../images/image-catalogue.ts";
import { removeRuns, stopRuns } from "../../runs/stop-runs.ts";
import { systemTimer } from "../../runs/timer.ts";
import { createFileJournalStore } from "../../stores/journals/files.ts";
import { openFilesystemObjectStore } from "../../stores/objects/filesystem.ts";
import { createResourceCache } from "../../stores/resources/cache.ts";
import { createSqliteResourceStore } from "../../stores/resources/sqlite.ts";
import { createWire } from "../../wire/create-wire.ts";
import type { Home } from "../home/home.ts";
import { relabel } from "../home/relabel.ts";
import { productNode, productRoot, productVersion } from "../process/product.ts";
import { createFollowers } from "../reconcile/followers.ts";
import { createReconcileEngine } from "../reconcile/reconcile.ts";
import { createUpkeep } from "../reconcile/upkeep.ts";
import { openAccessLog } from "../request/access-log.ts";
import { createAudit } from "../request/audit.ts";
import { createCallChain } from "../request/chain.ts";
import { createContextFactory } from "../request/context-factory.ts";
import { createHandlers } from "../request/handlers.ts";
import type { Settings } from "../settings/settings.ts";
import { killSwitch } from "./kill-at.setting.ts";
import { createParts } from "./part.ts";
import { type PartName, partList } from "./part-list.ts";
import type { Units } from "./units.ts";

/**
 * The fewest jobs that run at once: most of a small job's time is spent waiting for programs to start, so a small
 * machine runs a few more jobs than it has cores.
 */
const leastJobs = 4;
const leaseMilliseconds = 60_000;

/** What all parts are opened with. */
export interface Opening {
  readonly settings: Settings;
  readonly units: Units;
  readonly home: Home;
  /** Returns where the server listens, once it does. */
  readonly url: () => string;
  readonly report: (what: string, error: unknown) => void;
}

/** Opens the parts behind the operations. They are closed in the reverse order. */
export async function openParts({ settings, units, home, url, report }: Opening) {
  const clock = systemClock;
  const ids = createIds(clock, randomBytes);
  const stopping = new AbortController();
  const parts = createParts<PartName>(partList);
  const { add } = parts;

  const lease = setInterval(() => home.renewLease(clock.now()), leaseMilliseconds).unref();
  home.renewLease(clock.now());
  add("home", {
    close() {
      clearInterval(lease);
      home.lock.release();
    },
  });

  const logs = { access: openAccessLog(home.accessLogFile), service: openAccessLog(home.serviceLogFile) };
  add("access log", { close: () => logs.access.close() });
  add("service log", { close: () => logs.service.close() });

  const resources = createSqliteResourceStore({ path: home.resourcesFile, clock });
  add("resources", { close: () => resources.close() });
  const objects = openFilesystemObjectStore(home.objectsFolder, { clock, ids });
  add("objects", { clear: () => objects.clear(), close: () => objects.close() });
  const journals = createFileJournalStore({ folder: home.journalsFolder, clock });
  add("journals", { clear: () => journals.clear(), close: () => journals.close() });
  const cache = createResourceCache(resources);
  add("cache", { close: () => cache.close() });

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
  add("metrics", { clear: () => metrics.clear(), close: () => metrics.close() });

  const { addressFile, path, leaseFile, runsFolder: folder } = home;
  const place = { folder, home: path, lease: leaseFile, addressFile, productRoot, node: productNode };
  const executors = createExecutors([createProcessExecutor(place)], settings.executor);
  const host: ServiceHost = {
    clock,
    ids,
    random: createRandom(randomBytes(4).readUInt32LE()),
    settings: {
      ...settings,
      version: productVersion,
      endpoint: url,
      runSecret: home.runSecret,
      reached: killSwitch(settings.killAt),
    },
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
  const audit = createAudit(logs);
  const handlers = createHandlers(units.services);
  const call = createCallChain({ wire, handlers, audit });
  const contexts = createContextFactory({ host, call, stopping: stopping.signal });
  const contextFor = (
    { account, region }: { account: string; region: string },
    origin: string,
    grants?: readonly Grant[],
  ) => contexts.ofService({ account, region, requestId: ids.uuid(), origin, grants });

  await relabel(host, units.kinds);
  return { parts, host, wire, audit, handlers, contexts, contextFor, endWaiting: () => stopping.abort() };
}

/** Adds the parts that work by themselves. They begin once the server listens, and end before it stops listening. */
export function addWorkers(opening: Opening, opened: Awaited<ReturnType<typeof openParts>>): void {
  const { settings, units, report } = opening;
  const { parts, host, contextFor, endWaiting } = opened;
  const { add } = parts;
  const { resources, executors, clock, machine } = host;
  // A call that waits for a change would keep the server from closing.
  add("waiting calls", { close: endWaiting });
  add("executors", {
    clear: () => removeRuns(executors),
    close: async ({ endRuns }) => (endRuns ? await stopRuns(executors, report) : undefined),
  });

  const engine = createReconcileEngine({
    resources,
    executors,
    reconcilers: units.reconcilers,
    room: { cores: settings.jobs || Math.max(leastJobs, machine.cores), memoryBytes: machine.memoryBytes },
    contextFor,
    clock,
    report,
  });
  add("reconcilers", {
    start: () => engine.start(),
    // Without documents no further run begins once the reconciles under way have ended.
    async clear() {
      await resources.clear();
      await engine.settled();
    },
    close: () => engine.stop(),
  });

  const followers = createFollowers({ resources, followers: units.followers, contextFor, timer: systemTimer, report });
  add("followers", { start: () => followers.start(), close: () => followers.stop() });

  const upkeep = createUpkeep({ host, upkeep: units.upkeep, timer: systemTimer, report });
  add("upkeep", {
    start: () => upkeep.start(),
    clear: () => upkeep.settled(),
    close: () => upkeep.stop(),
  });
}
