import type { ReportComparison } from "../compare-reports.ts";
import type { InsightsReport } from "../insights-report.ts";
import { reportSections, rowsWords } from "./report-sections.ts";
import { wholePage } from "./whole-page.ts";

/** A report as one page of HTML, which asks for nothing from anywhere. */
export const reportPage = (report: InsightsReport, comparison?: ReportComparison): string =>
  wholePage(report.name ?? "Data Quality and Insights Report", rowsWords(report), reportSections(report, comparison));
