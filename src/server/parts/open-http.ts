import { randomUUID } from "node:crypto";
import type { ServiceHost } from "../../frame/context.ts";
import type { Timer } from "../../runs/timer.ts";
import type { DiskReserve } from "../../stores/disk-reserve.ts";
import { createHostNames } from "../../wire/host-names.ts";
import type { Wire } from "../../wire/wire.ts";
import type { Notices } from "../administration/notices.ts";
import { createServerControls } from "../administration/server-controls.ts";
import type { Home } from "../home/home.ts";
import { inReserve } from "../home/keep-reserve.ts";
import { createHttpServer } from "../http/http.ts";
import { listen } from "../http/listen.ts";
import { listenForRuns, relayName } from "../http/relay-socket.ts";
import { createLiveHub } from "../live/live-hub.ts";
import { productVersion } from "../process/product.ts";
import { administratorCaller, createAdministratorKeys } from "../request/administrator.ts";
import type { Admission } from "../request/admission.ts";
import { createFrontDesk } from "../request/answer-front.ts";
import type { Audit } from "../request/audit.ts";
import { createAuthenticator } from "../request/authenticate.ts";
import { authorize } from "../request/authorize.ts";
import { createHttpChain } from "../request/chain.ts";
import type { ContextFactory } from "../request/context-factory.ts";
import { createFrontGuard } from "../request/guard-front.ts";
import type { Handlers } from "../request/handlers.ts";
import { createRunKeys } from "../request/run-keys.ts";
import { createUpgrades } from "../request/upgrades.ts";
import { createStudioSessions } from "../sessions/studio-sessions.ts";
import type { Settings } from "../settings/settings.ts";
import { readHandedOn } from "../workers/handed-on.ts";
import type { WorkerPool } from "../workers/worker-pool.ts";
import { listenForWorkers } from "../workers/worker-socket.ts";
import type { Units } from "./units.ts";

/** Puts the path of requests together: who may send them, the fronts, the operations. */
export async function openHttp(opened: {
  readonly settings: Settings;
  readonly units: Pick<Units, "fronts" | "keySources">;
  readonly home: Home;
  readonly reserve: DiskReserve;
  readonly notices: Notices;
  readonly host: ServiceHost;
  readonly wire: Wire;
  readonly audit: Audit;
  readonly admission: Admission;
  readonly handlers: Handlers;
  readonly contexts: ContextFactory;
  readonly workers: WorkerPool | undefined;
  readonly timer: Timer;
  readonly report: (what: string, error: unknown) => void;
  readonly reset: () => Promise<void>;
  readonly stop: () => void;
  readonly environment: Readonly<Record<string, string | undefined>>;
}) {
  const { settings, units, home, reserve, notices, host, wire, audit, admission, handlers, contexts, workers } = opened;
  const { environment, timer, report, reset, stop } = opened;
  const { account, administratorKey: key, runSecret } = home;
  const { region } = settings;
  const started = host.clock.now();
  const sources = [
    createAdministratorKeys(key, administratorCaller(account, key.accessKeyId, settings.administrator)),
    createRunKeys({ account, runSecret, resources: host.resources, roles: settings.roles }),
    ...units.keySources,
  ];
  const authenticator = createAuthenticator({ sources, clock: host.clock, defaultRegion: region });
  // Behind a proxy with TLS, browsers know the server by the name that the proxy has.
  const [publicName] = settings.trustedProxy === "" ? [] : settings.hostName.split(",");
  const address = () => (publicName ? `https://${publicName.trim()}` : home.url());
  const sessions = createStudioSessions({
    ...{ host, account, region, sources, address, administratorKeyId: key.accessKeyId },
  });
  const live = createLiveHub({
    ...{ host, sessions, timer, report },
    async mayCall({ caller }, region, service, name, input) {
      const operation = await wire.operation(service, name);
      authorize(caller, operation, (await handlers(operation)).permissions, input, region);
    },
  });
  const server = createServerControls({
    ...{ home, notices, host, workers, region, sessions, live: live.open, started, reset, stop, environment },
  });
  const names = createHostNames(`${settings.hostName},${settings.host}`);
  const fronts = createFrontDesk({
    fronts: await Promise.all(units.fronts.map((load) => load())),
    ...{ names, guard: createFrontGuard(names, settings.trustedProxy) },
    ...{ authenticator, contexts, account, region, sessions, server },
  });
  const newRequestId = randomUUID;
  const httpServer = createHttpServer(
    createHttpChain({ wire, authenticator, handlers, contexts, fronts, audit, admission, newRequestId }),
    {
      upgrades: createUpgrades({ fronts, audit, newRequestId }),
      ...(workers && { handedOn: readHandedOn }),
    },
  );

  async function beginToListen(): Promise<void> {
    const { host, port: wanted } = settings;
    if (workers) {
      await listenForWorkers(httpServer, home.path);
      await workers.start();
    }
    const { url, port } = await listen(workers?.server ?? httpServer, host, wanted);
    workers?.publish(url);
    const relay = await listenForRuns(home.relayFolder, relayName, url);
    httpServer.once("close", () => relay.close());
    // A server that starts on a full disk is what can empty it.
    inReserve(reserve, () => {
      home.publishAddress(url);
      home.lock.publish({ pid: process.pid, started, host, port, url, version: productVersion });
    });
  }

  return { httpServer, live, beginToListen, studioLink: sessions.makeLink };
}
