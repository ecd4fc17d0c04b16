import { beforeEach, expect, it } from "vitest";
import type { Executor, RunUsage } from "../../executors/port.ts";
import type { MetricSubject } from "../../frame/metric-buffer.ts";
import { createMemoryResourceStore } from "../../stores/resources/memory.ts";
import { newRun, settle } from "./engine.fixture.ts";
import { createHostMetrics } from "./host-metrics.ts";
import { createManualTimer } from "./test-timer.ts";

const clock = { time: 0, now: () => clock.time };
const subject: MetricSubject = {
  namespace: "/aws/sagemaker/Endpoints",
  dimensions: [{ Name: "EndpointName", Value: "e" }],
};
let usage: Map<string, RunUsage>;
let added: [string, Record<string, number>][];
let timer: ReturnType<typeof createManualTimer>;

beforeEach(() => {
  clock.time = 1_000_000;
  usage = new Map();
  added = [];
  timer = createManualTimer(clock);
});

async function start(...runs: Parameters<typeof newRun>[]) {
  const resources = createMemoryResourceStore({ clock });
  await resources.write(runs.map((run) => newRun(...run)));
  const asked: (readonly string[])[] = [];
  const executor: Pick<Executor, "name" | "usage"> = {
    name: "process",
    async usage(runIds) {
      asked.push(runIds);
      return new Map([...usage].filter(([runId]) => runIds.includes(runId)));
    },
  };
  const hostMetrics = createHostMetrics({
    executors: { all: [executor as Executor] },
    resources,
    machine: { memoryBytes: 1000 },
    diskBytes: async () => 4000,
    metrics: {
      add: (_place, { namespace }, values) =>
        void added.push([namespace, Object.fromEntries(values.map(([{ name }, value]) => [name, value]))]),
    },
    ...{ clock, timer },
    report: (_what, error) => {
      throw error;
    },
  });
  hostMetrics.start();
  return { hostMetrics, asked };
}
const wanted = (more: object = {}, limits: object = {}) => ({
  ...{ executor: "process", weight: { cores: 0, memoryBytes: 0 }, grants: [], spec: { limits }, ...more },
});
const active = { status: "Active", created: 970_000 };

it("measures runs that have such metrics every minute, by what they may take", async () => {
  const { hostMetrics, asked } = await start(
    ["all", { ...active, wanted: wanted({ hostMetrics: subject }) }],
    ["limited", { ...active, wanted: wanted({ hostMetrics: subject }, { memoryBytes: 200, diskBytes: 500 }) }],
    ["copy", { ...active, wanted: wanted({ hostMetrics: { ...subject, normalizedCores: 2 } }, { memoryBytes: 500 }) }],
    ["other", { ...active, wanted: wanted() }],
    ["ended", { ...active, status: "Kept", wanted: wanted({ hostMetrics: subject }) }],
  );
  usage.set("all", { memoryBytes: 250, cpuSeconds: 9, diskBytes: 40 });
  usage.set("limited", { memoryBytes: 150 });
  usage.set("copy", { memoryBytes: 250, cpuSeconds: 9, diskBytes: 40 });
  timer.pass(60_000);
  await settle();
  expect(asked).toEqual([["all", "copy", "limited"]]);
  expect(added).toEqual([
    // 9 s of processor time in the 90 s since it was made.
    [subject.namespace, { CPUUtilization: 10, MemoryUtilization: 25, DiskUtilization: 1 }],
    // Of the two cores and the memory that a copy of an inference component was promised.
    [subject.namespace, { CPUUtilizationNormalized: 5, MemoryUtilizationNormalized: 50 }],
    [subject.namespace, { MemoryUtilization: 75 }],
  ]);

  added = [];
  usage.set("all", { memoryBytes: 250, cpuSeconds: 99 });
  usage.delete("limited");
  usage.delete("copy");
  timer.pass(60_000);
  await settle();
  // One and a half cores since the last look.
  expect(added).toEqual([[subject.namespace, { CPUUtilization: 150, MemoryUtilization: 25 }]]);
  await hostMetrics.stop();
  timer.pass(60_000);
  await settle();
  expect(asked).toHaveLength(2);
});
