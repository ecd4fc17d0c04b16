import type { ReportComparison } from "../compare-reports.ts";
import type { InsightsReport } from "../insights-report.ts";
import { Html, html } from "./html.ts";
import { enlivenPage } from "./page-script.ts";
import { pageStyle } from "./page-style.ts";
import { reportSections, rowsWords } from "./report-sections.ts";

/** A report as one page of HTML, which asks for nothing from anywhere. */
export function reportPage(report: InsightsReport, comparison?: ReportComparison): string {
  const title = report.name ?? "Data Quality and Insights Report";
  const policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'";
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta http-equiv="Content-Security-Policy" content="${policy}"><title>${title}</title><style>${new Html(pageStyle)}</style></head><body><header><h1>${title}</h1><p class="quiet">${rowsWords(report)}</p></header><main>${reportSections(report, comparison)}</main><script>(${new Html(String(enlivenPage))})(document)</script></body></html>
`.text;
}
