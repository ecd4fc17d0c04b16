/**
 * Whether a zone's clock never shows a time, because it is put forward past it: 2021-03-14 02:30 in New York. `text` is as
 * '2021-03-14 02:30:00'; of a zone that is not known the answer is false.
 */
export function isSkipped(text: string, zone: string): boolean {
  if (!/^[A-Za-z]/.test(zone) || zone === "UTC") return false;
  const [year, month, day, hour, minute, second = 0] = text.trim().split(/[- :]/).map(Number) as number[];
  const wanted = Date.UTC(year!, month! - 1, day, hour, minute, Math.floor(second));
  const offsets = [-1, 1].map((days) => offsetOf(zone, wanted + days * 86_400_000));
  return offsets.every(
    (offset) =>
      offset !== undefined &&
      offsetOf(zone, wanted - offset) !== undefined &&
      offsetOf(zone, wanted - offset) !== offset,
  );
}

/** By how many milliseconds the zone's clock is ahead of UTC at an instant. */
function offsetOf(zone: string, instant: number): number | undefined {
  try {
    const name = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "longOffset" })
      .formatToParts(instant)
      .find((part) => part.type === "timeZoneName")?.value;
    const [, sign, hours = 0, minutes = 0] = /^GMT(?:([+-])(\d\d):(\d\d))?/.exec(name ?? "") ?? [];
    return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  } catch {
    return undefined;
  }
}
