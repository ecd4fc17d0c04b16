import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { clientsOf } from "../../clients.ts";
import { region, root, useServer } from "../../server.ts";
import { installed } from "../installed.ts";
import { buildStudio, openStudio, type StudioBrowser } from "./open-studio.ts";
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

test.for(Object.keys(runs))("the lines that a form shows for %s run as they are", async (language, context) => {
  await installed(context, studio);
  const { page } = browser;
  const name = `made-by-${language.replace(" ", "-")}`;
  await browser.open("model/create");
  await page.getByLabel("Model name").fill(name);
  await page.getByLabel(/^Execution role ARN/).fill("arn:aws:iam::123456789012:role/SageMakerRole");
  await page.getByLabel(/^Image/).fill("683313688378.dkr.ecr.us-west-2.amazonaws.com/sagemaker-xgboost:1.7-1");
  await page.getByLabel(/^Model artifact/).fill(`s3://${bucket}/${key}`);
  await page.getByRole("button", { name: "The same as code" }).click();
  await page.getByRole("tab", { name: language }).click();
  const lines = await page.getByRole("region", { name: `The call for ${language}` }).textContent();
  const { file, program } = runs[language]!;
  await writeFile(join(folder, file), lines!);
  const { code, stdout, stderr } = await server.sagebrush("exec", "--", ...program, join(folder, file));
  expect({ code, stdout, stderr }).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(`:model/${name.toLowerCase()}`),
  });
  const { PrimaryContainer } = await clientsOf(server).sagemaker.describeModel({ ModelName: name });
  expect(PrimaryContainer?.ModelDataUrl).toBe(`s3://${bucket}/${key}`);
});
