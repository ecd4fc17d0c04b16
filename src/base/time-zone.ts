/** The wall clock of a place, such as "Europe/Berlin". All times are in milliseconds since 1970. */
export interface TimeZone {
  /** Returns the time that the wall clock shows, as if it were UTC. */
  wallTime(time: number): number;
  /**
   * Returns the time at which the wall clock shows this. Where it is put back it shows the time twice, and the first is
   * meant; where it is put forward it never shows it, and the time that it would have been is meant.
   */
  timeOf(wallTime: number): number;
}

/** @throws RangeError for a name that is not known */
export function timeZone(name: string): TimeZone {
  const format = new Intl.DateTimeFormat("en-US", {
    ...{ timeZone: name, hourCycle: "h23", era: "short" },
    ...{ year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" },
  });
  const wallTime = (time: number): number => {
    const parts = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
    const { year, month, day, hour, minute, second } = parts as Record<string, number>;
    return Date.UTC(year!, month! - 1, day!, hour!, minute!, second!) + (((time % 1000) + 1000) % 1000);
  };
  return {
    wallTime,
    timeOf(wall) {
      // The distance a day before and a day after are the two that may hold around a change.
      const before = wall - dayMilliseconds;
      const after = wall + dayMilliseconds;
      const first = wall - (wallTime(before) - before);
      const second = wall - (wallTime(after) - after);
      const candidates = [first, second].filter((time) => wallTime(time) === wall);
      return candidates.length > 0 ? Math.min(...candidates) : first;
    },
  };
}

const dayMilliseconds = 86_400_000;
