import { describe, expect, it } from "vitest";
import { createTestContext, testTime } from "../server/request/test-context.ts";
import { metric } from "../services/platform/cloudwatch/metric.ts";
import { lastValues } from "./job-log.ts";
import {
  checkMetricDefinitions,
  countMinute,
  createMetricReader,
  putMetrics,
  putMissingMetrics,
} from "./job-metrics.ts";

const definitions = [
  { Name: "validation:rmse", Regex: ".*\\[[0-9]+\\].*#011validation-rmse:(\\S+)" },
  { Name: "loss", Regex: "loss=([^;]*);" },
];
const metrics = { namespace: "/aws/sagemaker/TrainingJobs", dimensions: { TrainingJobName: "job" }, definitions };
const events = (...messages: string[]) => messages.map((message, index) => ({ timestamp: testTime + index, message }));

describe("metric values of a log", () => {
  const read = createMetricReader(definitions);

  it("are what the first group of a regex holds, where that is a number CloudWatch takes", () => {
    const lines = ["[0]#011train-rmse:3#011validation-rmse:2.5", "loss=1e-3; loss=9;", "loss=;", "loss=abc;"];
    expect(read(events(...lines, "loss=1e300;", "[1]"))).toEqual([
      { name: "validation:rmse", value: 2.5, time: testTime },
      { name: "loss", value: 0.001, time: testTime + 1 },
    ]);
    expect(
      lastValues(lastValues([], read(events("loss=1;"))), read(events("[0]#011validation-rmse:4", "loss=2;"))),
    ).toEqual([
      { name: "loss", value: 2, time: testTime + 1 },
      { name: "validation:rmse", value: 4, time: testTime },
    ]);
  });

  it("are found whatever their case, where the regex says so", () => {
    const some = createMetricReader([{ Name: "loss", Regex: "(?i)Loss: ([0-9]+)" }]);
    expect(some(events("LOSS: 7")).map(({ value }) => value)).toEqual([7]);
  });

  it("reach CloudWatch once, wherever a server was killed before, and however much of the log was dealt with", async () => {
    const all = events("loss=1;", "loss=2;", "[0]#011validation-rmse:7", "loss=3;");
    const values = read(all);
    for (let remembered = 0; remembered < all.length; remembered++) {
      for (let written = remembered; written <= values.length; written++) {
        const context = createTestContext({ units: [metric] });
        context.passTime(1000);
        await putMetrics(context, metrics, values.slice(0, written));
        const counted = countMinute(undefined, read(all.slice(0, remembered)));
        await putMissingMetrics(context, metrics, read(all.slice(remembered)), counted);
        await putMissingMetrics(context, metrics, read(all.slice(remembered)), counted);
        const { Datapoints } = await context.call("cloudwatch", "GetMetricStatistics", {
          Namespace: metrics.namespace,
          MetricName: "loss",
          Dimensions: [{ Name: "TrainingJobName", Value: "job" }],
          StartTime: new Date(testTime),
          EndTime: new Date(testTime + 60_000),
          Period: 60,
          Statistics: ["SampleCount", "Sum"],
        });
        expect(Datapoints).toMatchObject([{ SampleCount: 3, Sum: 6 }]);
      }
    }
  });

  it("are counted from the beginning of the minute of the last", () => {
    const at = (time: number) => ({ name: "loss", value: 1, time: testTime + time });
    expect(countMinute(undefined, [])).toBeUndefined();
    const first = countMinute(undefined, [at(0), at(59_999)]);
    expect(first).toEqual({ start: testTime, counts: { loss: 2 } });
    expect(countMinute(first, [])).toBe(first);
    expect(countMinute(first, [at(59_999), { ...at(59_999), name: "other" }])?.counts).toEqual({ loss: 3, other: 1 });
    expect(countMinute(first, [at(59_999), at(60_000)])).toEqual({ start: testTime + 60_000, counts: { loss: 1 } });
  });

  it("are read of a page of which many definitions match every line", () => {
    const page = Array.from({ length: 10_000 }, (_, timestamp) => ({ timestamp, message: "1" }));
    const many = createMetricReader(Array.from({ length: 40 }, (_, index) => ({ Name: `m${index}`, Regex: "(\\d)" })));
    expect(many(page)).toHaveLength(400_000);
  });
});

it.each([
  ["(", /Invalid regex/],
  ["loss", /has no group/],
  ["(?<=a)(b)", /^Look-around .* is not built in Sagebrush 0\.0\.0; write \(\?<=a\)\(b\) without them/],
  ["(a)\\1", /or a back reference .* is not built/],
  ["\\\\(a)", undefined],
  ["(?<value>\\d+)", undefined],
  ["(?P<value>\\d+)", undefined],
  ["(?P<v>a)(?P=v)", /or a back reference .* is not built/],
  ["(?i)loss: ([0-9]+)", undefined],
  ["(?x)(a)", /Invalid regular expression: \/\(\?x\)\(a\)\/: Invalid group/],
])("a metric definition %j", (Regex, refusal) => {
  const check = () => checkMetricDefinitions(createTestContext({ units: [] }), [{ Name: "m", Regex }]);
  if (refusal) expect(check).toThrow(refusal);
  else check();
});
