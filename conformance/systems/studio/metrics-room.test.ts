import { CloudWatchClient, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { region, useServer } from "../../server.ts";
import { installed } from "../installed.ts";
import { buildStudio, openStudio, type StudioBrowser } from "./open-studio.ts";
import { checkPage } from "./page-checks.ts";
import { studio } from "./studio.ts";

const minute = 60_000;

describe("the room of metrics", () => {
  const server = useServer({ environment: { SAGEBRUSH_REGION: region } });
  let room: StudioBrowser;
  let page: Page;

  beforeEach(async (context) => {
    await installed(context, studio);
  });
  beforeAll(async () => {
    buildStudio();
    const cloudwatch = new CloudWatchClient(server.clientOptions);
    const now = Math.floor(Date.now() / minute) * minute;
    const values = (name: string, value: (index: number) => number) =>
      Array.from({ length: 40 }, (_, index) => ({
        MetricName: name,
        Dimensions: [{ Name: "Run", Value: "one" }],
        Timestamp: new Date(now - (40 - index) * minute),
        Value: value(index),
      }));
    await cloudwatch.send(
      new PutMetricDataCommand({
        Namespace: "Programs",
        MetricData: [...values("loss", (index) => 100 - index), ...values("accuracy", (index) => index)],
      }),
    );
    room = await openStudio(server, { reducedMotion: "reduce" });
    page = room.page;
    await room.open("metrics");
  });
  afterAll(() => room?.close());

  const table = () => page.getByRole("region", { name: "Values of loss, accuracy" });

  test("metrics are found by words, and those that are chosen share a chart", async () => {
    await page.getByLabel("Words of a metric").fill("programs run=one acc");
    await expect.poll(() => page.getByRole("checkbox", { name: /^Select Programs/ }).count()).toBe(1);
    await page.getByLabel("Words of a metric").fill("none of these");
    await page.getByText("No metric matches.").waitFor();
    await page.getByLabel("Words of a metric").fill("programs");
    await page.waitForURL(/words=programs/);
    await page.reload();
    for (const metric of ["loss", "accuracy"])
      await page.getByRole("checkbox", { name: `Select Programs ${metric} Run=one` }).check({ force: true });
    await page
      .getByRole("img", { name: "loss, accuracy: loss Run=one ends at 61; accuracy Run=one ends at 39" })
      .waitFor();
    expect(await page.locator("figure.chart svg .mark-line path").count()).toBeGreaterThan(0);
    await checkPage(room);
  });

  test("its values are a table too, by statistic, range and period", async () => {
    await page.getByRole("button", { name: "Values of loss, accuracy" }).click();
    const rows = () => table().getByRole("row").count();
    await expect.poll(rows).toBe(41);
    const newest = table().getByRole("row").nth(1);
    expect(await newest.getByRole("cell").allInnerTexts()).toEqual(["61", "39"]);
    await page.getByRole("button", { name: "3 hours" }).click();
    await page.getByRole("button", { name: /Period/ }).click();
    await page.getByRole("option", { name: "A point each 1 h 0 min" }).click();
    await expect.poll(async () => [2, 3].includes(await rows())).toBe(true);
    await page.getByRole("button", { name: /Statistic/ }).click();
    await page.getByRole("option", { name: "SampleCount" }).click();
    const counted = async () => {
      const cells = await table().getByRole("cell").allInnerTexts();
      return cells.reduce((sum, text) => sum + Number(text), 0);
    };
    await expect.poll(counted).toBe(80);
    await checkPage(room);
  });

  test("the chart follows the theme", async () => {
    const colour = () => page.locator("figure.chart svg text").first().getAttribute("fill");
    expect(await colour()).toBe("#424650");
    await page.getByRole("button", { name: "Show the dark theme" }).click();
    await expect.poll(colour).toBe("#c6c6cd");
    await checkPage(room);
  });
});
