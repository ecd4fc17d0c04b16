import type { Caller } from "../aws/caller.ts";
import type { Clock } from "../base/clock.ts";
import type { Ids } from "../base/ids.ts";
import type { Lending, LendingWish } from "../base/lending.ts";
import type { EvenNumbers, Random } from "../base/random.ts";
import type { Executors } from "../executors/port.ts";
import type { ImageCatalogue } from "../images/define-image.ts";
import type { Connections } from "../runs/connections.ts";
import type { EnginePool } from "../runs/engine-pool.ts";
import type { Outstanding } from "../runs/outstanding.ts";
import type { Quarantine } from "../runs/quarantine.ts";
import type { Sessions } from "../runs/sessions.ts";
import type { StandingWork } from "../runs/standing-work.ts";
import type { JournalStore } from "../stores/journals/port.ts";
import type { ObjectStore } from "../stores/objects/port.ts";
import type { QueueStore } from "../stores/queues/port.ts";
import type { RecordStore } from "../stores/records/port.ts";
import type { ResourceCache, ResourceStore } from "../stores/resources/port.ts";
import type { SearchIndex } from "../stores/search/port.ts";
import type { VolumeStore } from "../stores/volumes/port.ts";
import type { Call } from "../wire/call.ts";
import type { Derivations } from "./derivations.ts";
import type { JournalBuffer } from "./journal-buffer.ts";
import type { Kinds } from "./kinds.ts";
import type { MetricBuffer } from "./metric-buffer.ts";
import type { OnlineStore } from "./online-store.ts";
import type { Decision, Permission } from "./permissions.ts";
import type { ServiceSettings } from "./service-settings.ts";

/** What every service may use, assembled once by the server. Services keep no state of their own. */
export interface ServiceHost {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: Random;
  /** For shares of traffic. */
  readonly even: EvenNumbers;
  readonly settings: ServiceSettings;
  readonly resources: ResourceStore;
  /** Handlers of the data plane read documents through this cache; they write none. */
  readonly cache: ResourceCache;
  readonly objects: ObjectStore;
  readonly journals: JournalStore;
  /** Appends to journals from the data plane. */
  readonly journalBuffer: JournalBuffer;
  readonly records: RecordStore;
  /** The online records of feature groups. In a process of the data plane a write may end the call by a HandOn. */
  readonly onlineStore: OnlineStore;
  /** Messages that wait to be taken. The control process alone has them. */
  readonly queues: QueueStore;
  readonly searchIndex: SearchIndex;
  /** The files of Studio's users and spaces. */
  readonly volumes: VolumeStore;
  readonly executors: Executors;
  /** Connections to servers in runs. */
  readonly connections: Connections;
  /** SQL engines that are up, and the queries under way. */
  readonly engines: EnginePool;
  /** Work that goes on beside requests: the queues of asynchronous endpoints. */
  readonly standingWork: StandingWork;
  /** Puts objects that the caller may get into the own folder of a run, as links to their bodies. */
  readonly lend: (context: Pick<Context, "caller" | "call">, runId: string, wish: LendingWish) => Promise<Lending>;
  /** Requests that servers in runs have not answered yet. */
  readonly outstanding: Outstanding;
  /** What handlers derive from documents of the cache. */
  readonly derivations: Derivations;
  /** Which server a session stays with. */
  readonly sessions: Sessions;
  /** Runs whose servers are to get no calls now. */
  readonly quarantine: Quarantine;
  /** Gathers the metrics that the product itself counts. */
  readonly metrics: MetricBuffer;
  readonly images: ImageCatalogue;
  readonly kinds: Kinds;
  /**
   * Returns in the process that owns the stores. In another process of the data plane it ends the call by a HandOn: the
   * request is answered by the control process. Called before anything is done that a second answer would repeat.
   */
  readonly controlOnly: () => void;
  /** The cores and memory of this machine. */
  readonly machine: { readonly cores: number; readonly memoryBytes: number };
}

/** One call of an operation, as its handler sees it. */
export interface Context extends ServiceHost {
  readonly caller: Caller;
  readonly account: string;
  readonly region: string;
  readonly requestId: string;
  /** The ARN of whoever began the work: the caller, or the document that the service acts for. */
  readonly origin: string;
  /** Aborts when the client goes away or the server stops. */
  readonly signal: AbortSignal;
  /** The headers of the HTTP request, names in lower case; empty for a call made in process. */
  readonly headers: Readonly<Record<string, string>>;
  /** Calls an operation in process as the same caller; the call is authorized and audited like any other. */
  readonly call: Call;
  /** Returns whether the caller has a permission. The request path asks for all but those that are `byHandler`. */
  decide(permission: Permission): Decision;
  /**
   * Returns the context of a role of this account, for what the role must allow, such as reading the data of a job that
   * names it.
   * @throws Fault AccessDenied for a role of another account, unless the setting `roles` is "any"
   */
  as(roleArn: string): Context;
  /**
   * Returns the context of the service itself, for its own work: log groups, metrics. `source`: the thing of an AWS service
   * that it acts for, which the policies of what it reaches may name.
   */
  asService(source?: Caller["source"]): Context;
}
