import type { ResourceDocument, ResourceKey } from "../stores/resources/port.ts";
import type { Context } from "./context.ts";

/** The longest a Describe is held. The shortest delay of an AWS waiter is 30 s, so no client gives up earlier. */
const holdMilliseconds = 20_000;

/**
 * Whether a waiter of boto3 or the AWS CLI sent the request: they mark such calls with the feature `B` in the `m/` list
 * of their User-Agent ("... m/B,E cfg/retry-mode#legacy ...").
 */
export function sentByWaiter(userAgent: string | undefined): boolean {
  return /(?:^|\s)m\/(?:[\w+-]+,)*B(?:,|\s|$)/.test(userAgent ?? "");
}

/**
 * The document, once `isFinal` says so: a waiter would otherwise sleep 30 to 120 s between its calls. After 20 s it is
 * given as it is. Every other caller gets it at once, and so does a waiter when the setting `holdWaiters` is off.
 */
export async function heldForWaiter(
  context: Context,
  key: ResourceKey,
  isFinal: (document: ResourceDocument) => boolean,
): Promise<ResourceDocument | undefined> {
  if (!context.settings.holdWaiters || !sentByWaiter(context.headers["user-agent"])) return context.resources.get(key);
  const enough = AbortSignal.any([context.signal, AbortSignal.timeout(holdMilliseconds)]);
  let news = Promise.withResolvers<void>();
  const wake = () => news.resolve();
  const unwatch = context.resources.watch([key], wake);
  enough.addEventListener("abort", wake);
  try {
    for (;;) {
      // Renewed before the read, so that no change falls between the two.
      news = Promise.withResolvers();
      const document = await context.resources.get(key);
      if (!document || isFinal(document) || enough.aborted) return document;
      await news.promise;
    }
  } finally {
    unwatch();
  }
}
