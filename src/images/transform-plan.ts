import type { PlannedObjects } from "./objects-plan.ts";

/**
 * The instructions of the program that stages a batch transform on one host, beside those of its model servers
 * (`serving-plan.ts`). The plan is in `transformPlanFile` below /opt/ml and holds no secret.
 */
export interface TransformPlan {
  readonly input: PlannedObjects;
  /** Which objects are this host's; absent where there is one host. */
  readonly share?: KeyShare;
  readonly contentType?: string;
  readonly accept?: string;
  readonly gzip: boolean;
  readonly split: SplitType;
  /** Whether each record of the output is a line. */
  readonly lines: boolean;
  readonly output: { readonly bucket: string; readonly prefix: string };
  /** What the request says; the model server may say the rest. */
  readonly strategy?: BatchStrategy;
  readonly payloadMegabytes?: number;
  readonly concurrent?: number;
  readonly answerSeconds: number;
  readonly retries: number;
  /** Present where records are filtered, joined or numbered. */
  readonly processing?: RecordProcessing;
  readonly capture?: { readonly bucket: string; readonly prefix: string };
  /** The containers, as messages name them. */
  readonly containers: readonly string[];
  /** How many servers of the only container there are. Absent: one. */
  readonly copies?: number;
  readonly log: { readonly group: string; readonly stream: string };
  /** Lines for the beginning of the job's log. */
  readonly notes: readonly string[];
}

export type SplitType = "None" | "Line" | "RecordIO" | "TFRecord";
export type BatchStrategy = "SingleRecord" | "MultiRecord";

/** What is done with each record. The paths are JSONPath; "$" is all. */
export interface RecordProcessing {
  readonly inputFilter: string;
  readonly outputFilter: string;
  readonly joins: boolean;
  /** Whether each record of the output gets an id and the time. */
  readonly numbers: boolean;
}

/**
 * The objects of one of several hosts. Those below a prefix are divided by their keys, so that one that is put meanwhile
 * moves no other to another host: from the first key up to the next host's. Those that a manifest lists are dealt in turn.
 */
export type KeyShare =
  | { readonly from?: string; readonly until?: string }
  | { readonly host: number; readonly hosts: number };

export const transformPlanFile = "transform-plan.json";

/** What batch transform takes where neither the request nor the model server says anything. */
export const usualPayloadMegabytes = 6;

/** The most that the requests in flight may have together. */
export const mostMegabytesInFlight = 100;
