/** The current time, passed in so that tests control it. */
export interface Clock {
  /** Returns milliseconds since 1970-01-01 UTC. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };
