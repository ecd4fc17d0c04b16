import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { clientsOf } from "../../clients.ts";
import { hourOf, makeClicks, offlineOf, putClick, recordsOf, rowsOf } from "../../feature-groups.ts";
import { region, useServer } from "../../server.ts";
import { installed } from "../installed.ts";
import { buildStudio, openStudio, type StudioBrowser } from "./open-studio.ts";
import { checkPage, forgive } from "./page-checks.ts";
import { studio } from "./studio.ts";

const patience = { timeout: 60_000 };

describe("features in Studio", { timeout: 240_000 }, () => {
  const server = useServer({ environment: { SAGEBRUSH_REGION: region } });
  let browser: StudioBrowser;
  let page: Page;

  beforeEach(async (context) => {
    await installed(context, studio);
  });
  beforeAll(async () => {
    buildStudio();
    const { sagemaker } = clientsOf(server);
    await makeClicks(server, "clicks");
    await makeClicks(server, "visits", { TableFormat: "Iceberg" });
    for (const [hour, id] of [..."abcdef"].entries())
      await putClick(server, "clicks", { Id: id, time: hourOf(hour), clicks: String(hour), share: "0.5" });
    await putClick(server, "clicks", { Id: "a", time: hourOf(9), clicks: "90", share: "0.25" });
    await sagemaker.updateFeatureMetadata({
      ...{ FeatureGroupName: "clicks", FeatureName: "clicks", Description: "How often" },
      ParameterAdditions: [
        { Key: "team", Value: "growth" },
        { Key: "unit", Value: "count" },
      ],
    });
    browser = await openStudio(server);
    page = browser.page;
  }, 120_000);
  afterAll(() => browser?.close());

  /** Holds the page against what is promised, also dark. */
  async function checkLooks(): Promise<void> {
    for (const colorScheme of ["dark", "light"] as const) {
      await page.emulateMedia({ colorScheme });
      await checkPage(browser);
    }
  }
  const rows = (table: string) => page.getByRole("table", { name: table }).locator("tbody").getByRole("row");
  const cell = (row: string, text: string) =>
    page.getByRole("row", { name: row }).getByRole("cell", { name: text, exact: true }).first();

  /** The value beside a title. */
  const figure = async (title: string) =>
    await page
      .locator("dt, [class*=key-label]")
      .filter({ hasText: title })
      .first()
      .locator("xpath=following::*[1]")
      .textContent();
  /** Waits until the offline store has so many events of a group. */
  async function offlineRows(group: string, count: number): Promise<void> {
    const { table } = await offlineOf(server, group);
    await expect.poll(() => rowsOf(server, `SELECT count(*) FROM ${table}`), patience).toEqual([[String(count)]]);
  }

  test("features are found across groups by name, type, group and parameter", async () => {
    await browser.open("feature");
    await expect.poll(() => rows("Features").count()).toBe(8);
    await page.getByRole("button", { name: /^Type Type/ }).click();
    await page.getByRole("option", { name: "Integral" }).click();
    await expect.poll(() => rows("Features").count()).toBe(2);
    await page.getByRole("button", { name: /^Group Group/ }).click();
    await page.getByRole("option", { name: "visits" }).click();
    await expect.poll(() => rows("Features").count()).toBe(1);
    await browser.open("feature?Parameters=team%3Dgrowth");
    await page.getByRole("link", { name: "clicks" }).first().waitFor();
    await expect.poll(() => rows("Features").count()).toBe(1);
    await page.getByPlaceholder("Parameter: key, or key=value").fill("team=sales");
    await page.getByText("No feature matches.").waitFor();
    await page.getByRole("button", { name: "Clear the filter" }).click();
    await page.getByPlaceholder("Name contains").fill("shar");
    await expect.poll(() => rows("Features").count()).toBe(2);
    await checkLooks();
  });

  test("groups are found by a feature that they have, and by tags", async () => {
    const { sagemaker } = clientsOf(server);
    const { FeatureGroupArn } = await sagemaker.describeFeatureGroup({ FeatureGroupName: "visits" });
    await sagemaker.addTags({ ResourceArn: FeatureGroupArn!, Tags: [{ Key: "team", Value: "growth" }] });
    await browser.open("feature-group?Tags=team");
    await page.getByRole("link", { name: "visits" }).waitFor();
    expect(await rows("Feature groups").count()).toBe(1);
    await page.getByPlaceholder("Tag: key, or key=value").fill("");
    await page.getByPlaceholder("Has the feature").fill("share");
    await expect.poll(() => rows("Feature groups").count()).toBe(2);
    await page.getByPlaceholder("Has the feature").fill("shar");
    await page.getByText("No feature group matches.").waitFor();
  });

  test("a feature's description and parameters are edited, each alone", async () => {
    await browser.open("feature/clicks%2Fclicks");
    await page.getByRole("button", { name: "Edit" }).click();
    await page.getByLabel(/^Description/).fill("Clicks a day");
    await page.getByRole("button", { name: "Remove parameter 2" }).click();
    await page.getByRole("button", { name: "Add parameter" }).click();
    await page.getByLabel("Key").nth(1).fill("not a key!");
    await page.getByLabel("Value").nth(1).fill("x");
    await page.getByRole("button", { name: "Edit", exact: true }).click();
    await page
      .getByText(/It has to match/)
      .first()
      .waitFor();
    await checkPage(browser);
    await page.getByLabel("Key").nth(1).fill("owner");
    await page.getByRole("button", { name: "Edit", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "clicks" }).waitFor();
    await page.getByText("Clicks a day").waitFor();
    const { sagemaker } = clientsOf(server);
    const names = { FeatureGroupName: "clicks", FeatureName: "clicks" };
    expect(await sagemaker.describeFeatureMetadata(names)).toMatchObject({
      Description: "Clicks a day",
      Parameters: [
        { Key: "team", Value: "growth" },
        { Key: "owner", Value: "x" },
      ],
    });
  });

  test("statistics are of the latest records, of all events, or of a sample of the online store, and say which", async () => {
    await browser.open("feature/clicks%2Fclicks?tab=Statistics");
    const work = async (source: string, records: string) => {
      await page.getByLabel(source).check();
      await page.getByRole("button", { name: "Work out statistics" }).click();
      await page.getByText(`Of: ${source.replace(/^[AT]/, (letter) => letter.toLowerCase())}.`).waitFor();
      expect(await figure("Records")).toBe(records);
    };
    await offlineRows("clicks", 7);
    await work("The latest record of each identifier", "6");
    await work("All events", "7");
    await work("A sample of 100 records of the online store", "6");
    expect(await figure("Greatest")).toBe("90");
    await checkLooks();
  });

  test("a record is looked up, put with what is typed, refused at its field, and deleted", async () => {
    await browser.open("feature-group/clicks?tab=Records");
    await page.getByRole("link", { name: "b", exact: true }).click();
    await cell("clicks", "1").waitFor();
    await checkLooks();
    await page.getByRole("button", { name: "Put it anew" }).click();
    const form = page.getByRole("form", { name: "Put a record" });
    expect(await form.getByLabel("time", { exact: true }).inputValue()).toMatch(/^20\d\d-\d\d-\d\dT.*Z$/);
    await form.getByLabel(/^clicks/).fill("one");
    await form.getByRole("button", { name: "Put the record" }).click();
    await form.getByText('A whole number of 64 bits, such as 42, and not "one".').waitFor();
    await checkPage(browser);
    await form.getByLabel(/^clicks/).fill("11");
    await form.getByLabel("time", { exact: true }).fill("2026-02-30T00:00:00Z");
    await form.getByText("A time in UTC, such as").waitFor();
    await form.getByLabel("time", { exact: true }).fill(hourOf(12));
    await form.getByLabel(/^Time to live/).fill("3");
    await form.getByRole("button", { name: "Put the record" }).click();
    await page.getByText("The record b is put.").waitFor();
    // The day of the record is long ago, so its three days are as well.
    await page.getByText("The online store has no such record now.").waitFor();
    await page.getByRole("button", { name: "Put it", exact: true }).click();
    await form.getByLabel(/^share/).fill("0.75");
    await form.getByRole("button", { name: "Put the record" }).click();
    await cell("share", "0.75").waitFor();

    await page.getByRole("button", { name: "Delete" }).last().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Hard").check();
    await dialog.getByLabel("Event time").fill(hourOf(1));
    await dialog.getByRole("button", { name: "Delete" }).click();
    await dialog.getByText(/is not later than the event time of the record/).waitFor();
    forgive(browser, /^status 400: \S+\/FeatureGroup\/clicks/);
    await dialog.getByLabel("Soft").check();
    await dialog.getByLabel("Event time").fill(new Date(Date.now() + 1_000).toISOString());
    await dialog.getByRole("button", { name: "Delete" }).click();
    await page.getByText("The record b is deleted.").waitFor();
    await page.getByText("The online store has no such record now.").waitFor();
    const asked = { FeatureGroupName: "clicks", RecordIdentifierValueAsString: "b" };
    expect((await recordsOf(server).getRecord(asked)).Record).toBeUndefined();

    // Two puts before, one now, and the deletion.
    await offlineRows("clicks", 10);
    await page.getByRole("button", { name: "Read the history" }).click();
    await expect.poll(() => page.getByRole("region", { name: "Result" }).getByRole("row").count(), patience).toBe(5);
    await page.getByRole("button", { name: "All records" }).click();
    await expect.poll(() => rows("Records").count()).toBe(5);
  });
});
