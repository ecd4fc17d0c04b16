import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { clientsOf } from "../../clients.ts";
import { region, root, useServer } from "../../server.ts";
import { installed } from "../installed.ts";
import { settled } from "./look-at.ts";
import { buildStudio, openStudio, type StudioBrowser } from "./open-studio.ts";
import { resources } from "./pages.ts";
import { seed } from "./seed.ts";
import { studio } from "./studio.ts";

const server = useServer({ environment: { SAGEBRUSH_REGION: region } });
/** Inside of the project, so that a program finds the packages there. */
const folder = join(root, ".cache", `code-lines-${process.pid}`);
const python = join(root, ".venv-v2", "bin");
let browser: StudioBrowser;

/** A name that each language and the shell have to quote. */
const key = "it's a model.tar.gz";
const bucket = "code-lines";

/** How the lines of each language are run. */
const runs: Readonly<Record<string, { readonly file: string; readonly program: readonly string[] }>> = {
  "AWS CLI": { file: "call.sh", program: ["env", `PATH=${python}:${process.env.PATH}`, "bash"] },
  boto3: { file: "call.py", program: [join(python, "python")] },
  TypeScript: { file: "call.ts", program: [process.execPath] },
};

beforeAll(async () => {
  buildStudio();
  await mkdir(folder, { recursive: true });
  const { s3 } = clientsOf(server);
  await s3.createBucket({ Bucket: bucket, CreateBucketConfiguration: { LocationConstraint: region } });
  await s3.putObject({ Bucket: bucket, Key: key, Body: "a model" });
  browser = await openStudio(server);
});
afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

async function linesFor(page: Page, language: string): Promise<string> {
  const region = page.getByRole("region", { name: `The call for ${language}` });
  const tab = page.getByRole("tab", { name: language });
  if (!(await tab.isVisible())) await page.getByRole("button", { name: "The same as code" }).first().click();
  await tab.click();
  return (await region.textContent())!;
}

test.for(Object.keys(runs))("the lines that a form shows for %s run as they are", async (language, context) => {
  await installed(context, studio);
  const { page } = browser;
  const name = `made-by-${language.replace(" ", "-")}`;
  await browser.open("model/create");
  await page.getByLabel("Model name").fill(name);
  await page.getByLabel(/^Execution role ARN/).fill("arn:aws:iam::123456789012:role/SageMakerRole");
  await page.getByLabel(/^Image/).fill("683313688378.dkr.ecr.us-west-2.amazonaws.com/sagemaker-xgboost:1.7-1");
  await page.getByLabel(/^Model artifact/).fill(`s3://${bucket}/${key}`);
  const lines = await linesFor(page, language);
  const { file, program } = runs[language]!;
  await writeFile(join(folder, file), lines);
  const { code, stdout, stderr } = await server.sagebrush("exec", "--", ...program, join(folder, file));
  expect({ code, stdout, stderr }).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(`:model/${name.toLowerCase()}`),
  });
  const { PrimaryContainer } = await clientsOf(server).sagemaker.describeModel({ ModelName: name });
  expect(PrimaryContainer?.ModelDataUrl).toBe(`s3://${bucket}/${key}`);
});

/** Runs a program of a language after the other, those of one in a process that has its libraries loaded already. */
const together: Readonly<Record<string, (files: readonly string[]) => string>> = {
  "AWS CLI": (files) => files.map((file) => `(cd ${folder} && bash ${file}) || { echo FAILED ${file}; }`).join("\n"),
  boto3: (files) => `import traceback
for file in ${JSON.stringify(files)}:
    try:
        exec(open(file).read(), {})
    except Exception:
        traceback.print_exc()
        print("FAILED", file)`,
  TypeScript: (files) => `for (const file of ${JSON.stringify(files)})
  try {
    await import(file);
  } catch (error) {
    console.log(String(error), "FAILED", file);
  }`,
};

/**
 * What can be done once alone: an endpoint has one test at a time, so the one that is there ends before its clone begins;
 * an edit of a table names the version that it changes.
 */
const once: readonly (readonly [form: RegExp, language: string])[] = [
  [/^inference-experiment\/.*\/stop$/, "boto3"],
  [/^inference-experiment\/create/, "TypeScript"],
  [/^table\/.*\/edit$/, "boto3"],
];

/** What a form asks for and nothing that is there can say. */
const asked: readonly (readonly [form: RegExp, field: RegExp, value: string])[] = [
  [/^image\/.*\/add-a-version$/, /^Base image/, "123456789012.dkr.ecr.us-west-2.amazonaws.com/notebooks:next"],
];

/** A clone gets a name that each language makes its own. */
async function nameFor(page: Page, language: string): Promise<void> {
  const inputs = page.locator("main input");
  const values = await Promise.all((await inputs.all()).map((one) => one.inputValue()));
  const index = values.findIndex((value) => /[-_]copy/.test(value));
  if (index < 0) return;
  const number = Object.keys(runs).indexOf(language);
  await inputs.nth(index).fill(values[index]!.replace(/([-_])copy.*/, `$1copy$1${number}`));
}

test("what every form shows runs, in every language", { timeout: 600_000 }, async (context) => {
  await installed(context, studio);
  await seed(server);
  const { page } = browser;
  const files: Record<string, string[]> = Object.fromEntries(Object.keys(runs).map((language) => [language, []]));
  for (const { path, creates, steps } of resources) {
    await browser.open(path);
    const link = page.locator(`tbody a[href^="/_studio/${path}/"]:not([href$="/create"])`).first();
    const href = (await link.getAttribute("href"))!.slice("/_studio/".length);
    const name = href.slice(path.length + 1);
    for (const form of [
      ...(creates ? [`${path}/create?from=${name}`] : []),
      ...steps.map((step) => `${href}/${step}`),
    ]) {
      await browser.open(form);
      await settled(browser);
      for (const [, field, value] of asked.filter(([one]) => one.test(form))) await page.getByLabel(field).fill(value);
      for (const [language, { file }] of Object.entries(runs)) {
        if (once.some(([one, only]) => one.test(form) && only !== language)) continue;
        await nameFor(page, language);
        const target = join(folder, `${form.replaceAll(/[^a-z]+/gi, "-")}-${file}`);
        await writeFile(target, await linesFor(page, language));
        files[language]!.push(target);
      }
    }
  }
  await browser.open("endpoint/seeded?tab=Test");
  await page.getByRole("textbox", { name: "Request" }).fill("-0.9,3");
  for (const [language, { file }] of Object.entries(runs)) {
    const target = join(folder, `invoke-${file}`);
    await writeFile(target, await linesFor(page, language));
    files[language]!.push(target);
  }
  expect(files.boto3!.length).toBeGreaterThan(resources.length);
  const failed: string[] = [];
  for (const [language, { file, program }] of Object.entries(runs)) {
    const all = join(folder, `all-${file}`);
    await writeFile(all, together[language]!(files[language]!));
    const { stdout, stderr } = await server.sagebrush("exec", "--", ...program, all);
    if (stdout.includes("FAILED")) failed.push(`${language}: ${stdout.match(/.*FAILED.*/g)!.join("\n")}\n${stderr}`);
  }
  expect(failed).toEqual([]);
});
