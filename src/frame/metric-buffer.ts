import type { InputOf } from "../wire/operations.ts";

type Input = InputOf<typeof import("@aws-sdk/client-cloudwatch"), "PutMetricData">;
export type MetricDatum = NonNullable<Input["MetricData"]>[number];

interface Place {
  readonly account: string;
  readonly region: string;
}

export interface BufferedMetric {
  readonly namespace: string;
  readonly dimensions: readonly { readonly Name: string; readonly Value: string }[];
  readonly name: string;
  readonly unit: MetricDatum["Unit"];
}

/** Gathers the metrics that the product itself counts, so that no request waits for them to be written. */
export interface MetricBuffer {
  add(place: Place, metric: BufferedMetric, value: number): void;
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
  /** By account, region, namespace and dimensions; the metrics of each by name and unit. */
  const waiting = new Map<string, Map<string, Gathered>>();
  /** The series that was added to last: the metrics of one invocation follow each other. */
  let last: { readonly of: BufferedMetric; readonly place: Place; readonly series: Map<string, Gathered> } | undefined;
  const writes = new Set<Promise<void>>();
  let cancel: (() => void) | undefined;
  let closed = false;

  function write(): void {
    cancel = undefined;
    const gathered = [...waiting.values()].flatMap((series) => [...series.values()]);
    waiting.clear();
    last = undefined;
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

  function seriesOf(place: Place, metric: BufferedMetric): Map<string, Gathered> {
    const { namespace, dimensions } = metric;
    if (last?.of.dimensions === dimensions && last.of.namespace === namespace && last.place === place)
      return last.series;
    let key = `${place.account}\n${place.region}\n${namespace}`;
    for (const { Name, Value } of dimensions) key += `\n${Name}\n${Value}`;
    let series = waiting.get(key);
    if (!series) {
      series = new Map();
      waiting.set(key, series);
    }
    last = { of: metric, place, series };
    return series;
  }

  return {
    add(place, metric, value) {
      if (closed) return;
      const series = seriesOf(place, metric);
      const key = `${metric.name}\n${metric.unit}`;
      let gathered = series.get(key);
      if (!gathered) {
        gathered = { account: place.account, region: place.region, metric, counts: new Map() };
        series.set(key, gathered);
        cancel ??= timer.after(gatherMilliseconds, write);
      }
      gathered.counts.set(value, (gathered.counts.get(value) ?? 0) + 1);
    },

    clear() {
      waiting.clear();
      last = undefined;
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
