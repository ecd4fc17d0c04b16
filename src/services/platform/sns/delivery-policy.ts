import type { Context } from "../../../frame/context.ts";
import { invalidParameter, notBuilt } from "./topic-kind.ts";

/** How often and when a delivery over HTTP is tried again; times in seconds. */
export interface RetryPolicy {
  readonly numRetries: number;
  readonly numNoDelayRetries: number;
  readonly numMinDelayRetries: number;
  readonly numMaxDelayRetries: number;
  readonly minDelayTarget: number;
  readonly maxDelayTarget: number;
  readonly backoffFunction: "linear" | "arithmetic" | "geometric" | "exponential";
}

export const defaultRetries: RetryPolicy = {
  numRetries: 3,
  numNoDelayRetries: 0,
  numMinDelayRetries: 0,
  numMaxDelayRetries: 0,
  minDelayTarget: 20,
  maxDelayTarget: 20,
  backoffFunction: "linear",
};

const ranges: Readonly<Record<string, readonly [number, number]>> = {
  numRetries: [0, 100],
  numNoDelayRetries: [0, 100],
  numMinDelayRetries: [0, 100],
  numMaxDelayRetries: [0, 100],
  minDelayTarget: [1, 3_600],
  maxDelayTarget: [1, 3_600],
};
const backoffs = ["linear", "arithmetic", "geometric", "exponential"];

interface DeliveryPolicy {
  readonly healthyRetryPolicy?: Partial<RetryPolicy>;
  readonly http?: {
    readonly defaultHealthyRetryPolicy?: Partial<RetryPolicy>;
    readonly disableSubscriptionOverrides?: boolean;
    readonly defaultRequestPolicy?: { readonly headerContentType?: string };
  };
  readonly requestPolicy?: { readonly headerContentType?: string };
}

/** Reads the policy of a topic or of a subscription. @throws Fault for one that is none, and for what is not built */
export function checkDeliveryPolicy(context: Context, text: string): void {
  let policy: DeliveryPolicy & { throttlePolicy?: unknown; http?: { defaultThrottlePolicy?: unknown } };
  try {
    policy = JSON.parse(text);
  } catch (error) {
    throw invalidParameter(`DeliveryPolicy: failed to parse JSON. ${(error as Error).message}`);
  }
  if (typeof policy !== "object" || policy === null) throw invalidParameter("DeliveryPolicy: it must be a JSON object");
  if (policy.throttlePolicy ?? policy.http?.defaultThrottlePolicy)
    throw notBuilt(context, "The throttlePolicy of a DeliveryPolicy");
  for (const retries of [policy.healthyRetryPolicy, policy.http?.defaultHealthyRetryPolicy]) {
    if (!retries) continue;
    for (const [name, value] of Object.entries(retries)) {
      if (value === null || value === undefined) continue;
      if (name === "backoffFunction") {
        if (!backoffs.includes(value as string))
          throw invalidParameter(`DeliveryPolicy: backoffFunction must be one of ${backoffs.join(", ")}`);
        continue;
      }
      const range = ranges[name];
      if (!range) throw invalidParameter(`DeliveryPolicy: Unexpected JSON member: ${name}`);
      if (!Number.isInteger(value) || (value as number) < range[0] || (value as number) > range[1])
        throw invalidParameter(`DeliveryPolicy: ${name} must be from ${range[0]} to ${range[1]}`);
    }
    const {
      numNoDelayRetries: none,
      numMinDelayRetries: low,
      numMaxDelayRetries: high,
      numRetries,
    } = { ...defaultRetries, ...retries };
    if (none + low + high > numRetries)
      throw invalidParameter("DeliveryPolicy: numRetries must be at least the retries of all phases together");
    const { minDelayTarget, maxDelayTarget } = { ...defaultRetries, ...retries };
    if (minDelayTarget > maxDelayTarget)
      throw invalidParameter("DeliveryPolicy: minDelayTarget must be maxDelayTarget at most");
  }
}

/** The retries of a delivery: the subscription's own, else the topic's, else AWS's. */
export function retriesOf(topic: string | undefined, subscription: string | undefined): RetryPolicy {
  const { http } = topic ? (JSON.parse(topic) as DeliveryPolicy) : {};
  const own = subscription && !http?.disableSubscriptionOverrides ? (JSON.parse(subscription) as DeliveryPolicy) : {};
  return { ...defaultRetries, ...http?.defaultHealthyRetryPolicy, ...own.healthyRetryPolicy };
}

/** The content type of requests, where one of the policies names it. */
export function contentTypeOf(topic: string | undefined, subscription: string | undefined): string | undefined {
  const { http } = topic ? (JSON.parse(topic) as DeliveryPolicy) : {};
  const own = subscription ? (JSON.parse(subscription) as DeliveryPolicy) : {};
  return own.requestPolicy?.headerContentType ?? http?.defaultRequestPolicy?.headerContentType;
}

/**
 * Returns how many seconds to wait before a try, the first retry being 1; undefined when there is none any more. The phases
 * are those of AWS: at once, at the least delay, the backoff, at the greatest delay.
 */
export function delayBefore(retry: number, policy: RetryPolicy): number | undefined {
  const { numRetries, numNoDelayRetries, numMinDelayRetries, numMaxDelayRetries } = policy;
  const { minDelayTarget: least, maxDelayTarget: most } = policy;
  if (retry > numRetries) return undefined;
  if (retry <= numNoDelayRetries) return 0;
  if (retry <= numNoDelayRetries + numMinDelayRetries) return least;
  if (retry > numRetries - numMaxDelayRetries) return most;
  const steps = numRetries - numNoDelayRetries - numMinDelayRetries - numMaxDelayRetries;
  const share = steps === 1 ? 0 : (retry - numNoDelayRetries - numMinDelayRetries - 1) / (steps - 1);
  const curve = { linear: share, arithmetic: share ** 1.5, geometric: share ** 2, exponential: share ** 3 };
  return Math.min(most, Math.round(least + (most - least) * curve[policy.backoffFunction]));
}
