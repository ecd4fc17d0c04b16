import { PutMetricAlarmCommand } from "@aws-sdk/client-cloudwatch";
import { CreateDatabaseCommand, CreateTableCommand, GlueClient } from "@aws-sdk/client-glue";
import { CreateBucketCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { clientsOf } from "../../clients.ts";
import { region, useServer } from "../../server.ts";
import { installed } from "../installed.ts";
import { buildStudio, openStudio, type StudioBrowser } from "./open-studio.ts";
import { studio } from "./studio.ts";

/** Names that an address, a browser or a person could take for something else. */
const alarms = ["create", ".", "..", "a/b", "a%2Fb", "a%252Fb", "~create", "a?b#c", "50% &+ x"];
const keys = [".", "..", "a/../b", "a%2Fb", "a/b", "plus+and space", "in/", "in//x", "?as=object#", "\u0001\u202e"];

describe("a thing of any name", () => {
  const server = useServer({ environment: { SAGEBRUSH_REGION: region } });
  let room: StudioBrowser;
  let page: Page;

  beforeEach(async (context) => {
    await installed(context, studio);
  });
  beforeAll(async () => {
    buildStudio();
    room = await openStudio(server, { reducedMotion: "reduce" });
    page = room.page;
  });
  afterAll(() => room?.close());

  test("has a page, which its list leads to and which is the same when it is loaded anew", async () => {
    const { cloudwatch } = clientsOf(server);
    const watched = {
      MetricName: "m",
      Namespace: "n",
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      Statistic: "Sum",
    };
    for (const AlarmName of alarms)
      await cloudwatch.send(
        new PutMetricAlarmCommand({ ...watched, AlarmName, ComparisonOperator: "LessThanThreshold", Statistic: "Sum" }),
      );
    for (const name of alarms) {
      await room.open("alarm");
      await page.getByRole("link", { name, exact: true }).click();
      await page.getByRole("heading", { level: 1, name, exact: true }).waitFor();
      await page.reload();
      await page.getByRole("heading", { level: 1, name, exact: true }).waitFor();
      await page.getByRole("button", { name: "Clone" }).click();
      await page.getByRole("heading", { level: 1, name: `Clone ${name}`, exact: true }).waitFor();
      await page.goBack();
      await page.getByRole("heading", { level: 1, name, exact: true }).waitFor();
    }
    expect(room.complaints).toEqual([]);
  });

  test("is found in a database whose name has a slash", async () => {
    const glue = new GlueClient(server.clientOptions);
    for (const [DatabaseName, Name] of [
      ["a/b", "c"],
      ["a", "b/c"],
    ] as const) {
      await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: DatabaseName } }));
      await glue.send(
        new CreateTableCommand({ DatabaseName, TableInput: { Name, Description: `${Name} of ${DatabaseName}` } }),
      );
    }
    for (const [name, described] of [
      ["c", "c of a/b"],
      ["b/c", "b/c of a"],
    ] as const) {
      await room.open("table");
      await page.getByRole("link", { name, exact: true }).click();
      await page.getByText(described).first().waitFor();
      await page.reload();
      await page.getByText(described).first().waitFor();
    }
    expect(room.complaints).toEqual([]);
  });

  test("is an object of S3, with dots between slashes and beside a folder of its name", async () => {
    const { s3 } = clientsOf(server);
    const Bucket = "odd-keys";
    await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } }));
    for (const Key of keys)
      await s3.send(
        new PutObjectCommand({ Bucket, Key, Body: `holds ${encodeURIComponent(Key)}`, ContentType: "text/plain" }),
      );
    for (const key of keys) {
      const { pathname, search } = new URL(`http://x/s3/${Bucket}?${new URLSearchParams({ key })}`);
      const isBoth = key.endsWith("/");
      await room.open(`${pathname.slice(1)}${search}`);
      if (isBoth) await page.getByRole("link", { name: "(the folder itself)" }).click();
      await page.getByText(`holds ${encodeURIComponent(key)}`).waitFor();
      await page.reload();
      await page.getByText(`holds ${encodeURIComponent(key)}`).waitFor();
    }
    // What is not seen, or turns a line, is seen where it stands.
    await page.getByRole("heading", { level: 1, name: "␁\\u202e", exact: true }).waitFor();
    expect(room.complaints).toEqual([]);
  });
});
