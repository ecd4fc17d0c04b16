import { beforeEach, describe, expect, it, vi } from "vitest";
import { createTestContext, type TestContext, testTime } from "../../../server/request/test-context.ts";
import { metric } from "./metric.ts";

const Namespace = "AWS/SageMaker";
const MetricName = "ModelLatency";
const Dimensions = [
  { Name: "EndpointName", Value: "a/b=c&d" },
  { Name: "VariantName", Value: "AllTraffic" },
];
const minute = 60_000;
let context: TestContext;

beforeEach(() => {
  context = createTestContext({ units: [metric] });
});

const put = (...data: Parameters<typeof datum>[0][]) =>
  context.call("cloudwatch", "PutMetricData", { Namespace, MetricData: data.map(datum) });
const datum = (more: object) => ({ MetricName, Dimensions, Timestamp: new Date(testTime), ...more });
const statistics = (more: object) =>
  context.call("cloudwatch", "GetMetricStatistics", {
    Namespace,
    MetricName,
    Dimensions,
    StartTime: new Date(testTime - 10 * minute),
    EndTime: new Date(testTime + 10 * minute),
    Period: 60,
    ...more,
  });

describe("GetMetricStatistics", () => {
  it("sums up values, counted values and statistic sets of a period", async () => {
    await put({ Value: 3, Unit: "Microseconds" });
    await put({ Values: [1, 2], Counts: [1, 3], Unit: "Microseconds" });
    await put({ StatisticValues: { SampleCount: 2, Sum: 20, Minimum: 8, Maximum: 12 }, Unit: "Microseconds" });
    await put({ Value: 100, Unit: "Microseconds", Timestamp: new Date(testTime + minute) });
    const { Label, Datapoints } = await statistics({
      Statistics: ["Average", "Sum", "Minimum", "Maximum", "SampleCount"],
    });
    expect(Label).toBe(MetricName);
    expect(Datapoints).toEqual([
      {
        Timestamp: new Date(testTime),
        Unit: "Microseconds",
        SampleCount: 7,
        Sum: 30,
        Minimum: 1,
        Maximum: 12,
        Average: 30 / 7,
      },
      {
        Timestamp: new Date(testTime + minute),
        Unit: "Microseconds",
        SampleCount: 1,
        Sum: 100,
        Minimum: 100,
        Maximum: 100,
        Average: 100,
      },
    ]);
  });

  it("reads a period of more points than a call takes arguments", { timeout: 120_000 }, async () => {
    const data = Array.from({ length: 1_000 }, () => ({ Value: 1 }));
    for (let written = 0; written < 150; written++) await put(...data);
    const { Datapoints } = await statistics({ Statistics: ["SampleCount"] });
    expect(Datapoints).toMatchObject([{ SampleCount: 150_000 }]);
  });

  it("keeps units apart, and the order of dimensions makes no other metric", async () => {
    await put({ Value: 1, Unit: "Seconds" }, { Value: 2, Unit: "Milliseconds", Dimensions: Dimensions.toReversed() });
    expect((await statistics({ Statistics: ["Sum"] })).Datapoints).toHaveLength(2);
    expect((await statistics({ Statistics: ["Sum"], Unit: "Seconds" })).Datapoints).toMatchObject([{ Sum: 1 }]);
    expect((await statistics({ Statistics: ["Sum"], Dimensions: [] })).Datapoints).toEqual([]);
  });

  // The figures of numpy.percentile([1..100], [50, 99, 99.9]).
  it("interpolates percentiles", async () => {
    await put({ Values: Array.from({ length: 100 }, (_, index) => 100 - index) });
    const { Datapoints } = await statistics({ ExtendedStatistics: ["p50", "p99", "p99.9"] });
    const found = Datapoints![0]!.ExtendedStatistics!;
    expect(found.p50).toBeCloseTo(50.5, 9);
    expect(found.p99).toBeCloseTo(99.01, 9);
    expect(found["p99.9"]).toBeCloseTo(99.901, 9);
  });

  it("periods begin at the start asked for; points of standard resolution stand at their minute", async () => {
    context.setTime(testTime + 100 * 24 * 3_600_000);
    const now = context.clock.now();
    await put({ Value: 1, Timestamp: new Date(now + 59_999) }, { Value: 2, Timestamp: new Date(now + 60_000) });
    const { Datapoints } = await statistics({
      Statistics: ["Sum"],
      Period: 300,
      StartTime: new Date(now - 2 * minute + 7),
      EndTime: new Date(now + minute),
    });
    expect(Datapoints).toEqual([{ Timestamp: new Date(now - 2 * minute), Unit: "None", Sum: 1 }]);
  });

  it.each([
    [{ Statistics: [] }, "InvalidParameterCombination", "Statistics"],
    [{ Statistics: ["Sum"], Period: 45 }, "InvalidParameterValue", "45"],
    [{ Statistics: ["Sum"], EndTime: new Date(0) }, "InvalidParameterCombination", "StartTime must be less"],
    [{ Statistics: ["Sum"], Period: 1, StartTime: new Date(0) }, "InvalidParameterCombination", "limit of 1440"],
    [{ ExtendedStatistics: ["tm99"] }, "InvalidParameterValue", "tm99"],
  ])("refuses %j", async (more, code, words) => {
    await put({ Value: 1 });
    await expect(statistics(more)).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
  });
});

it.each([
  [{}, "MissingParameter"],
  [{ Value: 1, Values: [1] }, "InvalidParameterCombination"],
  [{ Values: [1, 2], Counts: [1] }, "InvalidParameterCombination"],
  [{ Value: Number.NaN }, "InvalidParameterValue"],
  [{ Value: Number.POSITIVE_INFINITY }, "InvalidParameterValue"],
  [{ Value: 1, StorageResolution: 30 }, "InvalidParameterValue"],
  [{ Value: 1, Timestamp: new Date(testTime - 15 * 24 * 3_600_000) }, "InvalidParameterValue"],
  [{ Value: 1, Timestamp: new Date(testTime + 3 * 3_600_000) }, "InvalidParameterValue"],
])("PutMetricData refuses %j and keeps nothing of the request", async (more, code) => {
  await expect(put({ Value: 1 }, more)).rejects.toMatchObject({ code });
  expect((await context.call("cloudwatch", "ListMetrics", {})).Metrics).toEqual([]);
});

describe("GetMetricData", () => {
  const query = (Id: string, more: object = {}) => ({
    Id,
    MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period: 60, Stat: "Average", ...more },
  });
  const range = { StartTime: new Date(testTime - minute), EndTime: new Date(testTime + 5 * minute) };

  it("pages over queries and their points, latest first unless asked otherwise", async () => {
    for (let i = 0; i < 3; i++) await put({ Value: i, Timestamp: new Date(testTime + i * minute) });
    const input = { ...range, MetricDataQueries: [query("one"), query("two", { Stat: "p50" })], MaxDatapoints: 2 };
    const seen: [string | undefined, number[] | undefined, string | undefined][] = [];
    let NextToken: string | undefined;
    do {
      const page = await context.call("cloudwatch", "GetMetricData", { ...input, NextToken });
      for (const { Id, Values, StatusCode } of page.MetricDataResults!) seen.push([Id, Values, StatusCode]);
      NextToken = page.NextToken;
    } while (NextToken);
    expect(seen).toEqual([
      ["one", [2, 1], "PartialData"],
      ["one", [0], "Complete"],
      ["two", [2], "PartialData"],
      ["two", [1, 0], "Complete"],
    ]);
    const ascending = await context.call("cloudwatch", "GetMetricData", {
      ...range,
      MetricDataQueries: [query("one", { Period: 120 })],
      ScanBy: "TimestampAscending",
    });
    expect(ascending.MetricDataResults).toEqual([
      {
        Id: "one",
        Label: MetricName,
        Timestamps: [new Date(testTime), new Date(testTime + 2 * minute)],
        Values: [0.5, 2],
        StatusCode: "Complete",
      },
    ]);
  });

  it("of several periods meets where the longest ones begin, and each metric has its own PERIOD", async () => {
    for (let i = 0; i < 10; i++) await put({ Value: i + 1, Timestamp: new Date(testTime + i * minute) });
    const long = query("long", { Period: 300, Stat: "Sum" });
    const { MetricDataResults } = await context.call("cloudwatch", "GetMetricData", {
      ...{ StartTime: new Date(testTime), EndTime: new Date(testTime + 10 * minute), ScanBy: "TimestampAscending" },
      MetricDataQueries: [
        query("short"),
        long,
        { Id: "share", Expression: "short / long" },
        { Id: "filled", Expression: "FILL(short, 0)" },
        { Id: "seconds", Expression: "TIME_SERIES(PERIOD(short)) + PERIOD(long) + long * 0" },
      ] as never,
    });
    const found = Object.fromEntries(MetricDataResults!.map(({ Id, Values }) => [Id, Values]));
    expect(found).toMatchObject({ long: [15, 40], share: [1 / 15, 6 / 40], seconds: [360, 360] });
    expect(found.short).toHaveLength(10);
    expect(found.filled).toHaveLength(10);
    expect(MetricDataResults![2]!.Timestamps).toEqual([0, 5].map((at) => new Date(testTime + at * minute)));
  });

  it("computes expressions of its metrics, whether these are returned or not", async () => {
    for (let i = 0; i < 3; i++) {
      await put({ Value: i + 1, Timestamp: new Date(testTime + i * minute) });
      if (i !== 1) await put({ Value: 10, MetricName: "Other", Timestamp: new Date(testTime + i * minute) });
    }
    const other = query("other", { Metric: { Namespace, MetricName: "Other", Dimensions } });
    const ask = (...expressions: object[]) =>
      context.call("cloudwatch", "GetMetricData", {
        ...{ ...range, ScanBy: "TimestampAscending" },
        MetricDataQueries: [
          { ...query("one"), ReturnData: false },
          { ...other, ReturnData: false },
          ...expressions,
        ] as never,
      });
    const { MetricDataResults } = await ask(
      { Id: "both", Expression: "one + FILL(other, 0)" },
      { Id: "twice", Expression: "both * 2", Label: "doubled" },
    );
    expect(MetricDataResults).toMatchObject([
      { Id: "both", Label: "both", Values: [11, 2, 13], StatusCode: "Complete" },
      { Id: "twice", Label: "doubled", Values: [22, 4, 26] },
    ]);
    expect(MetricDataResults![0]!.Timestamps).toEqual([0, 1, 2].map((index) => new Date(testTime + index * minute)));
    const refused = (Expression: string, words: string) => expect(ask({ Id: "e1", Expression })).rejects.toThrow(words);
    await refused("one +", "Error in expression 'e1': it ends too soon.");
    await refused("METRICS()", "must give one series");
    await refused("SEARCH('x', 'Sum', 60)", "The function SEARCH, which the query e1 asks for, is not built");
    await refused("SELECT SUM(x) FROM y", "SQL, which the query e1 asks for, is not built in Sagebrush 0.0.0");
  });
});

describe("ListMetrics", () => {
  const list = async (more: object = {}) =>
    (await context.call("cloudwatch", "ListMetrics", more)).Metrics!.map((found) => found.MetricName);

  it("finds by namespace, name and dimensions, and forgets what was quiet for two weeks", async () => {
    await put({ Value: 1 });
    await put({ Value: 1, MetricName: "Plain/Name", Dimensions: [] });
    expect(await list()).toEqual([MetricName, "Plain/Name"]);
    expect((await context.call("cloudwatch", "ListMetrics", { MetricName })).Metrics).toEqual([
      { Namespace, MetricName, Dimensions },
    ]);
    expect(await list({ Dimensions: [{ Name: "EndpointName" }] })).toEqual([MetricName]);
    expect(await list({ Dimensions: [{ Name: "EndpointName", Value: "other" }] })).toEqual([]);
    expect(await list({ Namespace: "Other" })).toEqual([]);
    context.passTime(4 * 3_600_000);
    expect(await list({ RecentlyActive: "PT3H" })).toEqual([]);
    expect(await list()).toHaveLength(2);
    context.passTime(14 * 24 * 3_600_000);
    expect(await list()).toEqual([]);
  });

  it("shows 500 on a page", async () => {
    for (let i = 0; i < 501; i++) await put({ Value: 1, MetricName: `M${i}` });
    const page = await context.call("cloudwatch", "ListMetrics", {});
    expect(page.Metrics).toHaveLength(500);
    const rest = await context.call("cloudwatch", "ListMetrics", { NextToken: page.NextToken });
    expect(rest.Metrics).toHaveLength(1);
    expect(rest.NextToken).toBeUndefined();
    await expect(context.call("cloudwatch", "ListMetrics", { NextToken: "x" })).rejects.toThrow("NextToken is invalid");
  });

  describe("among many metrics", () => {
    const many = 10_500;
    /** Counts the journals that the store has named since. */
    const countRead = () => {
      const streams = vi.spyOn(context.journals, "streams");
      return async () =>
        (await Promise.all(streams.mock.results.map(({ value }) => value as Promise<readonly string[]>))).flat().length;
    };
    const one = (Namespace: string, MetricName: string) =>
      context.call("cloudwatch", "PutMetricData", { Namespace, MetricData: [{ MetricName, Value: 1 }] });
    beforeEach(async () => {
      const MetricData = Array.from({ length: many }, (_, i) => ({ MetricName: `M${i}`, Value: 1 }));
      await context.call("cloudwatch", "PutMetricData", { Namespace: "Many", MetricData });
      for (const namespace of ["A", "Many/More", "Z"]) for (const name of ["M", "M/1"]) await one(namespace, name);
    });

    it.each([
      [{ Namespace: "Z" }, ["Z M/1", "Z M"], 2],
      [{ Namespace: "Many/More", MetricName: "M" }, ["Many/More M"], 1],
      [{ Namespace: "Many", MetricName: "M10" }, ["Many M10"], 1],
      [{ Namespace: "Man" }, [], 0],
    ])("reads only the journals of %o", async (input, names, read) => {
      const count = countRead();
      const { Metrics, NextToken } = await context.call("cloudwatch", "ListMetrics", input);
      expect(Metrics!.map(({ Namespace, MetricName }) => `${Namespace} ${MetricName}`)).toEqual(names);
      expect(NextToken).toBeUndefined();
      expect(await count()).toBe(read);
    });

    it("looks at 10 000 for a page where no namespace is given, and goes on where it ended", async () => {
      const count = countRead();
      const first = await context.call("cloudwatch", "ListMetrics", { MetricName: "M/1" });
      expect(await count()).toBe(10_000);
      const rest = await context.call("cloudwatch", "ListMetrics", { MetricName: "M/1", NextToken: first.NextToken });
      expect(await count()).toBe(many + 6);
      expect(rest.NextToken).toBeUndefined();
      const found = [...first.Metrics!, ...rest.Metrics!].map((metric) => metric.Namespace);
      expect(found).toEqual(["A", "Many/More", "Z"]);
    });

    it("takes no token of another namespace's list", async () => {
      const { NextToken } = await context.call("cloudwatch", "ListMetrics", { Namespace: "Many" });
      const other = context.call("cloudwatch", "ListMetrics", { Namespace: "Z", NextToken });
      await expect(other).rejects.toThrow("NextToken is invalid");
    });
  });
});
