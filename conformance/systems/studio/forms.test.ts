import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { clientsOf } from "../../clients.ts";
import { keyOfJob } from "../../key-of-job.ts";
import { region, useServer } from "../../server.ts";
import { installed } from "../installed.ts";
import { buildStudio, openStudio, type StudioBrowser } from "./open-studio.ts";
import { checkPage, forgive } from "./page-checks.ts";
import { studio } from "./studio.ts";

const server = useServer({ environment: { SAGEBRUSH_REGION: region } });
let browser: StudioBrowser;
let page: Page;

beforeEach(async (context) => {
  await installed(context, studio);
});
beforeAll(async () => {
  buildStudio();
  const { s3, sagemaker, cloudwatch } = clientsOf(server);
  await s3.createBucket({ Bucket: "typed", CreateBucketConfiguration: { LocationConstraint: region } });
  await s3.putObject({ Bucket: "typed", Key: "a.json", Body: '{"id":9007199254740993,"p":0.1234567890123456789}' });
  await sagemaker.createModelPackageGroup({ ModelPackageGroupName: "taken" });
  await cloudwatch.putMetricAlarm({
    ...{ AlarmName: "high", Namespace: "Programs", MetricName: "loss", Statistic: "Sum", Period: 300 },
    ...{ EvaluationPeriods: 1, Threshold: 30, ComparisonOperator: "GreaterThanThreshold" },
  });
  browser = await openStudio(server);
  page = browser.page;
});
afterAll(() => browser?.close());

/** What is wrong with a field, as it stands below it. */
async function problemOf(label: string | RegExp): Promise<string> {
  const ids = (await page.getByLabel(label).getAttribute("aria-describedby")) ?? "";
  const texts = ids.split(" ").map((id) => page.locator(`[id="${id}"]`).allTextContents());
  return (await Promise.all(texts)).flat().join(" ");
}

const valuesOf = async (label: string | RegExp) =>
  Promise.all((await page.getByLabel(label).all()).map((one) => one.inputValue()));

test("an entry that goes takes its own text along", async () => {
  await browser.open("training-job/create");
  await page.getByRole("button", { name: "Add channel" }).click();
  for (const [index, name] of ["first", "second"].entries())
    await page.getByLabel("Channel name").nth(index).fill(name);
  await page
    .getByLabel(/^Where it is in S3/)
    .nth(1)
    .fill("s3://typed/second/");
  await page.getByRole("button", { name: "Remove channel 1" }).click();
  expect(await valuesOf("Channel name")).toEqual(["second"]);
  expect(await valuesOf(/^Where it is in S3/)).toEqual(["s3://typed/second/"]);
});

test("a row of a name that is there, a time and a number that are none are refused where they stand", async () => {
  await browser.open("processing-job/create");
  const rows = page.getByRole("group").filter({ has: page.getByRole("textbox", { name: "Value" }) });
  for (const [index, text] of ["1", "2"].entries()) {
    await page.getByRole("button", { name: "Add environment" }).click();
    await rows.nth(index).getByRole("textbox", { name: "Name" }).fill("SAME");
    await rows.nth(index).getByRole("textbox", { name: "Value" }).fill(text);
  }
  await rows.nth(1).getByText('Two rows are named "SAME"').waitFor();
  await checkPage(browser);
  await page.getByRole("button", { name: "Remove SAME" }).first().click();
  expect(await rows.getByRole("textbox", { name: "Value" }).inputValue()).toBe("2");
  expect(await page.getByText('Two rows are named "SAME"').count()).toBe(0);
  await page.getByLabel("Instance count").fill("1e");
  expect(await problemOf("Instance count")).toContain("A number, such as 12");

  await browser.open("inference-experiment/create");
  await page.getByLabel(/^Start time/).fill("2026-02-30");
  expect(await problemOf(/^Start time/)).toContain('"2026-02-30" is no time. Write 2026-11-29T14:05:07Z');
});

test("what an address has for no field is left out with a word", async () => {
  await browser.open("training-job/create?InputDataConfig=abc&TrainingJobName=given&Nothing=1");
  await page.getByText("InputDataConfig has several fields, which are filled in below.").waitFor();
  await page.getByText("CreateTrainingJob has no Nothing.").waitFor();
  expect(await page.getByLabel("Training job name").inputValue()).toBe("given");
  expect(await page.getByLabel("Channel name").inputValue()).toBe("train");
  await checkPage(browser);
});

test("a name that is taken is refused at its field", async () => {
  await browser.open("model-package-group/create");
  await page.getByLabel("Model package group name").fill("taken");
  await page.getByRole("button", { name: "Create model group" }).click();
  await expect.poll(() => problemOf("Model package group name")).toContain("already exists");
  forgive(browser, /^status 400: \S+ SageMaker.CreateModelPackageGroup$/);
});

test("a new one does not replace what is there, which is edited instead", async () => {
  await browser.open("alarm/create?from=high");
  await page.getByLabel("Alarm name").fill("high");
  await page.getByRole("button", { name: "Create alarm" }).click();
  await expect.poll(() => problemOf("Alarm name")).toContain("would be replaced");
  await browser.open("alarm/high");
  await page.getByRole("button", { name: "Edit" }).click();
  await page.getByLabel("Threshold", { exact: true }).fill("31");
  await page.getByRole("button", { name: /^Treat missing data/ }).click();
  await page.getByRole("option", { name: "notBreaching" }).click();
  await page.getByRole("button", { name: "Edit", exact: true }).click();
  await page.waitForURL(/\/alarm\/high$/);
  const { MetricAlarms } = await clientsOf(server).cloudwatch.describeAlarms({ AlarmNames: ["high"] });
  expect(MetricAlarms).toMatchObject([{ Threshold: 31, MetricName: "loss", TreatMissingData: "notBreaching" }]);
});

test("a section opens for what is wrong in it, and the foot says how much there is", async () => {
  await browser.open("model-package/create?SkipModelValidation=perhaps");
  await page.getByRole("button", { name: "Create model version" }).click();
  await page.getByText("One of All, None.").waitFor();
  await page
    .getByText(/^\d+ fields need another value\.$/)
    .first()
    .waitFor();
  await checkPage(browser);
});

test("JSON is shown with the digits that it has", async () => {
  await browser.open("s3/typed?key=a.json");
  const preview = page.getByRole("region", { name: "Preview of a.json" });
  expect(await preview.textContent()).toBe('{\n  "id": 9007199254740993,\n  "p": 0.1234567890123456789\n}');
});

const editorOf = (tab: Page) => tab.getByRole("textbox", { name: "SQL" });

test("what is written in the SQL room outlives a reload, and no sign-out", async () => {
  const other = await openStudio(server);
  await other.open("sql");
  await editorOf(other.page).click();
  await other.page.keyboard.type("SELECT 1 AS kept");
  await other.page.reload();
  await editorOf(other.page).getByText("SELECT 1 AS kept").waitFor();
  const tab = await other.context.newPage();
  await tab.goto(`${other.url}/_studio/sql`);
  expect((await editorOf(tab).textContent())?.trim()).toBe("");
  await editorOf(tab).click();
  await tab.keyboard.type("SELECT 2");
  await other.page.getByRole("button", { name: "Session" }).click();
  await other.page.getByRole("menuitem", { name: "Sign out" }).click();
  for (const one of [other.page, tab]) {
    await one.waitForURL(/\/sign-in/);
    expect(await one.evaluate("sessionStorage.length")).toBe(0);
  }
  await other.close();
});

test("a role that signs in is told where it may not, and goes on where it may", async () => {
  const key = await keyOfJob(server, "role-in-studio", "SageMakerRole");
  const context = await page.context().browser()!.newContext();
  const own = await context.newPage();
  const errors: string[] = [];
  own.on("pageerror", ({ message }) => errors.push(message));
  await own.goto(`${server.url}/_studio/`);
  await own.getByLabel("Access key ID").fill(key.accessKeyId);
  await own.getByLabel("Secret access key").fill(key.secretAccessKey);
  await own.getByRole("button", { name: "Sign in" }).click();
  await own.locator("#top-bar").waitFor();

  await own.goto(`${server.url}/_studio/named-query`);
  await own.getByText("You may not see this").first().waitFor();
  await own
    .getByText(/not authorized to perform: athena:ListNamedQueries/)
    .first()
    .waitFor();

  // It may ask, but not see the work group and its queries: it says itself where results go.
  await own.goto(`${server.url}/_studio/sql`);
  await own.getByRole("combobox", { name: /^Results go to/ }).fill("s3://typed/of-a-role/");
  // The list of what is offered may lie over the editor, and goes when another place has the keyboard.
  await editorOf(own).focus();
  await own.keyboard.type("SELECT 41 + 1 AS answer");
  await own.keyboard.press("Control+Enter");
  await own.getByText("Succeeded").waitFor();
  await own.getByRole("tab", { name: "Queries" }).click();
  await own.getByText("You may not see this").first().waitFor();

  await own.goto(`${server.url}/_studio/role/create`);
  await own.getByLabel("Role name").fill("Mine");
  await own.getByRole("button", { name: "Create role" }).click();
  await own
    .getByText(/not authorized to perform: iam:CreateRole/)
    .first()
    .waitFor();
  expect(errors).toEqual([]);
  await context.close();
  await clientsOf(server).sagemaker.stopProcessingJob({ ProcessingJobName: "role-in-studio" });
});
