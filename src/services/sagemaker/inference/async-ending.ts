import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { Fault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { publishNotification } from "../../../frame/publish-notification.ts";
import { mostShownBytes } from "./async-attempt.ts";
import type { AsyncInference } from "./async-config.ts";
import { recordUntold } from "./async-metrics.ts";
import { type AsyncEnd, notificationOf, topicOf } from "./async-notification.ts";
import { type AsyncRequest, dequeue, type ObjectPlace, type QueueKey, urlOf } from "./async-request.ts";

/** Whose request it is that ends. */
export interface Ending {
  readonly context: Context;
  /** Aborts when the server stops. */
  readonly signal: AbortSignal;
  /** The queue that it is in. */
  readonly queue: string;
  readonly inference: AsyncInference;
  readonly variantName: string;
  readonly request: AsyncRequest;
  readonly place: QueueKey;
  /** Whether the failure of a former server is there already. */
  readonly isKept?: boolean;
  /** Has a line written beside the log of the model server. */
  log(words: string): void;
}

/**
 * Ends a request: puts its failure, tells the topic, and takes it out of the queue, in this order. A server that is killed
 * in between does the rest again: the object is there once, and the topic is told at least once.
 * @throws Fault when the failure cannot be put now, and may be later
 */
export async function endRequest(ending: Ending, end: AsyncEnd): Promise<void> {
  const { context, queue, inference, request, place, log } = ending;
  if (end.status === "Failed") {
    log(`${request.inferenceId}: ${end.reason}`);
    if (!ending.isKept) await putFailure(ending, end.reason);
  }
  context.settings.reached("endpoint:end-put");
  const topic = topicOf(inference, end);
  if (topic !== undefined)
    await tellTopic(ending, topic, notificationOf(context, inference, request, place.received, end));
  context.settings.reached("endpoint:end-told");
  await dequeue(context, queue, place.key);
}

async function putFailure({ context, inference, request, log }: Ending, reason: string): Promise<void> {
  const { bucket: Bucket, key: Key } = request.failure;
  const Body = Readable.from([Buffer.from(reason)]);
  try {
    await context.as(inference.role).call("s3", "PutObject", { Bucket, Key, Body, ContentType: "text/plain" });
  } catch (error) {
    if (!(error instanceof Fault) || error.status >= 500) throw error;
    log(
      `${request.inferenceId}: the failure cannot be put at ${urlOf(request.failure)}: ${error.code}: ${error.message}`,
    );
  }
}

const mostTries = 3;
const pauseMilliseconds = 200;

async function tellTopic(
  { context, signal, inference, request, variantName, log }: Ending,
  topic: string,
  message: string,
) {
  for (let tries = 1; ; tries++) {
    try {
      await publishNotification(context.as(inference.role), { topicArn: topic, message });
      return;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      if (error.status >= 500 && tries < mostTries) {
        await delay(pauseMilliseconds * tries, undefined, { signal });
        continue;
      }
      recordUntold(context, request.endpointName, variantName);
      log(`${request.inferenceId}: the topic ${topic} cannot be told: ${error.code}: ${error.message}`);
      return;
    }
  }
}

/**
 * Returns how a request has ended already, when a server was killed after it had put the answer or the failure; undefined
 * when nothing of it is there. Names that are made here are never used again; of what is under a name that a request
 * gave, nobody knows whose it is.
 */
export async function findEnd({
  context,
  inference,
  request,
  place,
}: Pick<Ending, "context" | "inference" | "request" | "place">): Promise<AsyncEnd | undefined> {
  if (request.isNamed) return undefined;
  const role = context.as(inference.role);
  const answer = await head(role, request.output);
  if (answer && answer.modified >= place.received) {
    const body = answer.sizeBytes <= mostShownBytes ? await read(role, request.output) : undefined;
    return { status: "Completed", contentType: answer.contentType, body };
  }
  const failure = await head(role, request.failure);
  if (failure && failure.modified >= place.received)
    return { status: "Failed", reason: (await read(role, request.failure)).toString(), said: undefined };
  return undefined;
}

async function head({ call }: Pick<Context, "call">, { bucket: Bucket, key: Key }: ObjectPlace) {
  try {
    const found = await call("s3", "HeadObject", { Bucket, Key });
    const { ContentLength: sizeBytes = 0, ContentType: contentType, LastModified } = found;
    return { sizeBytes, contentType, modified: LastModified!.getTime() };
  } catch (error) {
    if (error instanceof Fault && error.status < 500) return undefined;
    throw error;
  }
}

async function read({ call }: Pick<Context, "call">, { bucket: Bucket, key: Key }: ObjectPlace): Promise<Buffer> {
  const { Body } = await call("s3", "GetObject", { Bucket, Key });
  return buffer(Body as Readable);
}
