import { createHash } from "node:crypto";
import { guidePath } from "../base/guide-path.ts";
import type { WireResponse } from "../wire/wire.ts";
import type { Front } from "./front.ts";
import { type GuidePages, readGuidePages } from "./guide-pages.ts";
import { guideStyle } from "./guide-style.ts";

const styleHash = createHash("sha256").update(guideStyle).digest("base64");
const headers = {
  "Content-Type": "text/html; charset=utf-8",
  "Content-Security-Policy": `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cache-Control": "no-cache",
};

/** Shows the pages of docs/ to anyone who asks: they are the same for everyone and tell nothing of this server. */
export const guide: Front<never> = createGuide(readGuidePages);

export function createGuide(read: () => GuidePages): Front<never> {
  /** Read at the first request, and kept. */
  let pages: GuidePages | undefined;
  const rendered = new Map<string, string>();

  async function show(path: string): Promise<{ status: number; html: string }> {
    pages ??= read();
    // The renderer is the one part of the server that only readers of the guide need.
    const { renderGuidePage, renderMissingPage } = await import("./render-guide.ts");
    const page = pages.at(path);
    if (page === undefined) return { status: 404, html: renderMissingPage(pages) };
    const html = rendered.get(path) ?? renderGuidePage(page, pages);
    rendered.set(path, html);
    return { status: 200, html };
  }

  return {
    unit: "front",
    name: "guide",
    uses: [],
    duringReset: true,
    path: `${guidePath}/*`,
    callers: "anyone",
    identify: (request) => request.anyone([]),
    async handle({ head }): Promise<WireResponse> {
      if (head.method !== "GET" && head.method !== "HEAD")
        return {
          status: 405,
          headers: { Allow: "GET, HEAD", "Content-Type": "text/plain" },
          body: "The guide answers GET and HEAD only.\n",
        };
      const { status, html } = await show(head.path.replace(/\/$/, ""));
      return { status, headers: { ...headers }, ...(head.method === "GET" && { body: html }) };
    },
  };
}
