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
 * The document, once `isFinal` says so: a waiter would otherwise sleep 30 to 120 s between looks at a job that ends in
 * one. Everybody else, and everybody when the setting `holdWaiters` is off, gets it as it is. After 20 s the waiter too.
 */
export async function heldForWaiter(
  context: Context,
  key: ResourceKey,
  isFinal: (document: ResourceDocument) => boolean,
): Promise<ResourceDocument | undefined> {
  if (context.settings.holdWaiters === "off" || !sentByWaiter(context.headers["user-agent"]))
    return context.resources.get(key);
  const answered = new AbortController();
  const enough = AbortSignal.any([context.signal, AbortSignal.timeout(holdMilliseconds), answered.signal]);
  let position: number | "latest" = "latest";
  try {
    for (;;) {
      // Followed from before the look at the document, so that no change falls between the two.
      const news = context.resources.changes(position, 1000, enough);
      const document = await context.resources.get(key);
      if (!document || isFinal(document) || enough.aborted) return document;
      position = (await news).at(-1)?.sequence ?? position;
    }
  } finally {
    answered.abort();
  }
}
