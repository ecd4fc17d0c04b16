const shownCharacters = 1024;

/** Returns a value as AWS's messages show it: its first 1024 characters, or nothing of a sensitive value. */
export function shownValue(value: unknown, sensitive: boolean): string {
  if (sensitive) return "";
  const text = rendered(value, shownCharacters + 1);
  return ` '${text.length > shownCharacters ? `${text.slice(0, shownCharacters)}...` : text}'`;
}

/** Renders lists as `[a, b]`, maps and structures as `{a=b}`; stops after `enough` characters. */
function rendered(value: unknown, enough: number): string {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return `${value.byteLength} bytes`;
  if (typeof value !== "object" || value === null) return String(value);
  const isList = Array.isArray(value);
  let text = isList ? "[" : "{";
  for (const key of Object.keys(value)) {
    if (text.length > enough) break;
    const part = rendered((value as Record<string, unknown>)[key], enough - text.length);
    text += (text.length > 1 ? ", " : "") + (isList ? part : `${key}=${part}`);
  }
  return text + (isList ? "]" : "}");
}
