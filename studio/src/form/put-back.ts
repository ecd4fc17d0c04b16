import { jsonText } from "../values/json-text.ts";

/**
 * Finds what an edit would put back to what it was: members that are others `now` than when the edit was `begun`, and are
 * sent as they were then. Returns their paths. A member that is not sent is put back too, unless the operation leaves it.
 */
export function putBack(begun: unknown, now: unknown, sent: unknown, leaves: boolean, path = ""): string[] {
  if (leaves && sent === undefined) return [];
  if (!isStructure(begun) && !isStructure(now)) {
    const [was, is, will] = [begun, now, sent].map(jsonText);
    return was !== is && was === will ? [path] : [];
  }
  const [was, is, will] = [begun, now, sent].map((one) => (isStructure(one) ? one : {}));
  const names = new Set([...Object.keys(was!), ...Object.keys(is!)]);
  return [...names].flatMap((name) =>
    putBack(was![name], is![name], will![name], leaves, path === "" ? name : `${path}.${name}`),
  );
}

const isStructure = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
