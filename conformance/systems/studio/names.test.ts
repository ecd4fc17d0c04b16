import { CreateDatabaseCommand, CreateTableCommand, GlueClient } from "@aws-sdk/client-glue";
import { CreateBucketCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { clientsOf } from "../../clients.ts";
import { region, useServer } from "../../server.ts";
import { installed } from "../installed.ts";
import { settled } from "./look-at.ts";
import { buildStudio, openStudio, type StudioBrowser } from "./open-studio.ts";
import { checkPage } from "./page-checks.ts";
import { studio } from "./studio.ts";

/** Names that an address, a browser or a person could take for something else. */
const alarms = ["create", ".", "..", "a/b", "a%2Fb", "a%252Fb", "~create", "a?b#c", "50% &+ x"];
const keys = [".", "..", "a/../b", "a%2Fb", "a/b", "plus+and space", "in/", "in//x", "?as=object#", "\u0001\u202e"];

const watched = {
  MetricName: "m",
  Namespace: "n",
  Statistic: "Sum",
  ComparisonOperator: "LessThanThreshold",
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 1,
} as const;

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
    for (const AlarmName of alarms) await cloudwatch.putMetricAlarm({ ...watched, AlarmName });
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

  test("that no address has escaped so is named as it stands", async () => {
    await page.goto(`${server.url}/_studio/alarm/%E0%A4%A`);
    await page.getByRole("heading", { level: 1, name: "%E0%A4%A" }).waitFor();
    await page.getByText("There is no alarm named %E0%A4%A.").waitFor();
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

  test("is cut where it is long, and whole where the keyboard is", async () => {
    const { s3, cloudwatch, logs } = clientsOf(server);
    const Bucket = "long-names";
    await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } }));
    const long = (length: number) => "x".repeat(length);
    for (const Key of [long(1024), `${long(500)}/${long(500)}`]) await s3.putObject({ Bucket, Key, Body: "long" });
    const AlarmName = long(255);
    await cloudwatch.putMetricAlarm({ ...watched, AlarmName, AlarmDescription: "d".repeat(1024) });
    const logGroupName = `/${long(511)}`;
    await logs.createLogGroup({ logGroupName });
    await logs.createLogStream({ logGroupName, logStreamName: long(512) });
    for (const path of [
      `s3/${Bucket}`,
      `s3/${Bucket}?key=${long(500)}%2F`,
      `s3/${Bucket}?key=${long(1024)}`,
      `s3/${Bucket}?key=${long(500)}%2F${long(500)}`,
      "alarm",
      `alarm/${AlarmName}`,
      "log-group",
      `log-group/${encodeURIComponent(logGroupName)}`,
      `logs?${new URLSearchParams({ group: logGroupName })}`,
      `logs?${new URLSearchParams({ group: logGroupName, stream: long(512) })}`,
    ]) {
      await room.open(path);
      await settled(room);
      // Every column is in sight without scrolling.
      for (const column of await page.getByRole("columnheader").all()) {
        const { x, width } = (await column.boundingBox())!;
        expect(Math.round(x + width), `${path.slice(0, 40)}: ${await column.textContent()}`).toBeLessThanOrEqual(1280);
      }
      for (const width of [390, 1280]) {
        await page.setViewportSize({ width, height: 900 });
        const excess = () => page.evaluate("document.scrollingElement.scrollWidth - innerWidth");
        await expect.poll(excess, { message: `${path.slice(0, 40)} at ${width}`, timeout: 5_000 }).toBe(0);
      }
    }
    await room.open(`s3/${Bucket}`);
    const link = page.getByRole("link", { name: long(1024), exact: true });
    const height = async () => (await page.locator(".cut", { has: link }).boundingBox())!.height;
    expect(await height()).toBeLessThan(50);
    expect(await page.locator(".cut", { has: link }).getAttribute("title")).toBe(long(1024));
    await page.getByRole("checkbox", { name: `Select ${long(1024)}`, exact: true }).focus();
    await page.keyboard.press("Tab");
    await expect.poll(height).toBeGreaterThan(200);
    // In a question, and in what is said of it.
    await page.getByRole("checkbox", { name: `Select ${long(1024)}`, exact: true }).check({ force: true });
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("dialog").getByText("1 object goes.").waitFor();
    await checkPage(room);
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await page.getByText(`${long(1024)} deleted.`).waitFor();
    await checkPage(room);
  });
});
