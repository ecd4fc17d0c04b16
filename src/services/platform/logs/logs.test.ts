import { describe, expect, it, vi } from "vitest";
import { testTime } from "../../../server/request/test-context.ts";
import { groupKey, logStreamKind } from "./log-documents.ts";
import { logEvents } from "./log-events.ts";
import { logGroup } from "./log-group.ts";
import { logStream } from "./log-stream.ts";
import { context, logGroupName, logStreamName, messages, put, useLogs } from "./logs.fixture.ts";

useLogs();

/** Every read that takes an identifier of a group. */
const identified = (logGroupIdentifier: string) => [
  () => context.call("logs", "DescribeLogGroups", { logGroupIdentifiers: [logGroupIdentifier] }),
  () => context.call("logs", "DescribeLogStreams", { logGroupIdentifier }),
  () => context.call("logs", "FilterLogEvents", { logGroupIdentifier }),
  () => context.call("logs", "GetLogEvents", { logGroupIdentifier, logStreamName }),
];

describe("groups and streams", () => {
  it("are refused twice, and missing ones by AWS's words", async () => {
    await expect(context.call("logs", "CreateLogGroup", { logGroupName })).rejects.toMatchObject({
      code: "ResourceAlreadyExistsException",
    });
    await expect(context.call("logs", "CreateLogStream", { logGroupName, logStreamName })).rejects.toMatchObject({
      code: "ResourceAlreadyExistsException",
    });
    await expect(context.call("logs", "DescribeLogStreams", { logGroupName: "/other" })).rejects.toMatchObject({
      code: "ResourceNotFoundException",
      message: "The specified log group does not exist.",
    });
    await expect(context.call("logs", "GetLogEvents", { logGroupName, logStreamName: "none" })).rejects.toMatchObject({
      message: "The specified log stream does not exist.",
    });
  });

  it("keep their case, and a group made anew is empty", async () => {
    await put([[0, "old"]]);
    await context.call("logs", "CreateLogGroup", { logGroupName: logGroupName.toLowerCase() });
    await context.call("logs", "DeleteLogGroup", { logGroupName });
    await context.call("logs", "CreateLogGroup", { logGroupName });
    expect((await context.call("logs", "DescribeLogStreams", { logGroupName })).logStreams).toEqual([]);
    await context.call("logs", "CreateLogStream", { logGroupName, logStreamName });
    expect(messages(await context.call("logs", "GetLogEvents", { logGroupName, logStreamName }))).toEqual([]);
    const { logGroups } = await context.call("logs", "DescribeLogGroups", { logGroupNamePrefix: "/aws/sagemaker/T" });
    expect(logGroups).toMatchObject([{ logGroupName, storedBytes: 0, creationTime: testTime }]);
    expect(logGroups![0]!.arn).toBe(`arn:aws:logs:us-west-2:123456789012:log-group:${logGroupName}:*`);
  });

  it.each(["a\u001fb", "\u001f", "\u001e\u001f\u001f", "a\u0000b", "\u0001\u007f\u2028"])(
    "a stream may be called %j: AWS's pattern allows it",
    async (name) => {
      await context.call("logs", "CreateLogStream", { logGroupName, logStreamName: name });
      await context.call("logs", "CreateLogStream", { logGroupName, logStreamName: `${name}2` });
      await put([[5, "of it"]], name);
      const events = await context.call("logs", "GetLogEvents", { logGroupName, logStreamName: name });
      expect(messages(events)).toEqual(["of it"]);
      const order = { orderBy: "LastEventTime", descending: true, limit: 1 } as const;
      for (const asked of [{ logStreamNamePrefix: name, limit: 1 }, order])
        expect(await context.call("logs", "DescribeLogStreams", { logGroupName, ...asked })).toMatchObject({
          logStreams: [{ logStreamName: name, arn: expect.stringMatching(/:log-stream:./) }],
        });
      const found = await context.call("logs", "FilterLogEvents", { logGroupName, logStreamNamePrefix: name });
      expect(found.events).toMatchObject([{ logStreamName: name, message: "of it" }]);
    },
  );

  const groupArn = `arn:aws:logs:us-west-2:123456789012:log-group:${logGroupName}`;

  it.each([groupArn, `${groupArn}:*`, logGroupName])("%s identifies the group", async (logGroupIdentifier) => {
    const { logGroups } = await context.call("logs", "DescribeLogGroups", {
      logGroupIdentifiers: [logGroupIdentifier],
    });
    expect(logGroups).toMatchObject([{ logGroupName }]);
    for (const read of identified(logGroupIdentifier)) await expect(read()).resolves.toBeDefined();
  });

  it.each([
    groupArn.replace("us-west-2", "eu-west-1"),
    groupArn.replace(":logs:", ":sqs:"),
    groupArn.replace("arn:aws:", "arn:aws-cn:"),
    `${groupArn}:log-stream:${logStreamName}`,
    `arn:aws:s3:::${logGroupName}`,
  ])("%s identifies nothing here", async (logGroupIdentifier) => {
    for (const read of identified(logGroupIdentifier))
      await expect(read()).rejects.toMatchObject({
        code: "ResourceNotFoundException",
        message: "The specified log group does not exist.",
      });
  });

  it("an ARN of another account is what the permission is asked for", () => {
    const foreign = groupArn.replace("123456789012", "999999999999");
    const place = { account: context.account, region: context.region };
    const resources = (unit: { permissions: typeof logGroup.permissions }, operation: string, input: object) =>
      unit.permissions[operation]!(input as never, place).map(({ resource }) => resource);
    expect(resources(logGroup, "DescribeLogGroups", { logGroupIdentifiers: [`${foreign}:*`, "/one"] })).toEqual([
      "*",
      foreign,
    ]);
    expect(resources(logGroup, "DescribeLogGroups", {})).toEqual(["*"]);
    expect(resources(logStream, "DescribeLogStreams", { logGroupIdentifier: foreign })).toEqual([foreign]);
    expect(resources(logEvents, "FilterLogEvents", { logGroupIdentifier: `${foreign}:*` })).toEqual([foreign]);
    const stream = { logGroupIdentifier: foreign, logStreamName };
    expect(resources(logEvents, "GetLogEvents", stream)).toEqual([`${foreign}:log-stream:${logStreamName}`]);
  });

  it("200 streams made at once in one group never write the document of the group", async () => {
    const write = vi.spyOn(context.resources, "write");
    const names = Array.from({ length: 200 }, (_, index) => `job-${index}/algo-1-1`);
    await Promise.all(
      names.map((name) => context.call("logs", "CreateLogStream", { logGroupName, logStreamName: name })),
    );
    const written = write.mock.calls.flatMap(([changes]) => changes);
    expect(written.filter((change) => "put" in change).map(({ put }) => put.key.kind)).toEqual(
      names.map(() => logStreamKind.name),
    );
    expect(written).toHaveLength(400);
    expect(await context.resources.get(groupKey(context, logGroupName))).toMatchObject({ version: 1 });
  });

  it("a full page of streams has a token only when one more matches the prefix", async () => {
    for (const name of ["job/algo-2-1", "JOB/algo-1-1", "other/algo-1-1"])
      await context.call("logs", "CreateLogStream", { logGroupName, logStreamName: name });
    const first = { logGroupName, logStreamNamePrefix: "job/", limit: 1 };
    const one = await context.call("logs", "DescribeLogStreams", first);
    expect(one.logStreams!.map((stream) => stream.logStreamName)).toEqual([logStreamName]);
    const two = await context.call("logs", "DescribeLogStreams", { ...first, nextToken: one.nextToken });
    expect(two.logStreams!.map((stream) => stream.logStreamName)).toEqual(["job/algo-2-1"]);
    expect(two.nextToken).toBeUndefined();
    expect((await context.call("logs", "DescribeLogStreams", { ...first, limit: 2 })).nextToken).toBeUndefined();
  });

  it("streams are ordered by their last event", async () => {
    await context.call("logs", "CreateLogStream", { logGroupName, logStreamName: "b" });
    await context.call("logs", "CreateLogStream", { logGroupName, logStreamName: "empty" });
    await put([[5000, "late"]], "b");
    await put([[1000, "early"]]);
    const order = { logGroupName, orderBy: "LastEventTime", descending: true, limit: 2 } as const;
    const { logStreams, nextToken } = await context.call("logs", "DescribeLogStreams", order);
    expect(logStreams!.map((stream) => [stream.logStreamName, stream.lastEventTimestamp])).toEqual([
      ["b", testTime + 5000],
      [logStreamName, testTime + 1000],
    ]);
    const rest = await context.call("logs", "DescribeLogStreams", { ...order, nextToken });
    expect(rest.logStreams!.map((stream) => stream.logStreamName)).toEqual(["empty"]);
    expect(rest.nextToken).toBeUndefined();
  });

  it("streams are paged by their last event while events come in, by tokens that serve this list only", async () => {
    const names = Array.from({ length: 7 }, (_, i) => `s${i}`);
    for (const name of names) await context.call("logs", "CreateLogStream", { logGroupName, logStreamName: name });
    for (const [i, name] of names.slice(1).entries()) await put([[i * 10, "x"]], name);
    const list = (more: object = {}) =>
      context.call("logs", "DescribeLogStreams", { logGroupName, orderBy: "LastEventTime", limit: 3, ...more });
    const namesOf = ({ logStreams }: Awaited<ReturnType<typeof list>>) => logStreams!.map((each) => each.logStreamName);

    // Streams without events come first, in order of name.
    const first = await list();
    expect(namesOf(first)).toEqual([logStreamName, "s0", "s1"]);
    await put([[-5, "x"]], "s1");
    await put([[99, "x"]], "s2");
    const second = await list({ nextToken: first.nextToken });
    expect(namesOf(second)).toEqual(["s3", "s4", "s5"]);
    const third = await list({ nextToken: second.nextToken });
    expect(namesOf(third)).toEqual(["s6", "s2"]);
    expect(third.nextToken).toBeUndefined();
    expect(namesOf(await list({ descending: true, limit: 50 }))).toEqual([
      "s2",
      "s6",
      "s5",
      "s4",
      "s3",
      "s1",
      "s0",
      logStreamName,
    ]);

    const other = "/other";
    await context.call("logs", "CreateLogGroup", { logGroupName: other });
    const { nextToken } = first;
    for (const refused of [
      { nextToken, descending: true },
      { nextToken, orderBy: "LogStreamName" },
      { nextToken, logGroupName: other },
      { nextToken: "0/x" },
    ])
      await expect(list(refused)).rejects.toMatchObject({
        code: "InvalidParameterException",
        message: "The specified nextToken is invalid.",
      });
    await expect(list({ logStreamNamePrefix: "s" })).rejects.toThrow("Cannot order by LastEventTime");
  });

  it("neither the bytes of a group nor a page by time reads the other streams", async () => {
    for (let i = 0; i < 30; i++)
      await context.call("logs", "CreateLogStream", { logGroupName, logStreamName: `s${i}` });
    await put([[0, "é"]]);
    const reads = [vi.spyOn(context.journals, "summary"), vi.spyOn(context.resources, "get")];
    const lists = vi.spyOn(context.resources, "list");
    const { logGroups } = await context.call("logs", "DescribeLogGroups", { logGroupNamePrefix: logGroupName });
    expect(logGroups).toMatchObject([{ storedBytes: 2 }]);
    await context.call("logs", "DescribeLogStreams", { logGroupName, orderBy: "LastEventTime", limit: 2 });
    expect(lists.mock.calls.map(([kind]) => kind)).toEqual(["logs/log-group"]);
    for (const read of reads) expect(read.mock.calls.length).toBeLessThanOrEqual(5);
  });

  it("what a killed deletion or a lost race left in a journal is in no list, and no byte of a group made anew", async () => {
    await put([[0, "old"]]);
    const journals = await context.journals.streams("", undefined, 9);
    const trim = vi.spyOn(context.journals, "trim").mockRejectedValueOnce(new Error("killed"));
    await expect(context.call("logs", "DeleteLogGroup", { logGroupName })).rejects.toThrow("killed");
    trim.mockRestore();
    expect(await context.journals.streams("", undefined, 9)).toEqual(journals);
    await context.call("logs", "CreateLogGroup", { logGroupName });
    const lost = vi.spyOn(context.resources, "write").mockRejectedValueOnce(new Error("killed"));
    const again = () => context.call("logs", "CreateLogStream", { logGroupName, logStreamName });
    await expect(again()).rejects.toThrow("killed");
    lost.mockRestore();
    const byTime = async () =>
      (await context.call("logs", "DescribeLogStreams", { logGroupName, orderBy: "LastEventTime", limit: 1 }))
        .logStreams;
    expect(await byTime()).toEqual([]);
    await again();
    expect(await byTime()).toMatchObject([{ logStreamName }]);
    const { logGroups } = await context.call("logs", "DescribeLogGroups", {});
    expect(logGroups).toMatchObject([{ storedBytes: 0 }]);
  });
});
