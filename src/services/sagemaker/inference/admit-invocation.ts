import { Fault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";

/** What the unanswered requests of one model server may have together; each is held whole. */
export const mostUnansweredBytes = 256 * 1024 * 1024;

/**
 * Counts a request of an instance until the function that it returns is called. The instance is the one with the fewest,
 * so when it has as many as it may have, all have.
 * @throws Fault 503, so that queues do not grow and SDKs try again a little later
 */
export function admitInvocation(
  { outstanding, settings }: Pick<Context, "outstanding" | "settings">,
  runId: string,
  bytes: number,
  who: () => string,
): () => void {
  const most = settings.modelServerQueue;
  if (outstanding.of(runId) >= most) throw full(`${most} requests that it has not answered`, who());
  const held = outstanding.bytesOf(runId);
  if (held > 0 && held + bytes > mostUnansweredBytes)
    throw full(`${held} bytes of requests that it has not answered, and ${mostUnansweredBytes} at most`, who());
  return outstanding.enter(runId, bytes);
}

const full = (has: string, who: string): Fault =>
  new Fault(
    "ServiceUnavailable",
    `Each model server of ${who} has ${has}. Try again in a moment, or give the variant more instances.`,
    { status: 503 },
  );
