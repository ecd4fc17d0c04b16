import type { FeatureType } from "./feature-definition.ts";

const isoTime = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{3}))?Z$/;
/** The first second of the year 10000, which no ISO time of AWS's form can name. */
const endSeconds = 253_402_300_800;

/**
 * Returns an event time in milliseconds since 1970, with fractions where a Fractional has them; undefined for a text that
 * is no time. A String is an ISO-8601 time in UTC with seconds or milliseconds, a Fractional is seconds since 1970.
 */
export function eventTimeOf(text: string, type: FeatureType): number | undefined {
  if (type !== "String") {
    const seconds = /^[+]?\d+(\.\d*)?([eE][+-]?\d+)?$/.test(text) ? Number(text) : Number.NaN;
    return seconds >= 0 && seconds < endSeconds ? Math.round(seconds * 1e6) / 1e3 : undefined;
  }
  const parts = isoTime.exec(text);
  if (!parts) return undefined;
  const [year, month, day, hour, minute, second, milliseconds = 0] = parts.slice(1).map((part) => Number(part ?? 0));
  const time = new Date(0);
  time.setUTCFullYear(year!, month! - 1, day!);
  time.setUTCHours(hour!, minute!, second!, milliseconds);
  // A day or an hour that there is not becomes another one.
  const isReal = time.toISOString() === `${text.slice(0, 19)}.${String(milliseconds).padStart(3, "0")}Z`;
  return isReal ? time.getTime() : undefined;
}

/** How event times are written, for refusals. */
export const eventTimeForms = (type: FeatureType): string =>
  type === "String"
    ? "yyyy-MM-dd'T'HH:mm:ssZ or yyyy-MM-dd'T'HH:mm:ss.SSSZ in UTC, such as 2026-01-31T08:00:00Z"
    : "seconds since 1970, such as 1769846400 or 1769846400.5";
