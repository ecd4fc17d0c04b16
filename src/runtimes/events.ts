import { writeSync } from "node:fs";

/**
 * Tells the platform what the run has come to. One line of JSON on the file descriptor that SAGEBRUSH_EVENTS_FD names;
 * without one, as when a program is tried by hand, nothing is told.
 */
export function tell(state: string, detail: Readonly<Record<string, unknown>> = {}): void {
  const descriptor = process.env.SAGEBRUSH_EVENTS_FD;
  if (descriptor) writeSync(Number(descriptor), `${JSON.stringify({ state, detail })}\n`);
}
