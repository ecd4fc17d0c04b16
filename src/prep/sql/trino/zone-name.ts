/** Trino writes an offset as +02:00, and none as UTC. */
export function zoneName(text: string): string {
  const offset = /^([+-])(\d{1,2}):?(\d{2})?$/.exec(text);
  if (offset === null) return /^(?:utc|z|gmt0?|zulu|etc\/utc|uct)$/i.test(text) ? "UTC" : text;
  const name = `${offset[1]}${offset[2]!.padStart(2, "0")}:${offset[3] ?? "00"}`;
  return /00:00$/.test(name) ? "UTC" : name;
}

/** The name of a zone as Trino writes it; null where there is no such zone. */
export function knownZone(text: string): string | null {
  const name = zoneName(text);
  const offset = /^[+-](\d\d):(\d\d)$/.exec(name);
  if (name === "UTC") return name;
  if (offset !== null) return Number(offset[1]) * 60 + Number(offset[2]) <= 14 * 60 ? name : null;
  if (!/^[A-Za-z]/.test(name)) return null;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return name;
  } catch {
    return null;
  }
}
