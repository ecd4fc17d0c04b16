import { useEffect, useRef } from "react";
import type { Html } from "../../../src/prep/insights/page/html.ts";
import { enlivenPage, type PageRoot } from "../../../src/prep/insights/page/page-script.ts";
import { pageStyle } from "../../../src/prep/insights/page/page-style.ts";

/**
 * Shows what a report's own page shows, in a tree of its own: neither's style reaches the other. The page is drawn here from
 * what was found, so nothing of a file from S3 runs.
 */
export function ReportView({ page }: { readonly page: Html }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const root = place.current!.shadowRoot ?? place.current!.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(pageStyle);
    root.adoptedStyleSheets = [sheet];
    const shown = document.createElement("div");
    shown.innerHTML = page.text;
    enlivenPage(shown as unknown as PageRoot);
    shown.addEventListener("click", goWithin);
    root.replaceChildren(shown);
  }, [page]);
  return <div ref={place} className="report" />;
}

/** A browser looks for the place of a link in the document, and not in such a tree. */
function goWithin(event: MouseEvent): void {
  const link = (event.target as Element).closest('a[href^="#"]');
  const to = link && (link.getRootNode() as ShadowRoot).getElementById(link.getAttribute("href")!.slice(1));
  if (!to) return;
  event.preventDefault();
  to.tabIndex = -1;
  to.focus({ preventScroll: true });
  to.scrollIntoView();
}
