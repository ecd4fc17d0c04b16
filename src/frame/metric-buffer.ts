import type { InputOf } from "../wire/operations.ts";
import type { Place } from "./kind-naming.ts";

type Input = InputOf<typeof import("@aws-sdk/client-cloudwatch"), "PutMetricData">;
export type MetricDatum = NonNullable<Input["MetricData"]>[number];

/** What several metrics are of. */
export interface MetricSubject {
  readonly namespace: string;
  readonly dimensions: readonly { readonly Name: string; readonly Value: string }[];
}

/** A metric that the product counts: a constant, by which its values are gathered. */
export interface CountedMetric {
  readonly name: string;
  readonly unit: MetricDatum["Unit"];
  /** Whether its values are kept by the second, for alarms of short periods. */
  readonly highResolution?: true;
}

/** Gathers the metrics that the product itself counts, so that no request waits for them to be written. */
export interface MetricBuffer {
  add(place: Place, subject: MetricSubject, values: readonly (readonly [CountedMetric, number])[]): void;
  /** Drops the values not written yet, and returns when those under way are written. */
  clear(): Promise<void>;
  /** Writes the values not written yet; values added later are ignored. */
  close(): Promise<void>;
}

export interface MetricBufferOptions {
  /** Calls PutMetricData. */
  put(account: string, region: string, namespace: string, data: readonly MetricDatum[]): Promise<void>;
  /** How long values are gathered before they are written together. */
  readonly gatherMilliseconds: number;
  readonly timer: { after(milliseconds: number, run: () => void): () => void };
  report(what: string, error: unknown): void;
}

/** How often each value of each metric of a subject occurred. */
interface Gathered {
  readonly account: string;
  readonly region: string;
  readonly subject: MetricSubject;
  readonly counts: Map<CountedMetric, Map<number, number>>;
}

/** The most values of one datum, and the most data of one PutMetricData call. */
const mostValues = 150;
const mostData = 1000;

export function createMetricBuffer({ put, gatherMilliseconds, timer, report }: MetricBufferOptions): MetricBuffer {
  /** By account, region, namespace and dimensions. */
  const waiting = new Map<string, Gathered>();
  const writes = new Set<Promise<void>>();
  let cancel: (() => void) | undefined;
  let closed = false;

  function write(): void {
    cancel = undefined;
    const requests = Map.groupBy(
      waiting.values(),
      ({ account, region, subject }) => `${account} ${region} ${subject.namespace}`,
    );
    waiting.clear();
    for (const request of requests.values()) {
      const { account, region, subject } = request[0]!;
      const data = request.flatMap(dataOf);
      for (let start = 0; start < data.length; start += mostData) {
        const writing: Promise<void> = put(account, region, subject.namespace, data.slice(start, start + mostData))
          .catch((error) => report(`Metrics of ${subject.namespace} could not be written:`, error))
          .finally(() => writes.delete(writing));
        writes.add(writing);
      }
    }
  }

  function gatheredOf({ account, region }: Place, subject: MetricSubject): Gathered {
    let key = `${account}\n${region}\n${subject.namespace}`;
    for (const { Name, Value } of subject.dimensions) key += `\n${Name}\n${Value}`;
    let gathered = waiting.get(key);
    if (!gathered) {
      gathered = { account, region, subject, counts: new Map() };
      waiting.set(key, gathered);
      cancel ??= timer.after(gatherMilliseconds, write);
    }
    return gathered;
  }

  return {
    add(place, subject, values) {
      if (closed) return;
      const { counts } = gatheredOf(place, subject);
      for (const [metric, value] of values) {
        let of = counts.get(metric);
        if (!of) {
          of = new Map();
          counts.set(metric, of);
        }
        of.set(value, (of.get(value) ?? 0) + 1);
      }
    },

    async clear() {
      waiting.clear();
      await Promise.all(writes);
    },

    async close() {
      closed = true;
      cancel?.();
      write();
      await Promise.all(writes);
    },
  };
}

function dataOf({ subject, counts }: Gathered): MetricDatum[] {
  const data: MetricDatum[] = [];
  for (const [{ name, unit, highResolution }, occurred] of counts) {
    const values = [...occurred];
    for (let start = 0; start < values.length; start += mostValues) {
      const part = values.slice(start, start + mostValues);
      data.push({
        MetricName: name,
        Dimensions: [...subject.dimensions],
        Unit: unit,
        ...(highResolution && { StorageResolution: 1 }),
        Values: part.map(([value]) => value),
        Counts: part.map(([, count]) => count),
      });
    }
  }
  return data;
}
