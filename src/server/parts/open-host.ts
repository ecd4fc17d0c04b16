import { randomBytes } from "node:crypto";
import type { Caller, Grant } from "../../aws/caller.ts";
import { createEvenNumbers, createRandom } from "../../base/random.ts";
import type { ServiceHost } from "../../frame/context.ts";
import { createDerivations } from "../../frame/derivations.ts";
import { HandOn } from "../../frame/hand-on.ts";
import { createJournalBuffer } from "../../frame/journal-buffer.ts";
import { createKinds } from "../../frame/kinds.ts";
import { createMetricBuffer, type MetricBufferOptions } from "../../frame/metric-buffer.ts";
import { createConnections } from "../../runs/connections.ts";
import { createQuarantine } from "../../runs/quarantine.ts";
import { createSessions } from "../../runs/sessions.ts";
import type { Timer } from "../../runs/timer.ts";
import type { Home } from "../home/home.ts";
import { productVersion } from "../process/product.ts";
import { hostMetricGrants } from "../reconcile/host-metrics.ts";
import type { Admission } from "../request/admission.ts";
import { type CallOperation, createContextFactory } from "../request/context-factory.ts";
import type { Settings } from "../settings/settings.ts";
import { killSwitch } from "./kill-at.setting.ts";
import type { Units } from "./units.ts";

type Unchanged =
  | "clock"
  | "ids"
  | "resources"
  | "cache"
  | "objects"
  | "journals"
  | "records"
  | "onlineStore"
  | "queues"
  | "searchIndex"
  | "volumes"
  | "executors"
  | "images"
  | "outstanding"
  | "engines"
  | "standingWork"
  | "machine";

/** Assembles what every service may use, and the contexts of calls. */
export function openHost(
  opened: Pick<ServiceHost, Unchanged> & {
    readonly settings: Settings;
    readonly units: Pick<Units, "kinds">;
    readonly home: Pick<Home, "url" | "runSecret" | "connectorsFolder">;
    readonly timer: Timer;
    readonly call: CallOperation;
    readonly admission: Admission;
    readonly report: (what: string, error: unknown) => void;
    /** In a worker: what the control process does for it. */
    readonly control?: {
      readonly putMetrics: MetricBufferOptions["put"];
    };
  },
) {
  const { clock, ids, resources, cache, objects, journals, records, searchIndex, executors, images, machine } = opened;
  const { onlineStore, outstanding, engines, standingWork, queues, volumes } = opened;
  const { settings, home, timer, call, admission, report, control } = opened;

  const putMetrics: MetricBufferOptions["put"] = async (account, region, Namespace, data) => {
    const origin = `arn:aws:sagebrush:${region}:${account}:server`;
    const { call } = contextFor({ account, region }, origin, { grants: hostMetricGrants });
    await call("cloudwatch", "PutMetricData", { Namespace, MetricData: [...data] });
  };
  const metrics = createMetricBuffer({
    put: control?.putMetrics ?? putMetrics,
    ...{ gatherMilliseconds: 1000, timer, report },
  });
  const quarantine = createQuarantine(timer);
  const host: ServiceHost = {
    ...{
      clock,
      ids,
      resources,
      cache,
      objects,
      journals,
      records,
      onlineStore,
      queues,
      searchIndex,
      volumes,
      executors,
      images,
      machine,
      metrics,
      outstanding,
      engines,
      standingWork,
      quarantine,
    },
    lend: async (context, runId, wish) => {
      const { createLender } = await import("../request/lend-objects.ts");
      return createLender(host)(context.caller, context.call, wish, runId);
    },
    derivations: createDerivations(),
    journalBuffer: createJournalBuffer(journals),
    connections: createConnections(),
    controlOnly() {
      if (control) throw new HandOn();
    },
    sessions: createSessions(journals, clock),
    random: createRandom(randomBytes(4).readUInt32LE()),
    even: createEvenNumbers(Math.random()),
    settings: {
      ...settings,
      connectors: home.connectorsFolder,
      version: productVersion,
      endpoint: home.url,
      runSecret: home.runSecret,
      reached: killSwitch(settings.killAt),
    },
    kinds: createKinds(opened.units.kinds),
  };
  const contexts = createContextFactory({ host, call, stopping: admission.signal });
  const contextFor = (
    { account, region }: { account: string; region: string },
    origin: string,
    as: { readonly grants?: readonly Grant[]; readonly caller?: Caller } = {},
  ) => contexts.ofService({ account, region, requestId: ids.uuid(), origin, ...as });

  return { host, quarantine, contexts, contextFor, putMetrics };
}
