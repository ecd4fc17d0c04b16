import type { RequestHead, WireResponse } from "../../wire/wire.ts";

/** What a browser runs or draws as a document of its own. */
const documents: ReadonlySet<unknown> = new Set(["document", "iframe", "frame", "embed", "object"]);

/**
 * Adds to an answer of S3 what keeps an object from acting as a page of the server when a browser opens it: it has the
 * origin of Studio. Other clients get the answer as it is.
 */
export function safeForBrowsers({ headers }: RequestHead, response: WireResponse): WireResponse {
  const destination = headers["sec-fetch-dest"];
  // Browsers from before this header ask for pages by Accept.
  const opens = destination === undefined ? headers.accept?.includes("text/html") : documents.has(destination);
  if (destination === undefined && !opens) return response;
  return { ...response, headers: { ...response.headers, ...(opens && sandboxed), ...nosniff } };
}

const nosniff = { "X-Content-Type-Options": "nosniff" };
const sandboxed = { "Content-Security-Policy": "sandbox" };

/** The same for an answer of the AWS API to a page of Studio, which reads it, whatever it is. */
export const readOnlyByStudio = (response: WireResponse): WireResponse => ({
  ...response,
  headers: { "Cache-Control": "no-store", ...response.headers, ...sandboxed, ...nosniff },
});
