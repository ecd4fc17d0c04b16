const units = ["bytes", "kB", "MB", "GB", "TB", "PB"];

/** 1234567 -> "1.23 MB", 1 -> "1 byte". */
export function bytes(count: number): string {
  if (count < 1000) return count === 1 ? "1 byte" : `${count} bytes`;
  const power = Math.min(Math.floor(Math.log10(count) / 3), units.length - 1);
  return `${(count / 1000 ** power).toPrecision(3)} ${units[power]}`;
}

/** 3725 -> "1 h 2 min". */
export function duration(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds * 10) / 10} s`;
  const minutes = Math.floor(seconds / 60);
  const rest = Math.round(seconds % 60);
  if (minutes < 60) return rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s`;
  if (minutes < 60 * 48) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${Math.floor(minutes / 60 / 24)} days ${Math.floor(minutes / 60) % 24} h`;
}

/** The day and time where the reader is, in an order that sorts: "2026-11-29 14:05:07". */
export function time(date: Date): string {
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19).replace("T", " ");
}

/** A number with at most six significant digits, without an exponent where it is short without. */
export function number(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString("en");
  return String(Number(value.toPrecision(6)));
}
