import type { Context } from "../../../frame/context.ts";
import type { CountedMetric } from "../../../frame/metric-buffer.ts";

/** What a queue holds at a moment. */
export interface Backlog {
  /** Requests that wait or are being processed. */
  readonly size: number;
  /** Instances that there are or will be at once. */
  readonly instances: number;
  /** When the oldest request came, milliseconds since 1970. */
  readonly oldest: number | undefined;
}

/** Adds how long the queue of an endpoint is. */
export function recordBacklog(context: Context, endpointName: string, { size, instances, oldest }: Backlog): void {
  const dimensions = [{ Name: "EndpointName", Value: endpointName }];
  context.metrics.add(context, { namespace: "AWS/SageMaker", dimensions }, [
    [backlogSize, size],
    [backlogWithoutCapacity, size > 0 && instances === 0 ? 1 : 0],
    ...(instances > 0 ? [[backlogPerInstance, size / instances] as const] : []),
    ...(oldest === undefined ? [] : [[ageOfOldest, Math.max(0, (context.clock.now() - oldest) / 1000)] as const]),
  ]);
}

/** What a request came to. Times are in milliseconds; absent where it did not come to it. */
export interface AsyncFigures {
  readonly failed?: "expired" | "deleted" | "download" | "model" | "upload" | "timeout" | undefined;
  /** The HTTP status of the container's answer. */
  readonly status?: number | undefined;
  readonly backlog?: number | undefined;
  readonly download?: number | undefined;
  readonly model?: number | undefined;
  readonly upload?: number | undefined;
  readonly total: number;
}

/** Adds a request that has ended. */
export function recordAsync(context: Context, endpointName: string, variantName: string, figures: AsyncFigures): void {
  const { failed, status, backlog, download, model, upload, total } = figures;
  const of = (metric: CountedMetric, value: number | undefined) =>
    value === undefined ? [] : [[metric, value] as const];
  const micro = (milliseconds: number | undefined) =>
    milliseconds === undefined ? undefined : Math.round(milliseconds * 1000);
  context.metrics.add(context, ofVariant(endpointName, variantName), [
    [failed ? invocationFailures : invocationsProcessed, 1],
    ...(failed === "expired" ? [[expiredRequests, 1] as const] : []),
    ...(failed === "download" ? [[downloadFailures, 1] as const] : []),
    ...(failed === "upload" ? [[uploadFailures, 1] as const] : []),
    ...(status === undefined
      ? []
      : ([
          [clientErrors, is(status, 4)],
          [serverErrors, is(status, 5)],
        ] as const)),
    ...(status === undefined ? [] : [[modelErrors, Number(status < 200 || status >= 300)] as const]),
    ...of(timeInBacklog, backlog),
    ...of(downloadLatency, micro(download)),
    ...of(modelLatency, micro(model)),
    ...of(uploadLatency, micro(upload)),
    [totalProcessingTime, total],
  ]);
}

/** Adds a notification that a topic did not take. */
export const recordUntold = (context: Context, endpointName: string, variantName: string): void =>
  context.metrics.add(context, ofVariant(endpointName, variantName), [[notificationFailures, 1]]);

const ofVariant = (EndpointName: string, VariantName: string) => ({
  namespace: "AWS/SageMaker",
  dimensions: [
    { Name: "EndpointName", Value: EndpointName },
    { Name: "VariantName", Value: VariantName },
  ],
});

const is = (status: number, hundreds: number): number => Number(Math.floor(status / 100) === hundreds);

const counted = (name: string, unit: CountedMetric["unit"] = "Count"): CountedMetric => ({ name, unit });
const backlogSize = counted("ApproximateBacklogSize");
const backlogPerInstance = counted("ApproximateBacklogSizePerInstance");
// Alarms of less than a minute wake an endpoint that has no instance.
const backlogWithoutCapacity: CountedMetric = {
  ...counted("HasBacklogWithoutCapacity"),
  highResolution: true,
};
const ageOfOldest = counted("ApproximateAgeOfOldestRequest", "Seconds");
const invocationFailures = counted("InvocationFailures");
// AWS spells it so.
const invocationsProcessed = counted("InvocationsProcesssed");
const expiredRequests = counted("ExpiredRequests");
const downloadFailures = counted("RequestDownloadFailures");
const uploadFailures = counted("ResponseUploadFailures");
const notificationFailures = counted("NotificationFailures");
const clientErrors = counted("Invocation4XXErrors", "None");
const serverErrors = counted("Invocation5XXErrors", "None");
const modelErrors = counted("InvocationModelErrors", "None");
const timeInBacklog = counted("TimeInBacklog", "Milliseconds");
const totalProcessingTime = counted("TotalProcessingTime", "Milliseconds");
const downloadLatency = counted("RequestDownloadLatency", "Microseconds");
const modelLatency = counted("ModelLatency", "Microseconds");
const uploadLatency = counted("ResponseUploadLatency", "Microseconds");
