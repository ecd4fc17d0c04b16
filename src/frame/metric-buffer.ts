import type { InputOf } from "../wire/operations.ts";

type Input = InputOf<typeof import("@aws-sdk/client-cloudwatch"), "PutMetricData">;
export type MetricDatum = NonNullable<Input["MetricData"]>[number];

export interface BufferedMetric {
  readonly namespace: string;
  readonly dimensions: readonly { readonly Name: string; readonly Value: string }[];
  readonly name: string;
  readonly unit: MetricDatum["Unit"];
}

/** Gathers the metrics that the product itself counts, so that no request waits for them to be written. */
export interface MetricBuffer {
  add(place: { readonly account: string; readonly region: string }, metric: BufferedMetric, value: number): void;
  /** Drops the values not written yet. */
  clear(): void;
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

/** How often each value of a metric occurred. */
interface Gathered {
  readonly account: string;
  readonly region: string;
  readonly metric: BufferedMetric;
  readonly counts: Map<number, number>;
}

/** The most values of one datum, and the most data of one PutMetricData call. */
const mostValues = 150;
const mostData = 1000;

export function createMetricBuffer({ put, gatherMilliseconds, timer, report }: MetricBufferOptions): MetricBuffer {
  const waiting = new Map<string, Gathered>();
  const writes = new Set<Promise<void>>();
  let cancel: (() => void) | undefined;
  let closed = false;

  function write(): void {
    cancel = undefined;
    const gathered = [...waiting.values()];
    waiting.clear();
    const requests = Map.groupBy(gathered, ({ account, region, metric }) => `${account} ${region} ${metric.namespace}`);
    for (const request of requests.values()) {
      const { account, region, metric } = request[0]!;
      const data = request.flatMap(dataOf);
      for (let start = 0; start < data.length; start += mostData) {
        const writing: Promise<void> = put(account, region, metric.namespace, data.slice(start, start + mostData))
          .catch((error) => report(`Metrics of ${metric.namespace} could not be written:`, error))
          .finally(() => writes.delete(writing));
        writes.add(writing);
      }
    }
  }

  return {
    add({ account, region }, metric, value) {
      if (closed) return;
      let key = `${account}\n${region}\n${metric.namespace}\n${metric.name}\n${metric.unit}`;
      for (const { Name, Value } of metric.dimensions) key += `\n${Name}\n${Value}`;
      let gathered = waiting.get(key);
      if (!gathered) {
        gathered = { account, region, metric, counts: new Map() };
        waiting.set(key, gathered);
        cancel ??= timer.after(gatherMilliseconds, write);
      }
      gathered.counts.set(value, (gathered.counts.get(value) ?? 0) + 1);
    },

    clear() {
      waiting.clear();
    },

    async close() {
      closed = true;
      cancel?.();
      write();
      await Promise.all(writes);
    },
  };
}

function dataOf({ metric, counts }: Gathered): MetricDatum[] {
  const values = [...counts];
  const data: MetricDatum[] = [];
  for (let start = 0; start < values.length; start += mostValues) {
    const part = values.slice(start, start + mostValues);
    data.push({
      MetricName: metric.name,
      Dimensions: [...metric.dimensions],
      Unit: metric.unit,
      Values: part.map(([value]) => value),
      Counts: part.map(([, count]) => count),
    });
  }
  return data;
}
