import { execFileSync } from "node:child_process";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { drawPicture } from "../../../src/cli/analysis/draw-picture.ts";
import { analyses } from "../../../src/prep/analyses/analyses.gen.ts";
import { type AnalysisResult, doAnalysis } from "../../../src/prep/do-analysis.ts";
import { openExampleEngine } from "../../../src/prep/duckdb.fixture.ts";
import { compareReports } from "../../../src/prep/insights/compare-reports.ts";
import type { InsightsReport } from "../../../src/prep/insights/insights-report.ts";
import { analysisPage } from "../../../src/prep/insights/page/analysis-page.ts";
import { reportPage } from "../../../src/prep/insights/page/report-page.ts";
import { mixedTable, openReportMaker } from "../../../src/prep/insights/report.fixture.ts";
import { readUnit } from "../../../src/prep/read-step.ts";
import { installed } from "../installed.ts";
import { framesOf } from "./frames-of.ts";
import { accessibilityFindings, checkPage } from "./page-checks.ts";
import { studio } from "./studio.ts";

let folder: string;
let report: InsightsReport;
let older: InsightsReport;
let histogram: AnalysisResult;
let browser: Browser | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "report-page-"));
  const maker = await openReportMaker();
  report = await maker.report(mixedTable(300), { target: "buys" });
  older = await maker.report(mixedTable(200, 2), { target: "buys" });
  maker.close();
  const engine = await openExampleEngine();
  const given = { x_axis: "income", color_by: "colour", facet_by: "buys" };
  const { unit, values } = readUnit("histogram", given, analyses);
  const input = await engine.tableOf("rows", mixedTable(300));
  histogram = await doAnalysis(unit, input, values, engine.forAnalyses);
  engine.close();
});
afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Opens a page that is a file, and gives what it asked for and complained of. */
async function open(text: string, colorScheme: "light" | "dark" = "light") {
  const file = join(folder, "report.html");
  await writeFile(file, text);
  const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  browser ??= await chromium.launch({
    executablePath: execFileSync("which", ["chromium"], { encoding: "utf8" }).trim(),
    args,
  });
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, colorScheme });
  const page = await context.newPage();
  const complaints: string[] = [];
  const foreign: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => request.url() !== pathToFileURL(file).href && foreign.push(request.url()));
  await page.goto(pathToFileURL(file).href);
  return { page, complaints, foreign, context, url: "", open: async () => {}, close: () => context.close() };
}

/** As many columns, of the kinds that the report has. */
const wide = (columns: number): InsightsReport => ({
  ...report,
  columns: Array.from({ length: columns }, (_, at) => {
    const one = report.columns[at % report.columns.length]!;
    return at < report.columns.length ? one : { ...one, column: `${one.column} ${at}` };
  }),
});

for (const colors of ["light", "dark"] as const)
  test(`axe finds nothing wrong with the page in ${colors} colours, on a phone and on a desk`, async (context) => {
    await installed(context, studio);
    const opened = await open(reportPage(report, compareReports(older, report)), colors);
    await checkPage(opened);
    // All of axe's rules, with those that are advice.
    expect(await accessibilityFindings(opened.page, "html", { resultTypes: ["violations"] })).toEqual([]);
    await opened.close();
  });

for (const colors of ["light", "dark"] as const)
  test(`axe finds nothing wrong with the page of an analysis in ${colors} colours`, async (context) => {
    await installed(context, studio);
    const opened = await open(analysisPage(histogram, await drawPicture(histogram.picture!)), colors);
    await opened.page.getByRole("img", { name: "Picture of Histogram" }).waitFor();
    await checkPage(opened);
    expect(await accessibilityFindings(opened.page, "html", { resultTypes: ["violations"] })).toEqual([]);
    await opened.close();
  });

test("warnings come first and say what to do, and tables are sorted by their heads", async (context) => {
  await installed(context, studio);
  const { close, page } = await open(reportPage(report));
  const headings = await page.getByRole("heading", { level: 2 }).allTextContents();
  expect(headings.slice(0, 2)).toEqual(["Summary", `Warnings (${report.warnings.length})`]);
  // What is to do is said once of each kind, with all its columns.
  const kinds = new Set(report.warnings.map(({ id, severity }) => `${severity} ${id}`));
  expect(await page.getByText("What to do:").count()).toBe(kinds.size);
  const severities: string[] = [];
  for (const one of await page.locator(".warnings > li").all()) severities.push((await one.getAttribute("class"))!);
  expect(severities).toEqual(["high", "medium", "low"].flatMap((one) => severities.filter((own) => own === one)));
  const table = page.getByRole("region", { name: "Columns" }).getByRole("table");
  const first = (column: number) => table.locator("tbody tr").first().locator("td").nth(column).textContent();
  await table.getByRole("button", { name: "Distinct" }).click();
  expect(await first(0)).toBe("same");
  await table.getByRole("button", { name: "Distinct" }).click();
  expect(await first(0)).toBe("id");
  await close();
});

test("columns are found by a part of their name", async (context) => {
  await installed(context, studio);
  const { close, page } = await open(reportPage(wide(40)));
  await page.getByLabel("Show columns with").fill("Income");
  const rows = page.getByRole("region", { name: "Columns" }).getByRole("row");
  const income = wide(40).columns.filter(({ column }) => column.startsWith("income"));
  // One is the head's.
  expect(await rows.count()).toBe(income.length + 1);
  expect(await page.getByRole("article").count()).toBe(income.length);
  await page.getByLabel("Show columns with").fill("");
  expect(await page.getByRole("article").count()).toBe(40);
  await close();
});

test("what a report holds is text on the page, whatever it is", async (context) => {
  await installed(context, studio);
  const evil = { html: "<b id=evil>", text: "<b id=evil>" } as unknown as string;
  const named = { ...report, name: "<b id=evil>", notes: [evil, "<b id=evil>"] };
  const { close, page } = await open(reportPage(named));
  expect(await page.locator("#evil").count()).toBe(0);
  await page.getByRole("heading", { level: 1, name: "<b id=evil>" }).waitFor();
  await close();
});

test("the page of 50 columns is small", async (context) => {
  await installed(context, studio);
  await writeFile(join(folder, "wide.html"), reportPage(wide(50)));
  expect((await stat(join(folder, "wide.html"))).size).toBeLessThan(3_000_000);
});

test("1,000 columns are scrolled without a frame that takes long", async (context) => {
  await installed(context, studio);
  const { close, page } = await open(reportPage(wide(1_000)));
  const frames = await framesOf(page, "document.querySelector('#columns').scrollIntoView()");
  expect(Math.max(...frames), `${frames}`).toBeLessThan(100);
  await close();
});
