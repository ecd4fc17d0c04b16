/** Returns an opaque token of a page. */
export const writeJsonToken = (parts: readonly unknown[]): string =>
  Buffer.from(JSON.stringify(parts)).toString("base64url");

/** Returns the parts of a token; undefined for a text that is none. Who reads it checks what the parts are. */
export function readJsonToken(token: string): readonly unknown[] | undefined {
  try {
    const parts: unknown = JSON.parse(Buffer.from(token, "base64url").toString());
    return Array.isArray(parts) ? parts : undefined;
  } catch {
    return undefined;
  }
}
