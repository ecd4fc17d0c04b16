import type { MetricDatum } from "../../frame/metric-buffer.ts";
import type { OnlineWrite } from "../../frame/online-write.ts";
import type { NewEntry } from "../../stores/journals/port.ts";
import type { AccessKey } from "../home/keys.ts";
import type { Settings } from "../settings/settings.ts";

/** What a worker needs of the home and its server. It goes over the channel, because it holds secrets. */
export interface WorkerStart {
  readonly settings: Settings;
  readonly account: string;
  readonly administratorKey: AccessKey;
  readonly runSecret: string;
  readonly paths: {
    readonly resourcesFile: string;
    readonly onlineFile: string;
    readonly runsFolder: string;
    readonly threadsFolder: string;
    readonly accessLogFile: string;
    readonly outstandingFolder: string;
    readonly connectorsFolder: string;
  };
  /** Its place among the workers: 0, 1, ... The control process comes after the last. */
  readonly place: number;
  /** Where the control process takes what is handed on. */
  readonly socketPath: string;
}

/** What the control process tells a worker. With "connection" comes a client's connection. */
export type ToWorker =
  | { readonly type: "start"; readonly start: WorkerStart }
  | { readonly type: "address"; readonly url: string }
  | { readonly type: "connection" }
  /** The worker answers by its figures: it works. */
  | { readonly type: "look" }
  /** Another process keeps calls from a run, or no longer does. */
  | { readonly type: "quarantine"; readonly runId: string; readonly kept: boolean }
  /** The request of that number is done, or why it cannot be. */
  | { readonly type: "done"; readonly number: number; readonly problem?: Problem; readonly result?: unknown }
  /** All requests are handed on, until "resume". The worker says "paused" when it has answered those under way. */
  | { readonly type: "pause" }
  | { readonly type: "resume" }
  /** The worker answers what is under way, gives its metrics and ends. */
  | { readonly type: "close" };

export type FromWorker =
  | { readonly type: "ready" }
  | { readonly type: "figures"; readonly figures: WorkerFigures }
  /** The worker has the connection that came last. */
  | { readonly type: "taken" }
  /** How many connections have ended since it began. */
  | { readonly type: "ended"; readonly connections: number }
  | { readonly type: "quarantine"; readonly runId: string; readonly kept: boolean }
  /** The worker has written to the journal of a feature group by itself. */
  | { readonly type: "offline written"; readonly group: string }
  /** The control process answers by "done". */
  | { readonly type: "request"; readonly number: number; readonly request: WorkerRequest }
  | { readonly type: "paused" };

/** What the control process writes for a worker, because it alone writes. */
export type WorkerRequest =
  | { readonly what: "metrics"; readonly metrics: WorkerMetrics }
  | { readonly what: "journal"; readonly stream: string; readonly entries: readonly NewEntry[] }
  | { readonly what: "record"; readonly write: OnlineWrite };

/** An error on its way from one process to the other; `status` is that of a fault. */
export interface Problem {
  readonly code?: string;
  readonly message: string;
  readonly status?: number;
}

export interface WorkerFigures {
  readonly memoryBytes: number;
  /** Requests since it began: all, and those of them that were handed on. */
  readonly requests: number;
  readonly handedOn: number;
}

export interface WorkerMetrics {
  readonly account: string;
  readonly region: string;
  readonly namespace: string;
  readonly data: readonly MetricDatum[];
}
