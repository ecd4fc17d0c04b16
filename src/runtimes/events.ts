import { writeSync } from "node:fs";

/**
 * Tells the platform the run's state: one line of JSON on the file descriptor that SAGEBRUSH_EVENTS_FD names. Without
 * the variable, as when a program is started by hand, it does nothing.
 */
export function tell(state: string, detail: Readonly<Record<string, unknown>> = {}): void {
  const descriptor = process.env.SAGEBRUSH_EVENTS_FD;
  if (descriptor) writeSync(Number(descriptor), `${JSON.stringify({ state, detail })}\n`);
}
