import type { InputOf } from "../../../wire/operations.ts";
import type { Client } from "./feature-value.ts";

export type TtlDuration = NonNullable<InputOf<Client, "PutRecord">["TtlDuration"]>;

const milliseconds = { Seconds: 1_000, Minutes: 60_000, Hours: 3_600_000, Days: 86_400_000, Weeks: 604_800_000 };
/** The last time that a date can name. */
const latest = 8_640_000_000_000_000;

export const ttlMilliseconds = (ttl: TtlDuration | undefined): number | undefined =>
  ttl && ttl.Value! * milliseconds[ttl.Unit!];

/** Returns when a record is no longer there: its time to live counts from its event time. */
export const expiryOf = (eventTime: number, ttl: number | undefined): number | undefined =>
  ttl === undefined ? undefined : Math.min(eventTime + ttl, latest);

export const shownExpiry = (expires: number | undefined): string | undefined =>
  expires === undefined ? undefined : new Date(expires).toISOString();
