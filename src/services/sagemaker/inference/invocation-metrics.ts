import type { Context } from "../../../frame/context.ts";
import type { InputOf } from "../../../wire/operations.ts";

type Datum = NonNullable<InputOf<typeof import("@aws-sdk/client-cloudwatch"), "PutMetricData">["MetricData"]>[number];

export interface InvocationFigures {
  readonly endpointName: string;
  readonly variantName: string;
  /** Of the variant. */
  readonly instances: number;
  /** What the container answered; 0 when it did not. */
  readonly status: number;
  readonly modelMilliseconds: number;
  readonly overheadMilliseconds: number;
}

/** How often each value of each metric came, for one variant. */
interface Gathered {
  readonly endpointName: string;
  readonly variantName: string;
  readonly metrics: Map<string, Map<number, number>>;
}

const gatherMilliseconds = 1000;
/** The most values of one datum, and the most data of one PutMetricData. */
const mostValues = 150;
const mostData = 1000;

/** What waits for its second to pass, per server and place. No answer depends on it. */
const waiting = new WeakMap<Context["journals"], Map<string, Gathered>>();

/** Counts an invocation into the metrics of its variant; they are written together once a second, apart from it. */
export function recordInvocation(context: Context, figures: InvocationFigures): void {
  const { account, region, journals } = context;
  const { endpointName, variantName, instances, status } = figures;
  let places = waiting.get(journals);
  if (!places) {
    places = new Map();
    waiting.set(journals, places);
  }
  const place = JSON.stringify([account, region, endpointName, variantName]);
  let gathered = places.get(place);
  if (!gathered) {
    gathered = { endpointName, variantName, metrics: new Map() };
    places.set(place, gathered);
    const service = context.asService();
    setTimeout(() => {
      places.delete(place);
      write(service, gathered!).catch((error) => {
        if (!service.signal.aborted) console.error(`Metrics of endpoint ${endpointName} could not be written:`, error);
      });
    }, gatherMilliseconds).unref();
  }
  const add = (name: string, value: number) => {
    let counts = gathered.metrics.get(name);
    if (!counts) {
      counts = new Map();
      gathered.metrics.set(name, counts);
    }
    counts.set(value, (counts.get(value) ?? 0) + 1);
  };
  const isOk = status >= 200 && status < 300;
  const is4xx = status >= 400 && status < 500;
  add("Invocations", 1);
  add("InvocationsPerInstance", 1 / instances);
  add("Invocation4XXErrors", is4xx ? 1 : 0);
  add("Invocation5XXErrors", isOk || is4xx ? 0 : 1);
  add("InvocationModelErrors", isOk ? 0 : 1);
  add("ModelLatency", Math.round(figures.modelMilliseconds * 1000));
  add("OverheadLatency", Math.max(0, Math.round(figures.overheadMilliseconds * 1000)));
}

const unitOf = (name: string): Datum["Unit"] => (name.endsWith("Latency") ? "Microseconds" : "None");

async function write(context: Context, { endpointName, variantName, metrics }: Gathered): Promise<void> {
  const Dimensions = [
    { Name: "EndpointName", Value: endpointName },
    { Name: "VariantName", Value: variantName },
  ];
  const data: Datum[] = [];
  for (const [MetricName, counts] of metrics) {
    const values = [...counts];
    for (let start = 0; start < values.length; start += mostValues) {
      const part = values.slice(start, start + mostValues);
      data.push({
        MetricName,
        Dimensions,
        Unit: unitOf(MetricName),
        Values: part.map(([value]) => value),
        Counts: part.map(([, count]) => count),
      });
    }
  }
  for (let start = 0; start < data.length; start += mostData)
    await context.call("cloudwatch", "PutMetricData", {
      Namespace: "AWS/SageMaker",
      MetricData: data.slice(start, start + mostData),
    });
}
