import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ServiceHost } from "../../../frame/context.ts";
import { createTestContext, type TestContext, testTime } from "../../../server/request/test-context.ts";
import { createFileJournalStore } from "../../../stores/journals/files.ts";
import type { JournalStore } from "../../../stores/journals/port.ts";
import { logEvents } from "./log-events.ts";
import { logGroup } from "./log-group.ts";
import { logRetention } from "./log-retention.ts";
import { logStream } from "./log-stream.ts";

const [hour, day] = [3_600_000, 24 * 3_600_000];
const logGroupName = "/retained";
let context: TestContext;
let folder: string | undefined;

beforeEach(async () => {
  context = createTestContext({ units: [logGroup, logStream, logEvents] });
  await context.call("logs", "CreateLogGroup", { logGroupName });
});
afterEach(() => {
  if (folder) rmSync(folder, { recursive: true });
  folder = undefined;
});

const stream = (name: string) => context.call("logs", "CreateLogStream", { logGroupName, logStreamName: name });
const put = (name: string, ...events: [offset: number, message: string][]) =>
  context.call("logs", "PutLogEvents", {
    logGroupName,
    logStreamName: name,
    logEvents: events.map(([offset, message]) => ({ timestamp: testTime + offset, message })),
  });
const retain = (retentionInDays: number) =>
  context.call("logs", "PutRetentionPolicy", { logGroupName, retentionInDays });
const found = async (more: object = {}) =>
  (await context.call("logs", "FilterLogEvents", { logGroupName, ...more })).events!.map(({ message }) => message);
const group = async () =>
  (await context.call("logs", "DescribeLogGroups", { logGroupNamePrefix: logGroupName })).logGroups![0]!;
const upkeep = (host: ServiceHost = context) => logRetention.run(host, new AbortController().signal);
/** The cache of documents sees a change from the next turn of the event loop on. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("the retention of a log group", () => {
  it("is shown, replaced and taken away, and keeps the tags", async () => {
    expect((await group()).retentionInDays).toBeUndefined();
    await retain(7);
    expect((await group()).retentionInDays).toBe(7);
    await retain(3653);
    expect((await group()).retentionInDays).toBe(3653);
    await context.call("logs", "DeleteRetentionPolicy", { logGroupName });
    await context.call("logs", "DeleteRetentionPolicy", { logGroupName });
    expect((await group()).retentionInDays).toBeUndefined();
    for (const [operation, input] of [
      ["PutRetentionPolicy", { logGroupName: "/none", retentionInDays: 1 }],
      ["DeleteRetentionPolicy", { logGroupName: "/none" }],
    ] as const)
      await expect(context.call("logs", operation, input as never)).rejects.toMatchObject({
        code: "ResourceNotFoundException",
        message: "The specified log group does not exist.",
      });
  });

  it.each([0, 2, 10, 366, 3654, -1, 1.5])("cannot be %d days", async (days) => {
    await expect(retain(days)).rejects.toMatchObject({
      code: "InvalidParameterException",
      message: expect.stringContaining(
        `Value '${days}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [1, 3, 5, 7,`,
      ),
    });
  });

  it("hides an event from the moment at which it expires", async () => {
    await stream("a");
    await stream("b");
    await put("a", [0, "a0"], [hour, "a1"]);
    await put("b", [0, "b0"], [hour, "b1"]);
    await retain(1);
    await turn();
    context.setTime(testTime + day);
    expect(await found()).toHaveLength(4);
    context.setTime(testTime + day + 1);
    expect(await found()).toEqual(["a1", "b1"]);
    expect(await found({ startTime: testTime, endTime: testTime + hour - 1 })).toEqual([]);
    const read = { logGroupName, logStreamName: "a" };
    for (const startFromHead of [true, false]) {
      const { events } = await context.call("logs", "GetLogEvents", { ...read, startFromHead });
      expect(events!.map(({ message }) => message)).toEqual(["a1"]);
    }
    await context.call("logs", "DeleteRetentionPolicy", { logGroupName });
    await turn();
    expect(await found()).toHaveLength(4);
  });

  it("takes no event that has expired, and says how many it did not take", async () => {
    await stream("a");
    await retain(1);
    await turn();
    const { rejectedLogEventsInfo } = await put("a", [-day - 1, "expired"], [-day, "kept"]);
    await put("a", [0, "now"]);
    expect(rejectedLogEventsInfo).toEqual({ expiredLogEventEndIndex: 1 });
    expect(await found()).toEqual(["kept", "now"]);
    await context.call("logs", "DeleteRetentionPolicy", { logGroupName });
    await turn();
    expect(await found()).toEqual(["kept", "now"]);
  });
});

describe("upkeep removes what has expired", () => {
  const both: [string, () => JournalStore][] = [
    ["in memory", () => context.journals],
    [
      "in files",
      () => {
        folder = mkdtempSync(join(tmpdir(), "sagebrush-journals-"));
        return createFileJournalStore({ folder, clock: context.clock });
      },
    ],
  ];

  it.each(both)("and the bytes stored follow; streams stay: %s", async (_name, open) => {
    Object.assign(context, { journals: open() });
    const names = Array.from({ length: 120 }, (_, at) => `s${at}`);
    for (const name of names) await stream(name);
    await put("s0", [0, "old"], [1, "old"]);
    context.setTime(testTime + 2 * day);
    await put("s0", [2 * day, "young"]);
    // What came in late stays behind a younger event.
    await put("s119", [2 * day, "young"]);
    await put("s119", [0, "late"]);
    await put("s50", [0, "whole"]);
    await context.call("logs", "CreateLogGroup", { logGroupName: "/forever" });
    await context.call("logs", "CreateLogStream", { logGroupName: "/forever", logStreamName: "a" });
    const forever = { logGroupName: "/forever", logStreamName: "a" };
    await context.call("logs", "PutLogEvents", { ...forever, logEvents: [{ timestamp: testTime, message: "kept" }] });
    await retain(3);
    await turn();
    context.setTime(testTime + 3 * day + hour);
    expect((await group()).storedBytes).toBe(25);
    await upkeep();
    expect((await group()).storedBytes).toBe(14);
    expect(await found()).toEqual(["young", "young"]);
    const { logStreams } = await context.call("logs", "DescribeLogStreams", { logGroupName, limit: 50 });
    expect(logStreams).toHaveLength(50);
    context.setTime(testTime + 5 * day + hour);
    await upkeep();
    expect((await group()).storedBytes).toBe(0);
    expect((await context.call("logs", "GetLogEvents", forever)).events).toHaveLength(1);
    await put("s0", [5 * day, "after"]);
    expect(await found()).toEqual(["after"]);
    await upkeep();
    expect((await group()).storedBytes).toBe(5);
  });

  it("stops when the server does", async () => {
    await stream("a");
    await put("a", [0, "old"]);
    await retain(1);
    context.setTime(testTime + 2 * day);
    await expect(logRetention.run(context, AbortSignal.abort())).rejects.toThrow();
    expect((await group()).storedBytes).toBe(3);
  });
});

it("groups are searched by a part of their name, with regard to case, and shown by name only", async () => {
  for (const name of ["DataLogs", "aws/DataLogs", "GroupDataLogs", "datalogs", "Data/log/s", "Groupdata"])
    await context.call("logs", "CreateLogGroup", { logGroupName: name });
  const { logGroups } = await context.call("logs", "DescribeLogGroups", { logGroupNamePattern: "DataLogs" });
  expect(logGroups).toEqual(
    ["DataLogs", "GroupDataLogs", "aws/DataLogs"].map((name) => ({
      logGroupName: name,
      creationTime: testTime,
      arn: `arn:aws:logs:us-west-2:123456789012:log-group:${name}:*`,
    })),
  );
  const both = { logGroupNamePattern: "x", logGroupNamePrefix: "x" };
  await expect(context.call("logs", "DescribeLogGroups", both)).rejects.toThrow("and not both");
});
