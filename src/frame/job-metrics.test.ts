import { describe, expect, it } from "vitest";
import type { Context } from "../../../frame/context.ts";
import { createTestContext, testTime } from "../../../server/test-context.ts";
import { metric } from "../../platform/cloudwatch/metric.ts";
import {
  checkMetricDefinitions,
  createMetricReader,
  lastValues,
  putMetrics,
  putMissingMetrics,
  readStreamMetrics,
} from "./training-metrics.ts";

const definitions = [
  { Name: "validation:rmse", Regex: ".*\\[[0-9]+\\].*#011validation-rmse:(\\S+)" },
  { Name: "loss", Regex: "loss=([^;]*);" },
];
const events = (...messages: string[]) => messages.map((message, index) => ({ timestamp: testTime + index, message }));

/** As they come page by page from a stream. */
async function* paged<T>(values: readonly T[], size = values.length): AsyncGenerator<T[]> {
  for (let start = 0; start < values.length; start += size) yield values.slice(start, start + size);
}

describe("metric values of a log", () => {
  const read = createMetricReader(definitions);

  it("are what the first group of a regex holds, where that is a number CloudWatch takes", async () => {
    const values = read(
      events(
        "[0]#011train-rmse:3#011validation-rmse:2.5",
        "loss=1e-3; loss=9;",
        "loss=;",
        "loss=abc;",
        "loss=1e300;",
        "[1]",
      ),
    );
    expect(values).toEqual([
      { name: "validation:rmse", value: 2.5, time: testTime },
      { name: "loss", value: 0.001, time: testTime + 1 },
    ]);
    const last = await lastValues(paged(read(events("loss=1;", "loss=2;")), 1));
    expect(last).toEqual([{ name: "loss", value: 2, time: testTime + 1 }]);
  });

  it("reach CloudWatch once, wherever a server was killed before", async () => {
    const values = read(events("loss=1;", "loss=2;", "[0]#011validation-rmse:7", "loss=3;"));
    for (let written = 0; written <= values.length; written++) {
      const context = createTestContext({ units: [metric] });
      context.passTime(1000);
      await putMetrics(context, "job", values.slice(0, written));
      await putMissingMetrics(context, "job", paged(values, 1), testTime);
      await putMissingMetrics(context, "job", paged(values, 3), testTime);
      const { Datapoints } = await context.call("cloudwatch", "GetMetricStatistics", {
        Namespace: "/aws/sagemaker/TrainingJobs",
        MetricName: "loss",
        Dimensions: [{ Name: "TrainingJobName", Value: "job" }],
        StartTime: new Date(testTime),
        EndTime: new Date(testTime + 60_000),
        Period: 60,
        Statistics: ["SampleCount", "Sum"],
      });
      expect(Datapoints).toMatchObject([{ SampleCount: 3, Sum: 6 }]);
    }
  });
});

it.each([
  ["(", /Invalid regex/],
  ["loss", /has no group/],
  ["(?<=a)(b)", /look-around/],
  ["(a)\\1", /look-around and back references/],
  ["\\\\(a)", undefined],
  ["(?<value>\\d+)", undefined],
])("a metric definition %j", (Regex, refusal) => {
  const check = () => checkMetricDefinitions([{ Name: "m", Regex }]);
  if (refusal) expect(check).toThrow(refusal);
  else check();
});

it("reads a page of which many definitions match every line", async () => {
  const events = Array.from({ length: 10_000 }, (_, timestamp) => ({ timestamp, message: "1" }));
  const pages = [{ events }, { events: [] }];
  const { signal } = new AbortController();
  const context = { call: async () => pages.shift(), signal } as unknown as Context;
  const read = createMetricReader(Array.from({ length: 40 }, (_, index) => ({ Name: `m${index}`, Regex: "(\\d)" })));
  const place = { logGroupName: "g", logStreamName: "s" };
  const sizes: number[] = [];
  for await (const values of readStreamMetrics(context, place, read)) sizes.push(values.length);
  expect(sizes).toEqual([400_000]);
});

it("reads on no longer than until the server stops", async () => {
  const stopping = new AbortController();
  let pages = 0;
  const call = async () => {
    if (++pages === 3) stopping.abort();
    return { events: pages < 100 ? events("loss=1;") : [] };
  };
  const context = { call, signal: stopping.signal } as unknown as Context;
  const place = { logGroupName: "g", logStreamName: "s" };
  const values = readStreamMetrics(context, place, createMetricReader(definitions));
  await expect(lastValues(values)).rejects.toThrow(/aborted/);
  expect(pages).toBe(3);
});
