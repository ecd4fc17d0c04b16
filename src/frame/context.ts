import type { Caller } from "../aws/caller.ts";
import type { Clock } from "../base/clock.ts";
import type { Ids } from "../base/ids.ts";
import type { Random } from "../base/random.ts";
import type { Executor } from "../executors/port.ts";
import type { ImageCatalogue } from "../images/define-image.ts";
import type { JournalStore } from "../stores/journals/port.ts";
import type { ObjectStore } from "../stores/objects/port.ts";
import type { ResourceCache, ResourceStore } from "../stores/resources/port.ts";
import type { Call } from "../wire/call.ts";
import type { MetricBuffer } from "./metric-buffer.ts";
import type { ServiceSettings } from "./service-settings.ts";

/** What every service may use, put together once by the server. Services keep no state of their own. */
export interface ServiceHost {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: Random;
  readonly settings: ServiceSettings;
  readonly resources: ResourceStore;
  /** What the handlers of the data plane read documents by; they write none. */
  readonly cache: ResourceCache;
  readonly objects: ObjectStore;
  readonly journals: JournalStore;
  /** The metrics that the product itself counts. */
  readonly metrics: MetricBuffer;
  readonly executor: Executor;
  readonly images: ImageCatalogue;
}

/** One request, as its handler sees it. */
export interface Context extends ServiceHost {
  readonly caller: Caller;
  readonly account: string;
  readonly region: string;
  readonly requestId: string;
  /** Aborts when the client goes away or the server stops. */
  readonly signal: AbortSignal;
  /** Of the HTTP request, names in lower case; empty for a call made in process. */
  readonly headers: Readonly<Record<string, string>>;
  /** The operation a user would call, in process, as the same caller: authorized and audited like any other. */
  readonly call: Call;
  /** The same, as the service itself acting for this account and region (reconcilers, not handlers of user requests). */
  asService(): Context;
}
