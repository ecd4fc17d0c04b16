import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { region, useServer } from "../../server.ts";
import { installed } from "../installed.ts";
import { buildStudio, openStudio, type StudioBrowser } from "./open-studio.ts";
import { checkPage } from "./page-checks.ts";
import { studio } from "./studio.ts";

const million = 1_000_000;
const batch = 10_000;
const group = "/programs/trainer";
const address = (stream: string) => `logs?${new URLSearchParams({ group, stream })}`;

describe("the room of logs", () => {
  const server = useServer({ environment: { SAGEBRUSH_REGION: region } });
  let room: StudioBrowser;
  let page: Page;
  let logs: CloudWatchLogsClient;
  /** The time of the first line of the long stream. A thousand lines have the same second. */
  let begun: number;

  beforeEach(async (context) => {
    await installed(context, studio);
  });
  beforeAll(async () => {
    buildStudio();
    logs = new CloudWatchLogsClient(server.clientOptions);
    await logs.send(new CreateLogGroupCommand({ logGroupName: group }));
    begun = Math.floor(Date.now() / 60_000) * 60_000 - 2 * 3_600_000;
    await streamOf("long");
    for (let first = 0; first < million; first += batch)
      await write("long", (index) => `line ${first + index}`, batch, begun + first);
    room = await openStudio(server, { reducedMotion: "reduce", permissions: ["clipboard-read", "clipboard-write"] });
    page = room.page;
  });
  afterAll(() => room?.close());

  const streamOf = (logStreamName: string) =>
    logs.send(new CreateLogStreamCommand({ logGroupName: group, logStreamName }));
  const write = (logStreamName: string, text: (index: number) => string, count = 1, time = Date.now()) =>
    logs.send(
      new PutLogEventsCommand({
        logGroupName: group,
        logStreamName,
        logEvents: Array.from({ length: count }, (_, index) => ({ timestamp: time + index, message: text(index) })),
      }),
    );
  const line = (text: string) => page.locator(".log-line").filter({ hasText: new RegExp(`${text}$`) });

  test("groups lead to their streams, those first that were written to last", async () => {
    await streamOf("older");
    await streamOf("newer");
    await write("older", () => "old", 1, Date.now() - 60_000);
    await write("newer", () => "new");
    await room.open("logs");
    await page.getByRole("button", { name: /Choose a log group|Log group/ }).click();
    await page.getByRole("option", { name: group }).click();
    await page.getByRole("link", { name: "newer" }).waitFor();
    const names = await page.getByRole("rowheader").allInnerTexts();
    expect(names).toEqual(["newer", "older", "long"]);
    await checkPage(room);
    await page.getByRole("link", { name: "older" }).click();
    await line("old").waitFor();
  });

  test("of a million lines those are read and drawn that are in sight, anywhere in the stream", async () => {
    let reads = 0;
    page.on("request", (request) => {
      if (request.headers()["x-amz-target"]?.endsWith(".GetLogEvents")) reads++;
    });
    await room.open(address("long"));
    await line(`line ${million - 1}`).waitFor();
    await page.getByRole("button", { name: "Beginning" }).click();
    await line("line 0").waitFor();
    await page.getByLabel("Go to a time").fill(localTime(begun + 600_000));
    await line("line 600000").waitFor();
    expect(reads).toBeLessThan(10);
    expect(await page.locator(".log-line").count()).toBeLessThan(120);

    // Lines before and after are read as one comes near them.
    const box = page.getByRole("region", { name: "Log long" });
    await box.hover();
    const scrolledUp = async () => {
      await page.mouse.wheel(0, -400);
      return await line("line 599950").isVisible();
    };
    await expect.poll(scrolledUp, { timeout: 20_000, interval: 200 }).toBe(true);
    await page.getByRole("button", { name: "End" }).click();
    await line(`line ${million - 1}`).waitFor();
    // At its end a stream of any length is followed.
    await write("long", () => "the newest line");
    await line("the newest line").waitFor({ timeout: 5_000 });
    await checkPage(room);
  });

  test("what is written appears by itself while one follows, and not under one who reads elsewhere", async () => {
    await streamOf("live");
    await write("live", (index) => `before ${index}`, 200);
    await room.open(address("live"));
    await line("before 199").waitFor();
    await write("live", () => "now");
    await line("now").waitFor({ timeout: 5_000 });
    await page.getByRole("region", { name: "Log live" }).hover();
    await page.mouse.wheel(0, -6_000);
    await line("before 0").waitFor();
    await expect.poll(() => page.getByLabel("Follow").isChecked()).toBe(false);
    await write("live", () => "later");
    await page.getByRole("button", { name: "Copy lines" }).click();
    await line("before 0").waitFor();
    await page.getByLabel("Follow").check({ force: true });
    await line("later").waitFor();
  });

  test("a pattern finds lines in a stream or in all, and each leads to where it stands", async () => {
    await room.open(address("long"));
    await page.getByLabel("Search this stream").fill("line 123456");
    await page.getByText("1 line", { exact: true }).first().waitFor({ timeout: 90_000 });
    await line("line 123456").getByRole("button").click();
    await line("line 123457").waitFor();

    await room.open(`logs?${new URLSearchParams({ group })}`);
    await page.getByLabel("Search all streams of the group").fill("new");
    await page.locator(".log-line").filter({ hasText: "newernew" }).waitFor();
    await checkPage(room);
  });

  test("events of several lines stand one below the other, in their colours, and nothing turns them", async () => {
    await streamOf("traces");
    const texts = [
      'Traceback (most recent call last):\n  File "train.py", line 3\nValueError: nan',
      "\u001b[31mERROR\u001b[0m it failed",
      "loaded \u202egnp.exe",
      "last",
    ];
    await write("traces", (index) => `${texts[index % 4]} ${index}`, 400);
    await room.open(address("traces"));
    await line("last 399").waitFor();
    const boxes = async () => {
      const lines = await page.locator(".log-line").all();
      const found = await Promise.all(lines.map(async (one) => (await one.boundingBox())!));
      return found.sort((one, other) => one.y - other.y);
    };
    for (const wrap of [false, true, false]) {
      await page.getByLabel("Wrap").setChecked(wrap, { force: true });
      const overlaps = async () => {
        const found = await boxes();
        return found.filter(
          ({ y, height }, index) => index + 1 < found.length && found[index + 1]!.y < y + height - 0.5,
        );
      };
      await expect.poll(overlaps, { message: `wrapped: ${wrap}` }).toEqual([]);
      expect((await boxes()).map(({ height }) => Math.round(height))).toEqual(expect.arrayContaining([20, 60]));
    }
    expect(await page.locator(".log-color-1").first().textContent()).toBe("ERROR");
    await line("ERROR it failed 397").waitFor();
    await line(String.raw`loaded \\u202egnp.exe 398`).waitFor();
    await checkPage(room);
  });

  test("a search and a place stand in the address", async () => {
    await room.open(address("long"));
    await line(`line ${million - 1}`).waitFor();
    await page.getByLabel("Go to a time").fill(localTime(begun + 300_000));
    await line("line 300000").waitFor();
    await page.reload();
    await line("line 300000").waitFor();
    await page.getByRole("button", { name: "Beginning" }).click();
    await line("line 0").waitFor();
    await page.goBack();
    await line("line 300000").waitFor();
    expect(await page.getByLabel("Follow").isChecked()).toBe(false);
    await room.open(`logs?${new URLSearchParams({ group, search: "new" })}`);
    await page.locator(".log-line").filter({ hasText: "newernew" }).waitFor();
    expect(await page.getByLabel("Search all streams of the group").inputValue()).toBe("new");
  });

  test("lines are wrapped, and copied as they are", async () => {
    await streamOf("wide");
    await write("wide", (index) => `${index} ${"wide ".repeat(200)}`, 3);
    await room.open(address("wide"));
    const second = page.locator(".log-line").nth(1);
    await second.waitFor();
    const height = async () => (await second.boundingBox())!.height;
    expect(await height()).toBe(20);
    await page.getByLabel("Wrap").check({ force: true });
    await expect.poll(height).toBeGreaterThan(40);
    await page.getByRole("button", { name: "Copy lines" }).click();
    await page.getByText("3 lines are copied.").waitFor();
    const copied = (await page.evaluate("navigator.clipboard.readText()")) as string;
    expect(copied.split("\n").map((text) => text.length)).toEqual([1002, 1002, 1002]);
    await checkPage(room);
  });
});

/** A time as a field for times takes it, in this machine's zone, which is the browser's. */
function localTime(time: number): string {
  const date = new Date(time - new Date(time).getTimezoneOffset() * 60_000);
  return date.toISOString().slice(0, 19);
}
