import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { clientsOf } from "../../clients.ts";
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

/** What has the keyboard, as a person hears it: its role and name. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(`(() => {
    const element = document.activeElement;
    const label = element.getAttribute("aria-label") ?? element.labels?.[0]?.textContent ??
      document.getElementById(element.getAttribute("aria-labelledby")?.split(" ")[0] ?? "")?.textContent ?? element.textContent;
    return (label ?? "").trim();
  })()`);

/** Presses Tab until something with this name has the keyboard. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  const passed: string[] = [];
  for (let presses = 0; presses < 150; presses++) {
    await page.keyboard.press("Tab");
    const now = await focused(page);
    if (name.test(now)) return;
    passed.push(now.slice(0, 40));
  }
  throw new Error(`Tab never came to ${name}; it passed ${passed.join(" | ")}`);
}

async function fill(page: Page, name: RegExp, text: string): Promise<void> {
  await tabTo(page, name);
  await page.keyboard.press("Control+a");
  await page.keyboard.type(text);
  // Suggestions that opened are closed, and what was typed stays.
  if (await page.evaluate(`document.activeElement.getAttribute("aria-expanded") === "true"`))
    await page.keyboard.press("Escape");
}

async function press(page: Page, name: RegExp): Promise<void> {
  await tabTo(page, name);
  await page.keyboard.press("Enter");
}

test("the main job is done by the keyboard alone", async (context) => {
  await installed(context, studio);
  const { page } = browser;
  const { s3 } = clientsOf(server);
  await page.keyboard.press("Tab");
  await press(page, /^S3$/);
  await page.getByRole("heading", { name: /^S3/ }).waitFor();
  await press(page, /^Create bucket$/);
  await page.getByRole("dialog").waitFor();
  await fill(page, /^Name/, "by-keyboard");
  await press(page, /^Create$/);
  await page.getByRole("link", { name: "by-keyboard" }).waitFor();
  // The window in which files are chosen is the machine's, so what it gives comes by another way.
  const rows = Array.from({ length: 100 }, (_, index) => `${index % 2},${index % 2},${index % 7}`).join("\n");
  await s3.putObject({ Bucket: "by-keyboard", Key: "rows.csv", Body: rows });

  await press(page, /^Training jobs$/);
  await page.getByRole("heading", { name: /^Training jobs/ }).waitFor();
  await press(page, /^Create training job$/);
  await page.getByRole("heading", { name: "Create training job" }).waitFor();
  await fill(page, /^Training job name/, "by-keyboard");
  await fill(page, /^Role ARN/, "arn:aws:iam::123456789012:role/SageMakerRole");
  await fill(page, /^Training image/, `683313688378.dkr.ecr.${region}.amazonaws.com/sagemaker-xgboost:1.7-1`);
  await fill(page, /^Where it is in S3/, "s3://by-keyboard/rows.csv");
  await fill(page, /^Content type/, "text/csv");
  await fill(page, /^Where the model goes/, "s3://by-keyboard/models");
  await fill(page, /^num_round/, "5");
  await press(page, /^Create training job$/);
  await page.getByText("Completed").first().waitFor({ timeout: 60_000 });

  await press(page, /^Deploy$/);
  await page.getByRole("heading", { name: "Deploy by-keyboard" }).waitFor();
  await press(page, /^Deploy$/);
  await page.getByText("In service").first().waitFor({ timeout: 120_000 });
  await fill(page, /^Request/, "1,3");
  await press(page, /^Invoke$/);
  await page.getByText("Answered in").waitFor();
  await press(page, /^Delete$/);
  await page.getByRole("dialog").waitFor();
  await press(page, /^Delete$/);
  await page.getByRole("heading", { name: /^Endpoints/ }).waitFor();
  expect(browser.complaints).toEqual([]);
});
