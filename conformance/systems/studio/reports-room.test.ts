import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { InsightsReport } from "../../../src/prep/insights/insights-report.ts";
import { clientsOf } from "../../clients.ts";
import { scriptEnvironments } from "../../script-environments.ts";
import { region, useServer } from "../../server.ts";
import { installed } from "../installed.ts";
import { framesOf } from "./frames-of.ts";
import { settled } from "./look-at.ts";
import { buildStudio, openStudio, type StudioBrowser } from "./open-studio.ts";
import { checkPage } from "./page-checks.ts";
import { studio } from "./studio.ts";

/** A job that makes a report takes seconds, and more on a machine that has other work. */
const patience = 120_000;
const bucket = "rides";
/** Rides of which those of some days are free. */
const rides = (rows: number) =>
  `id,day,note,free\n${Array.from({ length: rows }, (_, row) => `${row},${row % 7},<b>${row % 3}</b>,${row % 7 > 3 ? "yes" : "no"}`).join("\n")}\n`;

describe("the room of reports", { timeout: 3 * patience }, () => {
  const server = useServer({ environment: { ...scriptEnvironments, SAGEBRUSH_REGION: region } });
  let room: StudioBrowser;
  let page: Page;

  beforeEach(async (context) => {
    await installed(context, studio);
  });
  beforeAll(async () => {
    buildStudio();
    const { s3 } = clientsOf(server);
    await s3.createBucket({ Bucket: bucket, CreateBucketConfiguration: { LocationConstraint: region } });
    for (const [Key, rows] of [
      ["old.csv", 150],
      ["new.csv", 210],
    ] as const)
      await s3.putObject({ Bucket: bucket, Key, Body: rides(rows) });
    const made = "CREATE TABLE shop.rides AS SELECT n AS id, n % 5 AS day FROM UNNEST(sequence(1, 60)) AS t (n)";
    for (const statement of ["CREATE DATABASE shop", made]) await server.sagebrush("sql", statement);
    room = await openStudio(server);
    page = room.page;
  }, patience);
  afterAll(() => room?.close());

  const submit = () => page.getByRole("button", { name: "Make the report" }).click();
  /** Waits until the report that is being made is shown. */
  const shown = () => page.getByRole("heading", { level: 2, name: "Feature summary" }).waitFor({ timeout: patience });

  test("a form says what is missing, and makes a report of an object with a target", async () => {
    await room.open("reports");
    await page.getByRole("link", { name: "Make the first one" }).click();
    await page.getByRole("heading", { level: 1, name: "Make a report" }).waitFor();
    await submit();
    await page.getByText("It has to be an object of S3: s3://bucket/key").waitFor();
    await checkPage(room);
    for (const key of ["old.csv", "new.csv"]) {
      await room.open("new-report");
      if (key === "old.csv") await page.getByLabel("Object", { exact: true }).fill(`s3://${bucket}/${key}`);
      else {
        // The object's own page leads to the form, and names it.
        await room.open(`s3/${bucket}?key=${key}`);
        await page.getByRole("button", { name: "Make a report" }).click();
      }
      const target = page.getByLabel(/^Target column/);
      await target.fill("fr");
      // The head of the file is offered.
      await page.getByRole("option", { name: "free" }).click();
      await submit();
      await page.getByRole("heading", { level: 1, name: `Report of s3://${bucket}/${key}` }).waitFor();
      await shown();
    }
    await page.getByText("Statistics are of all 210 rows; models are of 210 rows.", { exact: false }).waitFor();
    await page.getByText("Possible target leakage").first().waitFor();
    await checkPage(room);
  });

  test("what a report shows is found by its links, sorted and searched, and nothing of a value is more than text", async () => {
    await page.getByRole("link", { name: "note", exact: true }).first().click();
    await expect.poll(() => page.evaluate("scrollY")).toBeGreaterThan(200);
    const table = page.getByRole("region", { name: "Columns" });
    await table.getByRole("button", { name: "Distinct" }).click();
    expect(await table.getByRole("row").nth(1).textContent()).toContain("free");
    await page.getByText("<b>0</b>").first().waitFor();
    expect(await page.locator(".report b", { hasText: /^[012]$/ }).count()).toBe(
      await page.locator(".tiles b").count(),
    );
  });

  test("a report of a table, and one of a query's rows", async () => {
    await room.open("new-report");
    await page.getByLabel("A table of the Data Catalog").check();
    await page.getByLabel("Database", { exact: true }).click();
    await page.getByRole("option", { name: "shop" }).click();
    await page.getByLabel("Table", { exact: true }).click();
    await page.getByRole("option", { name: "rides" }).click();
    // The table's own page leads to the same form.
    await room.open("table");
    await page.getByRole("link", { name: "rides" }).first().click();
    await page.getByRole("button", { name: "Make a report" }).click();
    await page.getByRole("button", { name: /^Table\b.*rides/ }).waitFor();
    await page.getByLabel("The first 50,000").check();
    await submit();
    await page.getByRole("heading", { level: 1, name: "Report of shop.rides" }).waitFor();
    await shown();
    await page.getByText("Statistics are of all 60 rows", { exact: false }).waitFor();

    const sql = "SELECT day, id * 2 AS twice FROM shop.rides WHERE id <= 40";
    await room.open(`new-report?sql=${encodeURIComponent(sql)}`);
    await submit();
    await page.getByRole("heading", { level: 1, name: `Report of ${sql}` }).waitFor();
    await shown();
    await page.getByText("Statistics are of all 40 rows", { exact: false }).waitFor();
  });

  test("a query that fails says why, in place of a report", async () => {
    await room.open(`new-report?sql=${encodeURIComponent("SELECT * FROM shop.ridez")}`);
    await submit();
    await page.getByText("there is no report", { exact: false }).waitFor({ timeout: patience });
    await page.getByText("TABLE_NOT_FOUND", { exact: false }).waitFor();
    await checkPage(room);
  });

  test("all are listed, and two of a table are compared", async () => {
    await room.open("reports");
    const list = page.getByRole("table", { name: "Reports" });
    await expect.poll(() => list.getByRole("row").count(), { timeout: patience }).toBe(6);
    await settled(room);
    await checkPage(room);
    const compare = page.getByRole("button", { name: "Compare" });
    for (const source of ["old.csv", "new.csv"])
      await list.getByRole("row", { name: source }).getByRole("checkbox").check();
    await compare.click();
    await page.getByRole("heading", { level: 1, name: `Report of s3://${bucket}/new.csv` }).waitFor();
    await page.getByRole("heading", { level: 2, name: "What changed" }).waitFor();
    await page.getByText("150 rows before, 210 now.").waitFor();
    for (const colorScheme of ["dark", "light"] as const) {
      await page.emulateMedia({ colorScheme });
      await checkPage(room);
    }
    const saved = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save as page" }).click();
    expect((await saved).suggestedFilename()).toMatch(/^report-\d{17}\.html$/);
  });

  test("an analysis is shown with its picture and its figures", async () => {
    const asked = ["histogram", `s3://${bucket}/new.csv`, "x_axis=id", "color_by=free"];
    const made = await server.sagebrush("analyze", ...asked);
    expect(made.code, made.stderr).toBe(0);
    await room.open("reports?job=histogram");
    await page.getByRole("link", { name: "Histogram", exact: true }).click();
    await page.getByText("It is of all 210 rows.").waitFor();
    await page.getByRole("img", { name: "Picture of Histogram" }).waitFor();
    await page.locator("figure.chart svg").waitFor();
    await checkPage(room);
  });

  test("a report of 1,000 columns is scrolled without a frame that takes long", async () => {
    const { s3 } = clientsOf(server);
    const [bucket, Key] = await placeOf("report-");
    const text = await (await s3.getObject({ Bucket: bucket, Key })).Body!.transformToString();
    const found = JSON.parse(text) as InsightsReport;
    const columns = Array.from({ length: 1_000 }, (_, at) => {
      const one = found.columns[at % found.columns.length]!;
      return at < found.columns.length ? one : { ...one, column: `${one.column} ${at}` };
    });
    await s3.putObject({ Bucket: bucket, Key, Body: JSON.stringify({ ...found, columns }) });
    await room.open(`report?of=${encodeURIComponent(`${await newestJob("report-")}/analysis`)}`);
    await page.getByRole("heading", { level: 2, name: "Columns" }).waitFor();
    const goTo = "document.querySelector('.report').shadowRoot.getElementById('columns').scrollIntoView()";
    const frames = await framesOf(page, goTo);
    expect(Math.max(...frames), `${frames}`).toBeLessThan(100);
    await s3.putObject({ Bucket: bucket, Key, Body: text });
  });

  /** The newest job with such a name that has ended well. */
  async function newestJob(NameContains: string): Promise<string> {
    const asked = { NameContains, StatusEquals: "Completed", SortBy: "CreationTime", SortOrder: "Descending" } as const;
    const { ProcessingJobSummaries = [] } = await clientsOf(server).sagemaker.listProcessingJobs(asked);
    return ProcessingJobSummaries[0]!.ProcessingJobName!;
  }

  /** Where the newest such job has left what it found. */
  async function placeOf(NameContains: string): Promise<readonly [bucket: string, key: string]> {
    const ProcessingJobName = await newestJob(NameContains);
    const job = await clientsOf(server).sagemaker.describeProcessingJob({ ProcessingJobName });
    const place = new URL(job.ProcessingOutputConfig!.Outputs![0]!.S3Output!.S3Uri!);
    return [
      place.host,
      `${place.pathname.slice(1)}/${ProcessingJobName}/analysis/default/data_wrangler_visualization_job.json`,
    ];
  }

  test("a file that is no report's, or that somebody has changed, does nothing but be shown", async () => {
    const { s3 } = clientsOf(server);
    const [bucket, Key] = await placeOf("histogram");
    const evil = '<img id="evil" src="x" onerror="document.title=1">';
    const note = { html: evil, text: evil };
    const found = {
      ...{
        analysis: "histogram",
        title: evil,
        parameters: {},
        notes: [evil],
        rows: { table: 1, used: 1, method: "all" },
      },
      data: { [evil]: [{ [evil]: evil, other: note }] },
      picture: { data: { url: "/_studio/session" }, mark: "bar", encoding: { href: { value: "javascript:alert(1)" } } },
    };
    await s3.putObject({ Bucket: bucket, Key, Body: JSON.stringify(found) });
    await room.open(`report?of=${encodeURIComponent(`${await newestJob("histogram")}/analysis`)}`);
    await page.getByText("It is of all 1 row.").waitFor();
    expect(await page.locator("#evil, #evil *").count()).toBe(0);
    expect(await page.locator('a[href^="javascript"]').count()).toBe(0);
    room.complaints.splice(0);
    await room.open("report?of=no-such-job/analysis");
    await page.getByText("This could not be read").waitFor();
    room.complaints.splice(0);
  });
});
