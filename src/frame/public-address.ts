import type { Context } from "./context.ts";

/**
 * Returns what addresses of the server begin with, for others than its own runs: the setting publicUrl, else where the caller
 * has reached it, by a proxy too, else its own address.
 */
export function publicAddress({ headers, settings }: Pick<Context, "headers" | "settings">): string {
  if (settings.publicUrl !== "") return settings.publicUrl;
  const { host, "x-forwarded-proto": forwarded = "" } = headers;
  if (host === undefined) return settings.endpoint();
  // Behind a proxy with TLS the next request must go through it too. Who makes the header up misleads only himself.
  return `${/(^|,)\s*https\s*$/i.test(forwarded) ? "https" : "http"}://${host}`;
}
