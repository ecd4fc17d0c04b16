const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/** JSON in lines, every text and number as it is written: a number read and written again may be another. Undefined for what is none. */
export function indentedJson(text: string): string | undefined {
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  const written: string[] = [];
  let depth = 0;
  const line = () => `\n${"  ".repeat(depth)}`;
  let before = "";
  for (const [token] of text.matchAll(tokens)) {
    const opens = before === "{" || before === "[";
    const closes = token === "}" || token === "]";
    if (closes) depth--;
    if (closes ? !opens : opens) written.push(line());
    written.push(token === ":" ? ": " : token);
    if (token === "{" || token === "[") depth++;
    if (token === ",") written.push(line());
    before = token;
  }
  return written.join("");
}

/** A value of an AWS client as JSON, with all digits of its numbers: a time as ISO 8601, bytes as base64. */
export function jsonText(value: unknown): string {
  if (value instanceof Date) return JSON.stringify(value);
  if (value instanceof Uint8Array)
    return JSON.stringify(btoa(Array.from(value, (byte) => String.fromCharCode(byte)).join("")));
  if (Array.isArray(value)) return `[${value.map(jsonText).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    // What a client keeps of a decimal number that no number of JavaScript's is.
    if ("type" in value && value.type === "bigDecimal" && "string" in value) return String(value.string);
    const members = Object.entries(value).filter(([, inner]) => inner !== undefined && typeof inner !== "function");
    return `{${members.map(([name, inner]) => `${JSON.stringify(name)}:${jsonText(inner)}`).join(",")}}`;
  }
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number" && !Number.isFinite(value)) return JSON.stringify(String(value));
  return JSON.stringify(value) ?? "null";
}
