import { writeSync } from "node:fs";

/**
 * Tells the platform the run's state: one line of JSON on the file descriptor that SAGEBRUSH_EVENTS_FD names. Without
 * the variable, as when a program is started by hand, it does nothing.
 */
export function tell(state: string, detail: Readonly<Record<string, unknown>> = {}): void {
  write({ state, detail });
}

/**
 * Tells the platform that this program still runs. It must do so within the time that the run's spec gives it
 * (`silenceSeconds`), or it is ended as one that hangs.
 */
export function tellAlive(): void {
  // Without its keeper the run is lost, and others end this program.
  try {
    write({ alive: true });
  } catch {}
}

/** Well within every `silenceSeconds`. */
const aliveMilliseconds = 20_000;

/** Tells it from now on, as long as the program's event loop turns. */
export function keepTellingAlive(): void {
  tellAlive();
  setInterval(tellAlive, aliveMilliseconds).unref();
}

function write(line: object): void {
  const descriptor = process.env.SAGEBRUSH_EVENTS_FD;
  if (descriptor) writeSync(Number(descriptor), `${JSON.stringify(line)}\n`);
}
