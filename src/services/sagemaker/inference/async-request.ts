import { ulidTime } from "../../../base/ids.ts";
import type { Context } from "../../../frame/context.ts";
import type { ResourceDocument } from "../../../stores/resources/port.ts";

/** A request of an asynchronous endpoint as its queue keeps it, from its acceptance to its end. */
export interface AsyncRequest {
  readonly inferenceId: string;
  readonly endpointName: string;
  /** The input: an object, or what came with the request, in base64. */
  readonly input: { readonly url: string; readonly bucket: string; readonly key: string } | { readonly inline: string };
  readonly output: ObjectPlace;
  readonly failure: ObjectPlace;
  /** Whether the request gave the name of its output. */
  readonly isNamed?: true;
  readonly contentType?: string | undefined;
  readonly accept?: string | undefined;
  readonly customAttributes?: string | undefined;
  /** How long it may be processed. */
  readonly timeoutSeconds: number;
}

export interface ObjectPlace {
  readonly bucket: string;
  readonly key: string;
}

export const urlOf = ({ bucket, key }: ObjectPlace): string => `s3://${bucket}/${key}`;

/** A request's place in the queue: when it came, and when it is too old. Keys sort in the order in which requests came. */
export interface QueueKey {
  readonly key: string;
  /** Milliseconds since 1970. */
  readonly received: number;
  readonly expires: number;
}

/** The queue of an endpoint. A new endpoint of the same name has another one. */
export const queueOf = ({ id }: Pick<ResourceDocument, "id">): string => `async-requests/${id}`;

/** The name of the work on a queue. */
export const queueWork = ({ id }: Pick<ResourceDocument, "id">): string => `asynchronous requests of endpoint ${id}`;

export function readKey(key: string): QueueKey {
  const [ulid, expires] = key.split(" ");
  return { key, received: ulidTime(ulid!), expires: Number(expires) };
}

/** Puts a request into the queue; it is durable when this returns its key. */
export async function enqueue(
  { records, ids, clock }: Pick<Context, "records" | "ids" | "clock">,
  queue: string,
  request: AsyncRequest,
  keptSeconds: number,
): Promise<string> {
  const key = `${ids.ulid()} ${clock.now() + keptSeconds * 1000}`;
  await records.write([{ space: queue, key, value: JSON.stringify(request) }]);
  return key;
}

/** Returns a request; undefined when it has ended. */
export async function readRequest(
  { records }: Pick<Context, "records">,
  queue: string,
  key: string,
): Promise<AsyncRequest | undefined> {
  const [value] = await records.get(queue, [key]);
  return value === undefined ? undefined : (JSON.parse(value) as AsyncRequest);
}

/** Takes a request that has ended out of the queue. */
export const dequeue = ({ records }: Pick<Context, "records">, queue: string, key: string): Promise<void> =>
  records.write([{ space: queue, key }]);
