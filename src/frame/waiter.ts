import type { ResourceDocument, ResourceKey } from "../stores/resources/port.ts";
import type { Context } from "./context.ts";

/** The longest time a Describe is held. The shortest delay of an AWS waiter is 30 s, so no client gives up earlier. */
const holdMilliseconds = 20_000;

/**
 * Whether a waiter of boto3 or the AWS CLI sent the request: they mark such calls with the feature `B` in the `m/` list
 * of their User-Agent ("... m/B,E cfg/retry-mode#legacy ...").
 */
export function sentByWaiter(userAgent: string | undefined): boolean {
  return /(?:^|\s)m\/(?:[\w+-]+,)*B(?:,|\s|$)/.test(userAgent ?? "");
}

/**
 * Holds a waiter's request until `isFinal` accepts the document or the document is gone, 20 s at most: otherwise the
 * waiter would sleep 30 to 120 s between two looks at a job that ends within one second. Returns at once for any other
 * client, and when the setting `holdWaiters` is off.
 */
export async function holdWaiter(
  context: Context,
  key: ResourceKey,
  isFinal: (document: ResourceDocument) => boolean,
): Promise<void> {
  if (context.settings.holdWaiters === "off" || !sentByWaiter(context.headers["user-agent"])) return;
  const enough = AbortSignal.any([context.signal, AbortSignal.timeout(holdMilliseconds)]);
  let news = Promise.withResolvers<void>();
  const wake = () => news.resolve();
  const unwatch = context.resources.watch([key], wake);
  enough.addEventListener("abort", wake);
  try {
    for (;;) {
      // Renewed before the document is read, so that no change in between is missed.
      news = Promise.withResolvers();
      const document = await context.resources.get(key);
      if (!document || isFinal(document) || enough.aborted) return;
      await news.promise;
    }
  } finally {
    unwatch();
  }
}
