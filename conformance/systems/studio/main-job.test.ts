import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readDataSet } from "../../../examples/breast-cancer/data-set.ts";
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

/** Counts clicks: what a person does with the mouse besides typing. */
function counted(page: Page) {
  let clicks = 0;
  const click = async (role: Parameters<Page["getByRole"]>[0], name: string | RegExp) => {
    clicks++;
    await page
      .getByRole(role, { name, exact: typeof name === "string" })
      .first()
      .click();
  };
  return { click, clicks: () => clicks };
}

test("a CSV becomes a model that answers, by mouse", async (context) => {
  await installed(context, studio);
  const { page } = browser;
  const data = readDataSet();
  const file = join(server.home, "train.csv");
  await writeFile(file, data.train.join("\n"));

  await browser.open("s3");
  const upload = counted(page);
  await upload.click("button", "Create bucket");
  await page.getByLabel("Name").fill("of-people");
  await upload.click("button", "Create");
  await upload.click("link", "of-people");
  await page.getByLabel("Files to upload").setInputFiles(file);
  await page.getByRole("link", { name: "train.csv" }).waitFor();
  expect(await readFile(file, "utf8")).toBe(await objectText("of-people", "train.csv"));

  const train = counted(page);
  await train.click("link", "Training jobs");
  await train.click("link", "Create the first one");
  await page.getByLabel("Training job name").fill("of-people");
  await page.getByLabel(/^Role ARN/).fill("arn:aws:iam::123456789012:role/SageMakerRole");
  await page.getByLabel(/^Training image/).fill("683313688378.dkr.ecr.us-west-2.amazonaws.com/sagemaker-xgboost:1.7-1");
  await page.getByLabel(/^Where it is in S3/).fill("s3://of-people/train.csv");
  await page.getByLabel(/^Content type/).fill("text/csv");
  await page.getByLabel(/^Where the model goes/).fill("s3://of-people/models");
  await page.getByLabel("num_round").fill("20");
  await train.click("button", "Create training job");
  await page.getByText("Completed").first().waitFor({ timeout: 60_000 });
  await page.getByText("rmse").first().waitFor();
  expect(train.clicks()).toBeLessThanOrEqual(8);

  const deploy = counted(page);
  await deploy.click("button", "Deploy");
  await page.getByRole("heading", { name: "Deploy of-people" }).waitFor();
  await deploy.click("button", "Deploy");
  await page.getByText("In service").first().waitFor({ timeout: 120_000 });
  await page.getByLabel("Request").fill(data.heldOut[0]!.features);
  await deploy.click("button", "Invoke");
  await page.getByText("Answered in").waitFor();
  expect(Number(await page.getByLabel("Answer", { exact: true }).textContent())).toBeGreaterThan(-1);
  expect(deploy.clicks()).toBeLessThanOrEqual(6);

  const remove = counted(page);
  await remove.click("button", "Delete");
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await page.getByRole("heading", { name: /^Endpoints/ }).waitFor();
  expect(browser.complaints).toEqual([]);
  expect(browser.foreign).toEqual([]);
});

async function objectText(bucket: string, key: string): Promise<string> {
  const { GetObjectCommand, S3Client } = await import("@aws-sdk/client-s3");
  const { Body } = await new S3Client({ ...server.clientOptions, forcePathStyle: true }).send(
    new GetObjectCommand({ Bucket: bucket, Key: key }),
  );
  return await Body!.transformToString();
}
