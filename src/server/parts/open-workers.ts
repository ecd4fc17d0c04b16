import type { MetricBufferOptions } from "../../frame/metric-buffer.ts";
import type { OnlineStore } from "../../frame/online-store.ts";
import type { SharedQuarantine } from "../../runs/quarantine.ts";
import type { JournalStore } from "../../stores/journals/port.ts";
import type { Home } from "../home/home.ts";
import type { Settings } from "../settings/settings.ts";
import { endLeftWorkers } from "../workers/left-workers.ts";
import { createWorkerPool, type WorkerPool } from "../workers/worker-pool.ts";
import { workerSocket } from "../workers/worker-socket.ts";

/** Makes the processes of the data plane, where the settings ask for more than this one. */
export function openWorkers(opened: {
  readonly settings: Settings;
  readonly home: Home;
  readonly quarantine: SharedQuarantine;
  readonly journals: JournalStore;
  readonly onlineStore: OnlineStore;
  readonly putMetrics: MetricBufferOptions["put"];
  readonly tell: (words: string) => void;
}): { readonly workers: WorkerPool | undefined } {
  const { settings, home, quarantine, journals, onlineStore, putMetrics, tell } = opened;
  endLeftWorkers(home.path);
  if (settings.workers === 1) return { workers: undefined };
  const { account, administratorKey, runSecret } = home;
  const { resourcesFile, onlineFile, runsFolder, threadsFolder, accessLogFile, outstandingFolder, connectorsFolder } =
    home;
  const workers = createWorkerPool({
    count: settings.workers,
    home: home.path,
    begin: {
      ...{ settings, account, administratorKey, runSecret, socketPath: workerSocket(home.path) },
      paths: {
        resourcesFile,
        onlineFile,
        runsFolder,
        threadsFolder,
        accessLogFile,
        outstandingFolder,
        connectorsFolder,
      },
    },
    tell,
    answer(request) {
      if (request.what === "journal") return journals.append(request.stream, request.entries, { sync: false });
      if (request.what === "record") return onlineStore.write(request.write);
      const { account, region, namespace, data } = request.metrics;
      return putMetrics(account, region, namespace, data);
    },
    quarantined: quarantine.heard,
    offlineWritten: onlineStore.offlineWritten,
  });
  quarantine.share(workers.quarantine);
  return { workers };
}
