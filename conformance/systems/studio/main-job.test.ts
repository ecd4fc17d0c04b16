import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readDataSet } from "../../../examples/breast-cancer/data-set.ts";
import { clientsOf } from "../../clients.ts";
import { region, useServer } from "../../server.ts";
import { installed } from "../installed.ts";
import { buildStudio, openStudio, type StudioBrowser, signInLink } from "./open-studio.ts";
import { forgive } from "./page-checks.ts";
import { studio } from "./studio.ts";

/** What a person does with the mouse; fields are reached by Tab, and their text typed. */
function counted(page: Page) {
  let clicks = 0;
  return {
    clicks: () => clicks,
    async click(role: Parameters<Page["getByRole"]>[0], name: string | RegExp, within: Pick<Page, "getByRole"> = page) {
      clicks++;
      await within
        .getByRole(role, { name, exact: typeof name === "string" })
        .first()
        .click();
    },
  };
}

describe("the main job by mouse", () => {
  const server = useServer({ environment: { SAGEBRUSH_REGION: region } });
  const data = readDataSet();
  let browser: StudioBrowser;
  let page: Page;

  beforeAll(async () => {
    buildStudio();
    browser = await openStudio(server);
    page = browser.page;
  });
  afterAll(async () => await browser?.close());
  beforeEach(async (context) => {
    await installed(context, studio);
  });

  test("the link that the server has printed leads to Studio in 1 click", async () => {
    const context = await browser.context.browser()!.newContext();
    const other = await context.newPage();
    await other.goto(await signInLink(server));
    const { click, clicks } = counted(other);
    await click("button", "Continue to Studio");
    await other.getByRole("heading", { name: "Welcome to Sagebrush" }).waitFor();
    expect(clicks()).toBe(1);
    await context.close();
  });

  test("a CSV becomes a finished job in 8 clicks", { timeout: 180_000 }, async () => {
    const file = join(server.home, "train.csv");
    await writeFile(file, data.train.join("\n"));
    await browser.open("");
    const { click, clicks } = counted(page);
    await click("link", "S3");
    await click("button", "Create bucket");
    await page.getByLabel("Name").fill("of-people");
    await click("button", "Create");
    await click("link", "of-people");
    const [chooser] = await Promise.all([page.waitForEvent("filechooser"), click("button", "Upload files")]);
    await chooser.setFiles(file);
    await page.getByRole("link", { name: "train.csv" }).waitFor();
    const kept = await clientsOf(server).s3.getObject({ Bucket: "of-people", Key: "train.csv" });
    expect(await kept.Body!.transformToString()).toBe(await readFile(file, "utf8"));

    await click("link", "Training jobs");
    await click("link", "Create the first one");
    await page.getByLabel("Training job name").fill("of-people");
    await page.getByLabel(/^Role ARN/).fill("arn:aws:iam::123456789012:role/SageMakerRole");
    await page
      .getByLabel(/^Training image/)
      .fill(`683313688378.dkr.ecr.${region}.amazonaws.com/sagemaker-xgboost:1.7-1`);
    await page.getByLabel(/^Where it is in S3/).fill("s3://of-people/train.csv");
    await page.getByLabel(/^Content type/).fill("text/csv");
    await page.getByLabel(/^Where the model goes/).fill("s3://of-people/models");
    await page.getByLabel("num_round").fill("20");
    await click("button", "Create training job");
    await page.getByText("Completed").first().waitFor({ timeout: 60_000 });
    await page.getByText("rmse").first().waitFor();
    expect(clicks()).toBe(8);
  });

  test("the newest run's curve is on the first page, and 2 clicks away from any other", async () => {
    const curve = page.getByRole("img", { name: /rmse/ });
    await browser.open("");
    await curve.first().waitFor();
    await browser.open("role");
    const { click, clicks } = counted(page);
    await click("link", "Training jobs");
    await click("link", "of-people");
    await curve.first().waitFor();
    expect(clicks()).toBe(2);
  });

  test("a finished job answers on an endpoint after 3 clicks, and the endpoint goes after 2", {
    timeout: 180_000,
  }, async () => {
    await browser.open("training-job/of-people");
    const { click, clicks } = counted(page);
    await click("button", "Deploy");
    await page.getByRole("heading", { name: "Deploy of-people" }).waitFor();
    await click("button", "Deploy");
    await page.getByText("In service").first().waitFor({ timeout: 120_000 });
    await page.getByLabel("Request").fill(data.heldOut[0]!.features);
    await click("button", "Invoke");
    await page.getByText("Answered in").waitFor();
    expect(Number(await page.getByLabel("Answer", { exact: true }).textContent())).toBeGreaterThan(-1);
    expect(clicks()).toBe(3);

    // The same by a file and by an object, and what the container says of what it cannot read.
    const answerTo = async (what: string, give: () => Promise<void>) => {
      await page.getByRole("button", { name: what }).click();
      await give();
      await page.getByRole("button", { name: "Invoke" }).click();
    };
    const rows = data.heldOut.slice(0, 3).map(({ features }) => features);
    const answers = () => page.getByLabel("Answer", { exact: true }).textContent();
    const file = join(server.home, "asked.csv");
    await writeFile(file, rows.join("\n"));
    await answerTo("A file", () => page.locator("main input[type=file]").setInputFiles(file));
    await expect.poll(async () => (await answers())?.trim().split(/[\n,]/).length).toBe(3);
    const [Bucket, Key] = ["of-people", "asked.csv"];
    await clientsOf(server).s3.putObject({ Bucket, Key, Body: rows.slice(0, 2).join("\n") });
    await answerTo("An S3 object", () => page.getByRole("combobox", { name: "Object" }).fill(`s3://${Bucket}/${Key}`));
    await expect.poll(async () => (await answers())?.trim().split(/[\n,]/).length).toBe(2);
    await page.getByLabel("Content type").fill("application/pdf");
    await answerTo("Typed", async () => {});
    await page.getByText(/^The model answered with status 4/).waitFor();
    expect(await page.getByLabel("What the model said").textContent()).toContain("application/pdf");
    forgive(browser, /^status 4\d\d: .*invocations/);

    await click("button", "Delete");
    await click("button", "Delete", page.getByRole("dialog"));
    await page.getByRole("heading", { name: /^Endpoints/ }).waitFor();
    expect(clicks()).toBe(5);

    // The job is deployed again with the model that is there, under another name.
    await browser.open("deploy?job=of-people");
    await page.getByText("The model of-people is the job's artifact.").waitFor();
    await page.getByRole("button", { name: "Deploy" }).click();
    await page
      .getByText(/^Cannot create already existing endpoint configuration/)
      .first()
      .waitFor();
    forgive(browser, /^status 400: \S+ SageMaker.CreateEndpointConfig$/);
    await page.getByLabel("Endpoint name").fill("of-people-again");
    await page.getByRole("button", { name: "Deploy" }).click();
    await page.getByText("of-people-again is being made.").waitFor();
    expect(browser.complaints).toEqual([]);
    expect(browser.foreign).toEqual([]);
  });
});
