import type { CDPSession, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { trainModel } from "../../deployed-model.ts";
import { region, useServer } from "../../server.ts";
import { installed } from "../installed.ts";
import { buildStudio, openStudio, type StudioBrowser } from "./open-studio.ts";
import { studio } from "./studio.ts";

const server = useServer({ environment: { SAGEBRUSH_REGION: region } });
let browser: StudioBrowser;

beforeAll(async () => {
  buildStudio();
  browser = await openStudio(server);
});
afterAll(async () => await browser?.close());

/** Counts the bytes that come over the wire while something is done. */
async function bytesOf(page: Page, session: CDPSession, work: () => Promise<void>): Promise<number> {
  let bytes = 0;
  const count = ({ encodedDataLength }: { encodedDataLength: number }) => {
    bytes += encodedDataLength;
  };
  session.on("Network.loadingFinished", count);
  await work();
  await page.waitForLoadState("networkidle");
  session.off("Network.loadingFinished", count);
  return bytes;
}

test("the first page, a list, a chart and the editor of SQL are small", async (context) => {
  await installed(context, studio);
  // Another page would load for itself, and this one would find it kept.
  await browser.page.goto("about:blank");
  const page = await browser.context.newPage();
  const session = await browser.context.newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.clearBrowserCache");
  const first = await bytesOf(page, session, async () => {
    await page.goto(`${server.url}/_studio/`);
    await page.getByRole("heading", { name: "Welcome to Sagebrush" }).waitFor();
  });
  const list = await bytesOf(page, session, async () => {
    await page.getByRole("link", { name: "Training jobs" }).click();
    await page.getByRole("heading", { name: /^Training jobs/ }).waitFor();
  });
  await trainModel(server);
  const chart = await bytesOf(page, session, async () => {
    await page.getByRole("link", { name: "deployed-model" }).click();
    await page.getByRole("img", { name: /logloss/ }).waitFor();
  });
  const room = await bytesOf(page, session, async () => {
    await page.getByRole("link", { name: "SQL", exact: true }).click();
    await page.getByRole("textbox", { name: "SQL" }).waitFor();
  });
  console.log(`first page ${first} bytes, a list ${list} more, a chart ${chart} more, the editor of SQL ${room} more`);
  expect(first).toBeGreaterThan(100_000);
  expect(first).toBeLessThanOrEqual(600_000);
  expect(list).toBeLessThanOrEqual(200_000);
  expect(chart).toBeLessThanOrEqual(300_000);
  expect(room).toBeGreaterThan(100_000);
  expect(room).toBeLessThanOrEqual(200_000);
});
