import { describe, expect, it } from "vitest";
import { testTime } from "../../../server/request/test-context.ts";
import { context, logGroupName, logStreamName, messages, put, useLogs } from "./logs.fixture.ts";

useLogs();

describe("PutLogEvents", () => {
  it("refuses disorder, a span of more than a day, and more than 1 MiB", async () => {
    await expect(
      put([
        [1, "b"],
        [0, "a"],
      ]),
    ).rejects.toThrow("must be in chronological order");
    await expect(
      put([
        [-86_400_001, "a"],
        [0, "b"],
      ]),
    ).rejects.toThrow("cannot span more than 24 hours");
    await expect(put([[0, "é".repeat(524_276)]])).rejects.toThrow(
      "Upload too large: 1048578 bytes exceeds limit of 1048576",
    );
    await put([[0, "é".repeat(524_275)]]);
  });

  it("keeps what lies between two weeks ago and two hours ahead, and says what it did not", async () => {
    const hour = 3_600_000;
    const rejected = await put([
      [2 * hour, "kept"],
      [2 * hour + 1, "too new"],
    ]);
    expect(rejected.rejectedLogEventsInfo).toEqual({ tooNewLogEventStartIndex: 1 });
    expect((await put([[-14 * 24 * hour - 1, "too old"]])).rejectedLogEventsInfo).toEqual({
      tooOldLogEventEndIndex: 1,
    });
    expect(messages(await context.call("logs", "GetLogEvents", { logGroupName, logStreamName }))).toEqual(["kept"]);
  });
});

describe("GetLogEvents", () => {
  const read = (more: object = {}) =>
    context.call("logs", "GetLogEvents", { logGroupName, logStreamName, startFromHead: true, ...more });

  it("orders by time, then as events came in; the start is inclusive and the end is not", async () => {
    await put([
      [2, "c"],
      [4, "e"],
    ]);
    await put([
      [1, "a"],
      [2, "d"],
    ]);
    expect(messages(await read())).toEqual(["a", "c", "d", "e"]);
    expect(messages(await read({ startTime: testTime + 2, endTime: testTime + 4 }))).toEqual(["c", "d"]);
  });

  it("gives the same token at the end, and with it what comes later", async () => {
    await put([
      [1, "a"],
      [2, "b"],
      [3, "c"],
    ]);
    const page = await read({ limit: 2 });
    expect(messages(page)).toEqual(["a", "b"]);
    const rest = await read({ nextToken: page.nextForwardToken });
    expect(messages(rest)).toEqual(["c"]);
    const end = await read({ nextToken: rest.nextForwardToken });
    expect(messages(end)).toEqual([]);
    expect(end.nextForwardToken).toBe(rest.nextForwardToken);
    await put([[3, "d"]]);
    expect(messages(await read({ nextToken: end.nextForwardToken }))).toEqual(["d"]);
    expect(messages(await read({ nextToken: rest.nextBackwardToken }))).toEqual(["a", "b"]);
  });

  it("an empty stream has tokens too, and they work once there are events", async () => {
    const empty = await read({ startTime: testTime });
    await put([[0, "first"]]);
    expect(messages(await read({ startTime: testTime, nextToken: empty.nextForwardToken }))).toEqual(["first"]);
    await expect(read({ nextToken: "f/x" })).rejects.toThrow("The specified nextToken is invalid.");
  });

  it("without startFromHead gives the latest, oldest first", async () => {
    await put([
      [1, "a"],
      [2, "b"],
      [3, "c"],
    ]);
    expect(messages(await read({ startFromHead: false, limit: 2 }))).toEqual(["b", "c"]);
  });

  it("an event that an endTime left out is not lost for the reader", async () => {
    await put([
      [5, "later"],
      [6, "latest"],
    ]);
    await put([[1, "a"]]);
    const page = await read({ endTime: testTime + 5 });
    expect(messages(page)).toEqual(["a"]);
    expect(messages(await read({ nextToken: page.nextForwardToken }))).toEqual(["later", "latest"]);
  });

  it("keeps an answer within 1 MiB", async () => {
    for (let i = 0; i < 3; i++) await put([[i, String(i).repeat(500_000)]]);
    const page = await read();
    expect(page.events).toHaveLength(2);
    expect(messages(await read({ nextToken: page.nextForwardToken }))[0]![0]).toBe("2");
  });
});

describe("FilterLogEvents", () => {
  const filter = (more: object = {}) => context.call("logs", "FilterLogEvents", { logGroupName, ...more });

  it("interleaves streams by time, page by page", async () => {
    await context.call("logs", "CreateLogStream", { logGroupName, logStreamName: "b" });
    await put([
      [1, "a1"],
      [3, "a3"],
    ]);
    await put(
      [
        [2, "b2"],
        [4, "b4"],
      ],
      "b",
    );
    const seen = [];
    let nextToken: string | undefined;
    do {
      const page = await filter({ limit: 3, nextToken });
      seen.push(...messages(page));
      nextToken = page.nextToken;
    } while (nextToken);
    expect(seen).toEqual(["a1", "b2", "a3", "b4"]);
    expect(messages(await filter({ logStreamNamePrefix: "job/" }))).toEqual(["a1", "a3"]);
    expect(messages(await filter({ logStreamNames: ["b"], endTime: testTime + 2 }))).toEqual(["b2"]);
    expect(messages(await filter({ startFromHead: false, limit: 2 }))).toEqual(["b4", "a3"]);
    await expect(filter({ logStreamNames: ["none"] })).rejects.toThrow("The specified log stream does not exist.");
  });

  it.each([
    ["", ["ERROR disk full", "WARN disk slow", "[0]#011train-rmse:1"]],
    ["disk", ["ERROR disk full", "WARN disk slow"]],
    ["disk -WARN", ["ERROR disk full"]],
    ["?ERROR ?WARN", ["ERROR disk full", "WARN disk slow"]],
    ['"disk slow"', ["WARN disk slow"]],
    ['"#011train-rmse:"', ["[0]#011train-rmse:1"]],
    ["error", []],
  ])("the pattern %s", async (filterPattern, expected) => {
    await put([
      [1, "ERROR disk full"],
      [2, "WARN disk slow"],
      [3, "[0]#011train-rmse:1"],
    ]);
    expect(messages(await filter({ filterPattern }))).toEqual(expected);
  });

  it.each([
    ['{ $.level = "ERROR" && $.took > 5 }', ['{"level":"ERROR","took":7}']],
    ["[level=WARN || level=ERROR, rest]", ["WARN disk slow"]],
    ["%disk s[a-z]+$%", ["WARN disk slow"]],
  ])("the pattern %s", async (filterPattern, expected) => {
    await put([
      [1, '{"level":"ERROR","took":7}'],
      [2, '{"level":"ERROR","took":3}'],
      [3, "WARN disk slow"],
    ]);
    expect(messages(await filter({ filterPattern }))).toEqual(expected);
  });

  it.each(["{ $.level }", "[ip, user", "%a(b)%", '"open'])("refuses the pattern %s", async (filterPattern) => {
    await expect(filter({ filterPattern })).rejects.toMatchObject({ code: "InvalidParameterException" });
  });
});
