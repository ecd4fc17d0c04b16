/** Why a text is no time, and what is one, in words. */
export const noTime = (text: string): string =>
  `"${text}" is no time. Write 2026-11-29T14:05:07Z, or an offset such as +02:00 in place of the Z, or a day alone: 2026-11-29.`;

const pattern = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(\.\d{1,9})?)?(Z|([+-])(\d\d):?(\d\d)))?$/i;

/** Reads a time with its offset, or the first moment of a day in UTC; undefined for another text and for a day that no calendar has. */
export function readTime(text: string): Date | undefined {
  const found = pattern.exec(text.trim());
  if (!found) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const [offsetHours, offsetMinutes] = [Number(found[10] ?? 0), Number(found[11] ?? 0)];
  if (hour > 23 || minute > 59 || second > 59 || offsetHours > 23 || offsetMinutes > 59) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  // 30 February would be 2 March.
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  const offset = (offsetHours * 60 + offsetMinutes) * (found[9] === "-" ? -1 : 1);
  date.setUTCHours(hour, minute - offset, second, Math.floor(Number(found[7] ?? 0) * 1000));
  return date;
}
