import type { ServiceHost } from "./context.ts";

/** Periodic work that keeps the server's stores small: rolling up, sweeping, expiring. */
export interface UpkeepUnit {
  readonly unit: "upkeep";
  readonly name: string;
  /**
   * Time from the end of one run to the beginning of the next; the first run begins this long after the server's start.
   */
  readonly everyMilliseconds: number;
  /** Does the work once. It may be killed at any line and repeated. `signal` aborts when the server stops. */
  run(host: ServiceHost, signal: AbortSignal): Promise<void>;
}

export const defineUpkeep = (declaration: Omit<UpkeepUnit, "unit">): UpkeepUnit => ({ unit: "upkeep", ...declaration });

/** An entry of the generated list. */
export interface UpkeepEntry {
  readonly name: string;
  readonly everyMilliseconds: number;
  load(): Promise<UpkeepUnit>;
}
