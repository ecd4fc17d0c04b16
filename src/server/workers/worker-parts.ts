import { randomBytes, randomUUID } from "node:crypto";
import { availableParallelism, totalmem } from "node:os";
import { systemClock } from "../../base/clock.ts";
import { createIds } from "../../base/ids.ts";
import { createRunReach } from "../../executors/process/run-reach.ts";
import { createSharedOutstanding } from "../../runs/shared-outstanding.ts";
import { systemTimer } from "../../runs/timer.ts";
import { dataPlane } from "../../services/data-plane.gen.ts";
import { kinds } from "../../services/kinds.gen.ts";
import { openSqliteResourceView } from "../../stores/resources/sqlite-view.ts";
import { createHttpServer, type RawExchange } from "../http/http.ts";
import { defineParts } from "../parts/define-parts.ts";
import { openHost } from "../parts/open-host.ts";
import { openOnlineStore } from "../parts/open-online-store.ts";
import { openOperations } from "../parts/open-operations.ts";
import { openAccessLog } from "../request/access-log.ts";
import { administratorCaller, createAdministratorKeys } from "../request/administrator.ts";
import { createAdmission } from "../request/admission.ts";
import { createAuthenticator } from "../request/authenticate.ts";
import { createHttpChain } from "../request/chain.ts";
import { createRunKeys } from "../request/run-keys.ts";
import { absent, absentJournals } from "./absent.ts";
import type { ControlChannel } from "./control-channel.ts";
import { createHandOn } from "./hand-on.ts";
import { createTraffic } from "./traffic.ts";
import type { WorkerStart } from "./worker-messages.ts";

/** What a worker is opened with. */
export interface WorkerOpening {
  readonly begin: WorkerStart;
  readonly channel: ControlChannel;
  readonly report: (what: string, error: unknown) => void;
}

/** Every part of a worker, once, as part-list.ts has those of a server. What a worker does not have is absent. */
export const workerParts = defineParts<WorkerOpening>()
  .part({
    name: "system",
    open: () => ({
      ...{ clock: systemClock, timer: systemTimer, ids: createIds(systemClock, randomBytes) },
      machine: { cores: availableParallelism(), memoryBytes: totalmem() },
    }),
  })
  .part({
    name: "access log",
    open: ({ begin }) => ({ accessLog: openAccessLog(begin.paths.accessLogFile, { shared: "follows" }) }),
    close: ({ accessLog }) => accessLog.close(),
  })
  .part({
    name: "resources",
    open: ({ begin }) => openSqliteResourceView(begin.paths.resourcesFile),
    close: ({ resources }) => resources.close(),
  })
  .part({
    name: "online store",
    open: ({ begin: { settings, paths, runSecret }, channel }) =>
      openOnlineStore({
        ...{ settings, path: paths.onlineFile, runSecret },
        ...{ writeRecord: channel.writeRecord, offlineWritten: channel.offlineWritten },
      }),
    close: ({ onlineRecords }) => onlineRecords.close(),
  })
  .part({
    name: "what only the control process has",
    open: ({ begin, channel }) => ({
      ...{ objects: absent("objects"), records: absent("records"), images: absent("images") },
      searchIndex: absent("search index"),
      volumes: absent("volumes"),
      queues: absent("queues"),
      journals: { ...absentJournals, append: channel.append },
      executors: createRunReach({ process: begin.paths.runsFolder, thread: begin.paths.threadsFolder }),
    }),
  })
  .part({
    name: "operations",
    open: ({ begin: { settings }, accessLog }) =>
      openOperations({ units: { services: dataPlane }, settings, accessLog, serviceLog: accessLog }),
  })
  .part({
    name: "outstanding requests",
    open: ({ begin: { paths, place, settings } }) => ({
      outstanding: createSharedOutstanding(paths.outstandingFolder, place, settings.workers + 1),
    }),
    close: ({ outstanding }) => outstanding.close(),
  })
  // Queries are the control process's.
  .part({ name: "query engines", open: () => ({ engines: absent("query engines") }) })
  .part({ name: "standing work", open: () => ({ standingWork: absent("standing work") }) })
  .part({ name: "admission", open: ({ timer }) => ({ admission: createAdmission(timer) }) })
  .part({
    name: "host",
    open: ({ begin: { paths, settings, runSecret }, channel, ...opened }) => {
      const { connectorsFolder } = paths;
      const home = { url: channel.url, runSecret, connectorsFolder };
      return openHost({ ...opened, ...{ settings, units: { kinds }, home, control: channel } });
    },
    close({ host }) {
      host.quarantine.close();
      host.connections.destroy();
    },
  })
  .part({ name: "metrics", open: () => ({}), close: ({ host }) => host.metrics.close() })
  .part({
    name: "http",
    open({ begin, host, wire, handlers, contexts, audit, admission }) {
      const { account, administratorKey: key, runSecret, settings, socketPath } = begin;
      const authenticator = createAuthenticator({
        sources: [
          createAdministratorKeys(key, administratorCaller(account, key.accessKeyId, settings.administrator)),
          createRunKeys({ account, runSecret, resources: host.resources, roles: settings.roles }),
        ],
        clock: host.clock,
        defaultRegion: settings.region,
      });
      const fronts = { find: () => undefined, answer: absent("fronts"), upgrade: absent("fronts") };
      const chain = createHttpChain({
        ...{ wire, authenticator, handlers, contexts, fronts, audit, admission, newRequestId: randomUUID },
        handsOn: true,
      });
      const handOn = createHandOn(socketPath);
      const counters = { requests: 0, handedOn: 0 };
      const traffic = createTraffic({ wire, served: dataPlane, admission, counters });
      const elsewhere = {
        takes: traffic.takes,
        handOn(exchange: RawExchange) {
          counters.handedOn++;
          return handOn.handOn(exchange);
        },
        upgrade: handOn.upgrade,
      };
      const httpServer = createHttpServer(chain, { elsewhere });
      return { httpServer, handOn, counters, traffic };
    },
    // What node:http watches of connections begins with this event; a worker gets its connections from elsewhere.
    start: ({ httpServer }) => void httpServer.emit("listening"),
    close({ httpServer, handOn }) {
      httpServer.closeAllConnections();
      handOn.close();
    },
  });
