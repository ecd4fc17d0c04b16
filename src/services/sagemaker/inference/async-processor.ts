import { backOffMilliseconds } from "../../../base/back-off.ts";
import type { ReconcileContext } from "../../../frame/define-reconciler.ts";
import type { News } from "../../../runs/standing-work.ts";
import type { ResourceDocument, ResourceKey } from "../../../stores/resources/port.ts";
import { type AttemptTimes, attemptRequest, type Outcome } from "./async-attempt.ts";
import { type AsyncInference, inferenceOf } from "./async-config.ts";
import { endRequest, findEnd } from "./async-ending.ts";
import { createDataLog, type DataLog } from "./async-log.ts";
import { type AsyncFigures, recordAsync, recordBacklog } from "./async-metrics.ts";
import type { AsyncEnd } from "./async-notification.ts";
import { openQueueWindow } from "./async-queue.ts";
import { type AsyncRequest, type QueueKey, queueOf, readRequest } from "./async-request.ts";
import { type ActualEndpoint, endpoint } from "./endpoint.ts";
import type { Instance, Variant } from "./endpoint-fleet.ts";

/** How often the length of the queue is measured and requests that are too old are looked for. */
const surveyMilliseconds = 10_000;
/** A survey takes a part of the time at most. */
const surveyShare = 20;
/** So often is a request tried whose model server breaks off: it may be what ends model servers. */
const mostTries = 3;
/** So many requests that have no instance are ended at a time. */
const mostEnding = 16;
/** After an error the queue is looked at again so much later. */
const troubledMilliseconds = 1_000;
/** A model server that could not be reached gets no request for so long. */
const goneMilliseconds = 1_000;

/** Where a request is sent; without an instance it only ends, for the reason. */
type Way =
  | { readonly variant: Variant; readonly instance: Instance }
  | { readonly ends: "expired" | "deleted"; readonly reason: string };

/**
 * Sends the requests in the queue of an endpoint to its instances, each to its end, until the endpoint is gone or the
 * server stops. What it has begun and not ended is still in the queue, and is begun anew by the next server.
 */
export async function processQueue(context: ReconcileContext, key: ResourceKey, id: string, news: News): Promise<void> {
  const { clock, resources, outstanding, quarantine } = context;
  const queue = queueOf({ id });
  const window = openQueueWindow(context, queue);
  // What came before may have been begun, and even ended, by another server.
  const begun = context.ids.ulid();
  /** Of the requests under way, by key, the run that has each. */
  const under = new Map<string, { readonly runId: string; readonly done: Promise<void> }>();
  const tries = new Map<string, { failures: number; breaks: number; notBefore: number }>();
  const gone = new Map<string, number>();
  /** Ends what is under way when the endpoint is deleted. */
  const cut = new AbortController();
  let nextSurvey = 0;
  let hadNone = false;

  const found = await find();
  if (!found) return;
  const log = createDataLog(context, found.wanted.EndpointName);
  const unwatch = resources.watch([key], news.tell);
  try {
    while (!news.signal.aborted) {
      const again = await step(log).catch((error) => {
        reported("the queue", error);
        return clock.now() + troubledMilliseconds;
      });
      if (again === "over") break;
      await news.next(Math.max(1, again - clock.now()));
    }
  } finally {
    unwatch();
    await Promise.all([...under.values()].map(({ done }) => done));
    await log.write().catch((error) => reported("the data log", error));
  }

  /** Begins what can be begun. Returns when to look again at the latest, or that nothing more will come. */
  async function step(log: DataLog): Promise<number | "over"> {
    const document = await find();
    const inference = document && inferenceOf(document.actual);
    if (!document || !inference) return "over";
    const isDeleted = document.status === "Deleting";
    if (isDeleted) cut.abort();
    const [variant] = document.actual.serving?.variants ?? [];
    const instances = variant?.instances.length ?? 0;
    const isWaiting = (await window.next()).length > 0;
    if (isDeleted && !isWaiting && under.size === 0) return "over";
    // A request that comes to no instance is told at once.
    const hasNone = instances === 0 && isWaiting;
    if (clock.now() >= nextSurvey || (hasNone && !hadNone)) {
      const started = performance.now();
      const { size, oldest, expired } = await window.survey();
      recordBacklog(context, document.wanted.EndpointName, { size, oldest, instances });
      for (const place of expired) begin(place, inference, document, expiry);
      nextSurvey = clock.now() + Math.max(surveyMilliseconds, (performance.now() - started) * surveyShare);
    }
    hadNone = hasNone;
    for (const [runId, until] of gone) if (until <= clock.now()) gone.delete(runId);
    let again = Math.min(nextSurvey, ...gone.values());
    for (const place of await window.next()) {
      const { notBefore = 0 } = tries.get(place.key) ?? {};
      if (isDeleted) {
        if (!begin(place, inference, document, deletion)) break;
      } else if (place.expires <= clock.now()) {
        if (!begin(place, inference, document, expiry)) break;
      } else if (notBefore > clock.now()) again = Math.min(again, notBefore);
      else {
        const instance = variant && free(variant, inference);
        if (!instance) break;
        begin(place, inference, document, { variant: variant!, instance });
      }
    }
    await log.write().catch((error) => reported("the data log", error));
    return again;
  }

  async function find(): Promise<ResourceDocument<EndpointWanted, ActualEndpoint> | undefined> {
    const document = await resources.get(key);
    return document?.id === id ? endpoint.read(document) : undefined;
  }

  function reported(what: string, error: unknown): void {
    if (!news.signal.aborted) context.tell(`Asynchronous requests: ${what}. ${(error as Error).message}`);
  }

  /** Returns the instance with the fewest of the requests that may have one more. */
  function free({ instances }: Variant, { mostPerInstance }: AsyncInference): Instance | undefined {
    const counts = new Map<string, number>();
    for (const { runId } of under.values()) counts.set(runId, (counts.get(runId) ?? 0) + 1);
    let least: Instance | undefined;
    for (const instance of instances) {
      const { ready, runId } = instance;
      if (!ready || runId === undefined || gone.has(runId) || quarantine.has(runId)) continue;
      const count = counts.get(runId) ?? 0;
      if (count < mostPerInstance && (!least || count < (counts.get(least.runId!) ?? 0))) least = instance;
    }
    return least;
  }

  /** Returns whether the request was begun. */
  function begin(place: QueueKey, inference: AsyncInference, document: Found, way: Way): boolean {
    const runId = "instance" in way ? way.instance.runId! : "";
    if (runId === "" && [...under.values()].filter((one) => one.runId === "").length >= mostEnding) return false;
    window.take(place.key);
    const leave = runId === "" ? () => {} : outstanding.enter(runId);
    const done = pursue(place, inference, document, way)
      .catch((error) => {
        reported(`the request ${place.key} could not be ended, and is tried again`, error);
        later(place.key, "failures");
      })
      .finally(() => {
        leave();
        window.giveBack(place.key);
        under.delete(place.key);
        news.tell();
      });
    under.set(place.key, { runId, done });
    return true;
  }

  function later(key: string, counted: "failures" | "breaks"): number {
    const { failures = 0, breaks = 0 } = tries.get(key) ?? {};
    const now = { failures, breaks, notBefore: 0 };
    now[counted] += 1;
    now.notBefore = clock.now() + backOffMilliseconds(now[counted]);
    tries.set(key, now);
    return now[counted];
  }

  /** Brings a request to its end, or gives it back. */
  async function pursue(place: QueueKey, inference: AsyncInference, document: Found, way: Way): Promise<void> {
    const request = await readRequest(context, queue, place.key);
    if (!request) return;
    const started = clock.now();
    const variantName = "variant" in way ? way.variant.name : (document.actual.serving?.variants[0]?.name ?? "");
    const say = (words: string) => {
      if ("instance" in way) log.add(variantName, way.instance.id, words);
    };
    const base = { context, signal: news.signal, queue, inference, variantName, request, place, log: say };
    const kept = place.key < begun || tries.has(place.key) ? await findEnd(base) : undefined;
    const finish = async (end: AsyncEnd, figures: Omit<AsyncFigures, "total"> = {}) => {
      await endRequest({ ...base, isKept: end === kept }, end);
      tries.delete(place.key);
      const total = clock.now() - place.received;
      recordAsync(context, request.endpointName, variantName, { ...figures, total });
      if (end.status === "Completed") say(`${request.inferenceId}: Completed in ${total} ms.`);
    };
    if (kept) return finish(kept, kept.status === "Failed" ? { failed: "model" } : {});
    if ("ends" in way) return finish({ status: "Failed", reason: way.reason, said: undefined }, { failed: way.ends });
    const times: AttemptTimes = {};
    const outcome = await attempt(request, inference, way, times);
    const figures = { backlog: started - place.received, ...times };
    if (outcome.is === "answered")
      return finish({ status: "Completed", contentType: outcome.contentType, body: outcome.small }, figures);
    if (outcome.is === "broken") {
      if (news.signal.aborted || cut.signal.aborted) return;
      if (!outcome.counts || later(place.key, "breaks") < mostTries) {
        if (outcome.of === "model") gone.set(way.instance.runId!, clock.now() + goneMilliseconds);
        return;
      }
    }
    const reason = `${outcome.of === "model" || outcome.of === "timeout" ? "ModelError" : "ClientError"}: ${outcome.reason}`;
    const said = outcome.is === "failed" ? outcome.said : undefined;
    await finish({ status: "Failed", reason, said }, { ...figures, failed: outcome.of });
  }

  function attempt(
    request: AsyncRequest,
    { role }: AsyncInference,
    { variant, instance }: Extract<Way, { readonly instance: Instance }>,
    times: AttemptTimes,
  ): Promise<Outcome> {
    const deadline = clock.now() + request.timeoutSeconds * 1000;
    const signal = AbortSignal.any([news.signal, cut.signal]);
    return attemptRequest({ context, role: context.as(role), variant, instance, signal, deadline }, request, times);
  }
}

type EndpointWanted = Parameters<typeof endpoint.read>[0]["wanted"] & { readonly EndpointName: string };
type Found = ResourceDocument<EndpointWanted, ActualEndpoint>;

const expiry = {
  ends: "expired",
  reason: "ClientError: The request was in the queue for longer than its RequestTTLSeconds, and has expired.",
} as const;
const deletion = {
  ends: "deleted",
  reason: "ClientError: The endpoint was deleted before it had processed the request.",
} as const;
