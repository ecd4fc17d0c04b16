import { IAM } from "@aws-sdk/client-iam";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { clientsOf } from "../../clients.ts";
import { region, useServer } from "../../server.ts";
import { installed } from "../installed.ts";
import { buildStudio, openStudio, type StudioBrowser } from "./open-studio.ts";
import { checkPage } from "./page-checks.ts";
import { studio } from "./studio.ts";

const minute = 60_000;
const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "sagemaker.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

describe("the page of a thing shows what was observed of it", () => {
  const server = useServer({ environment: { SAGEBRUSH_REGION: region } });
  let room: StudioBrowser;
  let page: Page;

  beforeEach(async (context) => {
    await installed(context, studio);
  });
  beforeAll(async () => {
    buildStudio();
    const { cloudwatch } = clientsOf(server);
    const now = Math.floor(Date.now() / minute) * minute;
    await cloudwatch.putMetricData({
      Namespace: "Programs",
      MetricData: Array.from({ length: 20 }, (_, index) => ({
        MetricName: "loss",
        Timestamp: new Date(now - (20 - index) * minute),
        Value: 40 - index,
      })),
    });
    await cloudwatch.putMetricAlarm({
      ...{ AlarmName: "high", Namespace: "Programs", MetricName: "loss", Statistic: "Sum", Period: 300 },
      ...{ EvaluationPeriods: 1, Threshold: 30, ComparisonOperator: "GreaterThanThreshold" },
    });
    await cloudwatch.putCompositeAlarm({ AlarmName: "either", AlarmRule: "ALARM(high)" });
    room = await openStudio(server);
    page = room.page;
  });
  afterAll(() => room?.close());

  test("an alarm: its metric by its own period, with the threshold, and its history, which grows", async () => {
    await room.open("alarm/high");
    // Points are sums of five minutes, as the alarm sees them.
    await page.getByRole("img", { name: /^loss: Sum of loss ends at \d+; the threshold is 30$/ }).waitFor();
    expect(await page.locator('figure.chart svg .mark-rule line[stroke="#db0000"]').count()).toBe(1);
    await page.getByRole("button", { name: "Values of loss" }).click();
    const values = page.getByRole("region", { name: "Values of loss" }).getByRole("row");
    await expect.poll(() => values.count()).toBeLessThanOrEqual(6);
    await checkPage(room);

    await page.getByRole("tab", { name: "History" }).click();
    const table = page.getByRole("table", { name: "History" });
    await table.getByText('Alarm "high" created').waitFor();
    await checkPage(room);
    const reason = { StateReason: "Seen by hand", StateReasonData: "{}" };
    await clientsOf(server).cloudwatch.setAlarmState({ AlarmName: "high", StateValue: "OK", ...reason });
    await table.getByText(/Alarm updated from \w+ to OK/).waitFor();
  });

  test("a composite alarm: its history", async () => {
    await room.open("composite-alarm/either?tab=History");
    await page.getByRole("table", { name: "History" }).getByText('Alarm "either" created').waitFor();
    await checkPage(room);
  });

  test("a role: its tags, which are changed there", async () => {
    const iam = new IAM(server.clientOptions);
    await iam.createRole({ RoleName: "Tagged", Path: "/team/", AssumeRolePolicyDocument: trust });
    await iam.tagRole({ RoleName: "Tagged", Tags: [{ Key: "team", Value: "a" }] });
    await room.open("role/Tagged?tab=Tags");
    const value = page.getByRole("combobox").or(page.getByRole("textbox")).and(page.locator('[value="a"]'));
    await value.fill("b");
    await page.getByRole("button", { name: "Save tags" }).click();
    await page.getByText("The tags of Tagged are saved.").waitFor();
    expect((await iam.listRoleTags({ RoleName: "Tagged" })).Tags).toEqual([{ Key: "team", Value: "b" }]);
    await checkPage(room);
  });

  test("an asynchronous endpoint: its configuration and its backlog", async () => {
    const EndpointName = "queue";
    // An endpoint in service is a model server; the page needs only what is said of one.
    await page.route("**/_studio/api/**", async (route) => {
      const target = route.request().headers()["x-amz-target"] ?? "";
      if (!target.endsWith(".DescribeEndpoint")) return await route.fallback();
      await route.fulfill({
        contentType: "application/x-amz-json-1.1",
        json: {
          ...{ EndpointName, EndpointArn: `arn:aws:sagemaker:${region}:123456789012:endpoint/queue` },
          ...{ EndpointStatus: "InService", CreationTime: 1e9, LastModifiedTime: 1e9, EndpointConfigName: "queue" },
          AsyncInferenceConfig: {
            OutputConfig: { S3OutputPath: "s3://results/answers" },
            ClientConfig: { MaxConcurrentInvocationsPerInstance: 3 },
          },
          ProductionVariants: [{ VariantName: "AllTraffic", CurrentInstanceCount: 0, DesiredInstanceCount: 0 }],
        },
      });
    });
    const now = Math.floor(Date.now() / minute) * minute;
    await clientsOf(server).cloudwatch.putMetricData({
      Namespace: "AWS/SageMaker",
      MetricData: Array.from({ length: 5 }, (_, index) => ({
        ...{ MetricName: "ApproximateBacklogSize", Dimensions: [{ Name: "EndpointName", Value: EndpointName }] },
        ...{ Timestamp: new Date(now - (5 - index) * minute), Value: 10 + index },
      })),
    });
    await room.open(`endpoint/${EndpointName}`);
    await page.getByRole("img", { name: /^Requests in the queue: .*ApproximateBacklogSize ends at 14/ }).waitFor();
    expect(await page.getByRole("tab", { name: "Test" }).count()).toBe(0);
    await checkPage(room);
    await page.getByRole("tab", { name: "Details" }).click();
    await page.getByText("s3://results/answers").first().waitFor();
    await checkPage(room);
    await page.unroute("**/_studio/api/**");
  });

  test("a scalable target: its activities, a page at a time", async () => {
    const names = {
      ServiceNamespace: "sagemaker",
      ResourceId: "endpoint/one/variant/AllTraffic",
      ScalableDimension: "sagemaker:variant:DesiredInstanceCount",
    };
    const asked: Record<string, unknown>[] = [];
    const scaled = (from: number, to: number, seconds: number) => ({
      ...{ ...names, ActivityId: `${from}`, StatusCode: "Successful", StartTime: seconds, EndTime: seconds + 30 },
      Description: `Setting desired instance count to ${to}.`,
      Cause: "monitor alarm high in state ALARM triggered policy busy",
    });
    // An endpoint that is really scaled takes minutes; the answers are those of a service with two pages.
    await page.route("**/_studio/api/**", async (route) => {
      const target = route.request().headers()["x-amz-target"] ?? "";
      const answer = (body: object) => route.fulfill({ json: body, contentType: "application/x-amz-json-1.1" });
      if (target.endsWith("DescribeScalableTargets"))
        return await answer({ ScalableTargets: [{ ...names, MinCapacity: 1, MaxCapacity: 4, CreationTime: 1e9 }] });
      if (!target.endsWith("DescribeScalingActivities")) return await route.fallback();
      const input = route.request().postDataJSON() as Record<string, unknown>;
      asked.push(input);
      return await answer(
        input.NextToken === "more"
          ? { ScalingActivities: [scaled(1, 2, 1e9)] }
          : { ScalingActivities: [scaled(2, 3, 2e9)], NextToken: "more" },
      );
    });
    await room.open(`scalable-target/${encodeURIComponent(names.ResourceId)}?tab=Activities`);
    const table = page.getByRole("table", { name: "Activities" });
    await table.getByText("Setting desired instance count to 3.").waitFor();
    expect(asked[0]).toEqual(names);
    await page.getByRole("button", { name: "Older" }).click();
    await table.getByText("Setting desired instance count to 2.").waitFor();
    expect(await page.getByRole("button", { name: "Older" }).count()).toBe(0);
    await checkPage(room);
    await page.unroute("**/_studio/api/**");
  });
});
