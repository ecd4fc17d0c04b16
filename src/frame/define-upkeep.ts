import type { ServiceHost } from "./context.ts";

/** What the server does by itself, again and again, to keep its stores small: rolling up, sweeping, expiring. */
export interface UpkeepUnit {
  readonly unit: "upkeep";
  readonly name: string;
  /** From the end of one to the beginning of the next; the first is done so long after the start of the server. */
  readonly everyMilliseconds: number;
  /** May be killed at any line and done again. `signal` aborts when the server stops. */
  run(host: ServiceHost, signal: AbortSignal): Promise<void>;
}

export const defineUpkeep = (declaration: Omit<UpkeepUnit, "unit">): UpkeepUnit => ({ unit: "upkeep", ...declaration });

/** A line of the generated list. */
export interface UpkeepEntry {
  readonly name: string;
  readonly everyMilliseconds: number;
  load(): Promise<UpkeepUnit>;
}
