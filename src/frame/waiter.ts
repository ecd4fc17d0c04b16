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
 * Returns the document once `isFinal` accepts it, or after 20 s: otherwise a waiter would sleep 30 to 120 s between two
 * looks at a job that ends within one second. A request of any other client, or any request when the setting
 * `holdWaiters` is off, gets the document at once.
 */
export async function heldForWaiter(
  context: Context,
  key: ResourceKey,
  isFinal: (document: ResourceDocument) => boolean,
): Promise<ResourceDocument | undefined> {
  if (context.settings.holdWaiters === "off" || !sentByWaiter(context.headers["user-agent"]))
    return context.resources.get(key);
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
      if (!document || isFinal(document) || enough.aborted) return document;
      await news.promise;
    }
  } finally {
    unwatch();
  }
}
