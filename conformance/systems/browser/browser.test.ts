import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import {
  CreateTrainingJobCommand,
  SageMakerClient,
  waitUntilTrainingJobCompletedOrStopped,
} from "@aws-sdk/client-sagemaker";
import { describe, expect, type TestContext, test } from "vitest";
import { region, useServer } from "../../server.ts";
import { installed } from "../installed.ts";
import { browser } from "./browser.ts";
import { openChromium, type Page } from "./chromium.ts";

const widths = [390, 1100];
const longName = `a-job-with-the-longest-name-that-there-can-be-${"x".repeat(17)}`;

describe("a browser", () => {
  const server = useServer({ environment: { SAGEBRUSH_REGION: region } });

  async function withPage(context: TestContext, work: (page: Page) => Promise<void>): Promise<void> {
    await installed(context, browser);
    const page = await openChromium();
    try {
      await work(page);
    } finally {
      await page.close();
    }
  }
  const isTooWide = "document.scrollingElement.scrollWidth > innerWidth";

  test.for(widths)(
    "is led from / to Studio's sign-in at %i pixels, and complains of nothing",
    async (width, context) => {
      await withPage(context, async (page) => {
        await page.resize(width);
        await page.open(server.url);
        expect(await page.evaluate("document.title")).toBe("Sign in to Sagebrush Studio");
        expect(await page.evaluate("innerWidth")).toBe(width);
        expect(await page.evaluate(isTooWide)).toBe(false);
        expect(page.complaints).toEqual([]);
      });
    },
  );

  test("what ends meanwhile appears by itself on Studio's first page, also with the longest name, at every width", async (context) => {
    await withPage(context, async (page) => {
      await page.open((await server.sagebrush("studio")).stdout.trim());
      await page.evaluate("document.querySelector('#by-link button').click()");
      const shows = (words: string) =>
        expect.poll(() => page.evaluate("document.body.textContent"), { timeout: 30_000 }).toContain(words);
      await shows("Home");
      await trainJob();
      for (const width of widths) {
        await page.resize(width);
        await shows(longName);
        // The navigation folds a moment after the window has its new width.
        await expect.poll(() => page.evaluate(isTooWide), { timeout: 10_000 }).toBe(false);
      }
    });
  });

  async function trainJob(): Promise<void> {
    const s3 = new S3Client({ ...server.clientOptions, forcePathStyle: true });
    const sagemaker = new SageMakerClient(server.clientOptions);
    const Bucket = "for-the-browser";
    await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } }));
    await s3.send(new PutObjectCommand({ Bucket, Key: "train/a.csv", Body: "1,2\n0,1\n1,3\n0,0\n" }));
    await sagemaker.send(
      new CreateTrainingJobCommand({
        TrainingJobName: longName,
        RoleArn: "arn:aws:iam::123456789012:role/SageMakerRole",
        AlgorithmSpecification: {
          TrainingImage: "246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-xgboost:1.7-1",
          TrainingInputMode: "File",
        },
        HyperParameters: { num_round: "1", objective: "binary:logistic" },
        InputDataConfig: [
          {
            ChannelName: "train",
            ContentType: "text/csv",
            DataSource: { S3DataSource: { S3DataType: "S3Prefix", S3Uri: `s3://${Bucket}/train` } },
          },
        ],
        OutputDataConfig: { S3OutputPath: `s3://${Bucket}/out` },
        ResourceConfig: { InstanceType: "ml.m5.large", InstanceCount: 1, VolumeSizeInGB: 1 },
        StoppingCondition: { MaxRuntimeInSeconds: 300 },
      }),
    );
    await waitUntilTrainingJobCompletedOrStopped(
      { client: sagemaker, minDelay: 1, maxDelay: 3, maxWaitTime: 120 },
      { TrainingJobName: longName },
    );
  }
});
