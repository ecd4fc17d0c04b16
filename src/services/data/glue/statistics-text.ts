/** Writes statistics as JSON in which times and bytes are known again. */
export const writeStatistics = (value: unknown): string => JSON.stringify(marked(value));

export const readStatistics = <T>(text: string): T =>
  JSON.parse(text, (_, value) => {
    if (typeof value !== "object" || value === null) return value;
    if ("$time" in value) return new Date(value.$time);
    return "$bytes" in value ? new Uint8Array(Buffer.from(value.$bytes, "base64")) : value;
  });

function marked(value: unknown): unknown {
  if (value instanceof Date) return { $time: value.getTime() };
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString("base64") };
  if (Array.isArray(value)) return value.map(marked);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inside]) => [name, marked(inside)]));
}
