import { expect, it } from "vitest";
import { type CountedMetric, createMetricBuffer, type MetricDatum } from "./metric-buffer.ts";

const place = { account: "123456789012", region: "us-west-2" };
const subject = { namespace: "AWS/SageMaker", dimensions: [{ Name: "EndpointName", Value: "e" }] };
const metric = (name: string): CountedMetric => ({ name, unit: "None" });
const latency = metric("Latency");

function newBuffer(put: (data: readonly MetricDatum[]) => Promise<void> = async () => {}) {
  const runs: (() => void)[] = [];
  const puts: [account: string, region: string, namespace: string, data: readonly MetricDatum[]][] = [];
  const reports: unknown[] = [];
  const buffer = createMetricBuffer({
    async put(...given) {
      puts.push(given);
      await put(given[3]);
    },
    gatherMilliseconds: 1000,
    timer: {
      after(milliseconds, run) {
        expect(milliseconds).toBe(1000);
        runs.push(run);
        return () => runs.splice(runs.indexOf(run), 1);
      },
    },
    report: (_what, error) => reports.push(error),
  });
  return { buffer, puts, reports, runs, pass: () => runs.splice(0).forEach((run) => void run()) };
}

it("gathers how often each value came, of each metric, until the time has passed", () => {
  const { buffer, puts, runs, pass } = newBuffer();
  for (const value of [1, 2, 1]) buffer.add(place, subject, [[latency, value]]);
  buffer.add(place, { ...subject, dimensions: [] }, [[latency, 7]]);
  buffer.add({ ...place, region: "eu-central-1" }, subject, [[latency, 8]]);
  expect(runs).toHaveLength(1);
  expect(puts).toEqual([]);
  pass();
  const datum = { MetricName: "Latency", Dimensions: subject.dimensions, Unit: "None" };
  expect(puts).toEqual([
    [
      place.account,
      "us-west-2",
      "AWS/SageMaker",
      [
        { ...datum, Values: [1, 2], Counts: [2, 1] },
        { ...datum, Dimensions: [], Values: [7], Counts: [1] },
      ],
    ],
    [place.account, "eu-central-1", "AWS/SageMaker", [{ ...datum, Values: [8], Counts: [1] }]],
  ]);
  buffer.add(place, subject, [[latency, 3]]);
  pass();
  expect(puts[2]![3]).toEqual([{ ...datum, Values: [3], Counts: [1] }]);
});

it("keeps to what PutMetricData takes: 150 values of a datum, 1000 data", () => {
  const { buffer, puts, pass } = newBuffer();
  const many = metric("Many");
  for (let value = 0; value < 301; value++) buffer.add(place, subject, [[many, value]]);
  for (let number = 0; number < 1000; number++) buffer.add(place, subject, [[metric(`M${number}`), 1]]);
  pass();
  expect(puts.map(([, , , data]) => data.length)).toEqual([1000, 3]);
  expect(puts[0]![3].slice(0, 3).map(({ Values }) => Values!.length)).toEqual([150, 150, 1]);
});

it("writes what waits when it is closed, and is closed when all is written", async () => {
  const written = Promise.withResolvers<void>();
  const { buffer, puts, runs } = newBuffer(() => written.promise);
  buffer.add(place, subject, [[metric("Last"), 1]]);
  let closed = false;
  const closing = buffer.close().then(() => {
    closed = true;
  });
  expect(puts).toHaveLength(1);
  expect(runs).toEqual([]);
  buffer.add(place, subject, [[metric("Late"), 1]]);
  expect(closed).toBe(false);
  written.resolve();
  await closing;
  expect(runs).toEqual([]);
  expect(puts).toHaveLength(1);
});

it("reports what could not be written, and forgets what is cleared", async () => {
  const { buffer, puts, pass, reports } = newBuffer(async () => {
    throw new Error("no disk");
  });
  buffer.add(place, subject, [[metric("Cleared"), 1]]);
  buffer.clear();
  pass();
  expect(puts).toEqual([]);
  buffer.add(place, subject, [[metric("Lost"), 1]]);
  await buffer.close();
  expect(reports).toMatchObject([{ message: "no disk" }]);
});
