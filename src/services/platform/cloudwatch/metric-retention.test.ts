import fc from "fast-check";
import { expect, it } from "vitest";
import { createTestContext, type TestContext, testTime } from "../../../server/request/test-context.ts";
import type { JournalStore } from "../../../stores/journals/port.ts";
import { metric } from "./metric.ts";
import { rollUpMetrics } from "./metric-retention.ts";

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const MetricName = "Latency";
const Namespace = "Retention";
const Metric = { Namespace, MetricName };
const never = new AbortController().signal;

const newContext = () => createTestContext({ units: [metric] });
type Datum = { age: number; slot?: number; value: number; resolution: 1 | 60; unit: "Count" | "None" };

const put = (context: TestContext, data: readonly Datum[]) =>
  context.call("cloudwatch", "PutMetricData", {
    Namespace,
    MetricData: data.map(({ value, resolution, unit, ...when }) => ({
      MetricName,
      Value: value,
      Unit: unit,
      StorageResolution: resolution,
      Timestamp: new Date(timeOf(context.clock.now(), when)),
    })),
  });

/** Points with a slot share a few times, so that a roll-up adds several up. */
function timeOf(now: number, { age, slot }: Pick<Datum, "age" | "slot">): number {
  const time = slot === undefined ? now - age : Math.floor((now - age) / (7 * day)) * 7 * day + slot;
  return Math.max(time, now - 14 * day);
}

/** "<time> <value>" for each period that has a value, of a statistic. */
async function valuesOf(context: TestContext, Stat: string, Period: number, [begin, end]: readonly [number, number]) {
  const { MetricDataResults } = await context.call("cloudwatch", "GetMetricData", {
    StartTime: new Date(begin),
    EndTime: new Date(end),
    ScanBy: "TimestampAscending",
    MetricDataQueries: [{ Id: "q", MetricStat: { Metric, Period, Stat } }],
  });
  const { Timestamps, Values } = MetricDataResults![0]!;
  return Timestamps!.map((time, place) => `${time.getTime()} ${Values![place]}`);
}

/** The same values, computed from a plain list of all points. */
function expectedOf(
  points: readonly { time: number; value: number }[],
  statistic: (values: number[]) => number,
  period: number,
  [begin, end]: readonly [number, number],
) {
  const inRange = points.filter(({ time }) => time >= begin && time < end);
  const periods = Map.groupBy(inRange, ({ time }) => Math.floor(time / (period * second)) * period * second);
  return [...periods]
    .sort(([a], [b]) => a - b)
    .map(([time, group]) => `${time} ${statistic(group.map(({ value }) => value))}`);
}

const statistics = {
  Sum: (values: number[]) => values.reduce((sum, value) => sum + value, 0),
  SampleCount: (values: number[]) => values.length,
  Minimum: (values: number[]) => Math.min(...values),
  Maximum: (values: number[]) => Math.max(...values),
} as const;

const datum: fc.Arbitrary<Datum> = fc.record({
  slot: fc.option(fc.integer({ min: 0, max: 3 * minute }), { nil: undefined }),
  age: fc.oneof(
    fc.integer({ min: -2 * hour, max: 4 * hour }),
    fc.integer({ min: -2 * hour, max: 14 * day }),
    fc.constantFrom(0, minute, hour, 3 * hour, 14 * day),
  ),
  value: fc.integer({ min: -1_000, max: 1_000 }),
  resolution: fc.constantFrom(1, 60),
  unit: fc.constantFrom("Count", "None"),
});
/** `writes`: the number of writes after which the roll-up is killed. `trims`: how much of each trim is done. */
const rollUp = fc.record({
  writes: fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.integer({ min: 0, max: 12 })),
  trims: fc.constantFrom("all", "half", "none"),
  look: fc.boolean(),
});
const wait = fc.oneof(
  fc.integer({ min: second, max: 4 * hour }),
  fc.integer({ min: hour, max: 20 * day }),
  fc.integer({ min: day, max: 200 * day }),
);
const step = fc.oneof(
  fc.record({ put: fc.array(datum, { minLength: 1, maxLength: 8 }) }),
  fc.record({ rollUp }),
  fc.record({ wait }),
);

it("points and roll-ups at random times, killed or read in between, give what a list of all points gives", async () => {
  const property = fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
    const context = newContext();
    const points: { time: number; value: number }[] = [];
    const check = async () => {
      const now = context.clock.now();
      const floorTo = (time: number, to: number) => Math.floor(time / to) * to;
      const end = now + 3 * hour;
      // Each resolution within its retention.
      const views = [
        [3600, [floorTo(now - 455 * day, hour) + hour, end]],
        [300, [floorTo(now - 63 * day, hour) + hour, end]],
        [60, [floorTo(now - 15 * day, hour) + hour, end]],
        [1, [floorTo(now - 3 * hour, minute) + minute, end]],
      ] as const;
      for (const [period, range] of views)
        for (const [name, statistic] of Object.entries(statistics))
          expect(await valuesOf(context, name, period, range)).toEqual(expectedOf(points, statistic, period, range));
    };
    for (const step of steps) {
      if ("wait" in step) context.passTime(step.wait);
      else if ("put" in step) {
        await put(context, step.put);
        for (const { value, resolution, ...when } of step.put) {
          const time = timeOf(context.clock.now(), when);
          // A point of seconds that is put after the retention of seconds counts by its minute.
          const kept = resolution === 1 && context.clock.now() - time < 3 * hour ? second : minute;
          points.push({ time: Math.floor(time / kept) * kept, value });
        }
      } else {
        const journals = killable(context.journals, step.rollUp, step.rollUp.look ? check : async () => {});
        await rollUpMetrics({ journals, clock: context.clock }, never).catch((error) => {
          if (error !== killed) throw error;
        });
        await check();
      }
    }
    await rollUpMetrics(context, never);
    await check();
  });
  await fc.assert(property, { numRuns: 300, seed: 3 });
}, 120_000);

const killed = new Error("killed");

/** Journals whose writer can be killed. They trim whole segments, which is less than a trim asks for. */
function killable(
  journals: JournalStore,
  { writes, trims }: { writes: number; trims: string },
  written: () => Promise<void>,
): JournalStore {
  let left = writes;
  const count = () => {
    if (left-- <= 0) throw killed;
  };
  return {
    ...journals,
    async append(...given) {
      count();
      const position = await journals.append(...given);
      await written();
      return position;
    },
    async trim(stream, before, options) {
      count();
      const { first, next } = (await journals.summary(stream))!;
      const reached = { all: before, half: Math.ceil((first + Math.min(before, next)) / 2), none: first }[trims]!;
      await journals.trim(stream, before === Number.POSITIVE_INFINITY ? before : reached, options);
      await written();
    },
  };
}

it("reads what lies in the time asked for, however much there is", async () => {
  const context = newContext();
  for (let at = 0; at < 6 * day; at += 5 * minute) {
    await put(
      context,
      [0, 1, 2, 3, 4, 5].map((age) => ({ age: age * minute, value: 1, resolution: 60, unit: "None" })),
    );
    context.passTime(5 * minute);
    if (at % (30 * minute) === 0) await rollUpMetrics(context, never);
  }
  let touched = 0;
  const { read } = context.journals;
  context.journals.read = async (...given) => {
    const entries = await read(...given);
    touched += entries.length;
    return entries;
  };
  const begin = testTime + 2 * day;
  expect((await valuesOf(context, "Sum", 60, [begin, begin + hour])).length).toBe(60);
  // The minutes of a day, some of them in two roll-ups.
  expect(touched).toBeLessThan(2_500);
});

it("keeps points for their time and then nothing at all; ListMetrics shows a metric for two weeks", async () => {
  const context = newContext();
  const list = async () => (await context.call("cloudwatch", "ListMetrics", {})).Metrics;
  const all = () => context.journals.streams("", undefined, 100);
  await put(context, [{ age: 30 * second, value: 7, resolution: 1, unit: "None" }]);
  const time = testTime - 30 * second;
  const kept = async (resolution: number) => {
    await rollUpMetrics(context, never);
    const at = Math.floor(time / resolution) * resolution;
    const values = await valuesOf(context, "Sum", resolution < minute ? 1 : 60, [testTime - day, testTime + day]);
    expect(values).toEqual([`${at} 7`]);
  };
  await kept(second);
  expect(await list()).toMatchObject([{ MetricName }]);
  context.passTime(3 * hour - minute);
  await kept(second);
  context.passTime(hour + 2 * minute);
  await kept(minute);
  context.passTime(14 * day - 5 * hour);
  await kept(minute);
  expect(await list()).toHaveLength(1);
  context.passTime(2 * day);
  await kept(5 * minute);
  expect(await list()).toEqual([]);
  context.passTime(55 * day);
  await kept(hour);
  expect(await all()).toHaveLength(2);
  context.passTime(500 * day);
  await rollUpMetrics(context, never);
  await rollUpMetrics(context, never);
  expect(await all()).toEqual([]);
});

it("counts a point once that comes when its seconds, or its minute, are rolled up", async () => {
  const context = newContext();
  const late = async (resolution: 1 | 60) => {
    const age = context.clock.now() - testTime + 30 * second;
    await put(context, [{ age, value: 1, resolution, unit: "None" }]);
  };
  await late(1);
  for (let count = 2; count < 20; count++) {
    await rollUpMetrics(context, never);
    context.passTime(17 * hour);
    await rollUpMetrics(context, never);
    await late(count % 3 === 0 ? 60 : 1);
    expect(await valuesOf(context, "Sum", 3600, [testTime - hour, testTime])).toEqual([`${testTime - hour} ${count}`]);
  }
  await rollUpMetrics(context, never);
  expect(await valuesOf(context, "Sum", 3600, [testTime - hour, testTime])).toEqual([`${testTime - hour} 19`]);
});

it("keeps percentiles: of few values exactly, of many within 2 %", async () => {
  const context = newContext();
  const figures = async () =>
    (
      await Promise.all(["p50", "p99", "p1"].map((name) => valuesOf(context, name, 60, [testTime - hour, testTime])))
    ).map(([value]) => Number(value!.split(" ")[1]));
  const values = (from: number, count: number) =>
    Array.from({ length: count }, (_, place) => ({
      age: minute,
      value: from + place,
      resolution: 60 as const,
      unit: "None" as const,
    }));
  await put(context, values(1, 100));
  await rollUpMetrics(context, never);
  expect(await figures()).toEqual([50.5, 99.01, 1.99]);
  await put(context, values(101, 900));
  await put(context, values(1_001, 2_000));
  const exact = await figures();
  await rollUpMetrics(context, never);
  context.passTime(30 * day);
  await rollUpMetrics(context, never);
  for (const [place, figure] of (await figures()).entries())
    expect(Math.abs(figure / exact[place]! - 1)).toBeLessThan(0.02);
});
