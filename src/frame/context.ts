import type { Caller } from "../aws/caller.ts";
import type { Clock } from "../base/clock.ts";
import type { Ids } from "../base/ids.ts";
import type { Random } from "../base/random.ts";
import type { Executors } from "../executors/port.ts";
import type { ImageCatalogue } from "../images/define-image.ts";
import type { JournalStore } from "../stores/journals/port.ts";
import type { ObjectStore } from "../stores/objects/port.ts";
import type { ResourceCache, ResourceStore } from "../stores/resources/port.ts";
import type { Call } from "../wire/call.ts";
import type { Kinds } from "./kinds.ts";
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
  readonly executors: Executors;
  /** The metrics that the product itself counts. */
  readonly metrics: MetricBuffer;
  readonly images: ImageCatalogue;
  readonly kinds: Kinds;
  /** What the machine has. */
  readonly machine: { readonly cores: number; readonly memoryBytes: number };
}

/** One request, as its handler sees it. */
export interface Context extends ServiceHost {
  readonly caller: Caller;
  readonly account: string;
  readonly region: string;
  readonly requestId: string;
  /** What began the work: the ARN of the caller, or of the document that the service acts for. */
  readonly origin: string;
  /** Aborts when the client goes away or the server stops. */
  readonly signal: AbortSignal;
  /** Of the HTTP request, names in lower case; empty for a call made in process. */
  readonly headers: Readonly<Record<string, string>>;
  /** The operation that a user would call, in process, as the same caller: authorized and audited like any other. */
  readonly call: Call;
  /**
   * The context of a role of this account, for what that role must allow: reading the data of a job that names it.
   * @throws Fault AccessDenied for a role of another account, unless the setting `roles` is "any"
   */
  as(roleArn: string): Context;
  /** The context of the service itself, for what is its own work and no user's: log groups, metrics. */
  asService(): Context;
}
