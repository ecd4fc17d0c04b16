import type { Grant } from "../../aws/caller.ts";
import { metricArn } from "../../aws/metric-arn.ts";
import type { Clock } from "../../base/clock.ts";
import type { Executors, RunUsage } from "../../executors/port.ts";
import type { CountedMetric, MetricBuffer } from "../../frame/metric-buffer.ts";
import { type RunDocument, run } from "../../frame/run.ts";
import type { Timer } from "../../runs/timer.ts";
import { allDocuments, type ResourceStore } from "../../stores/resources/port.ts";

/** As often as SageMaker publishes them. */
const everyMilliseconds = 60_000;

const cpuUtilization: CountedMetric = { name: "CPUUtilization", unit: "Percent" };
const memoryUtilization: CountedMetric = { name: "MemoryUtilization", unit: "Percent" };
const diskUtilization: CountedMetric = { name: "DiskUtilization", unit: "Percent" };
const cpuNormalized: CountedMetric = { name: "CPUUtilizationNormalized", unit: "Percent" };
const memoryNormalized: CountedMetric = { name: "MemoryUtilizationNormalized", unit: "Percent" };

/** What it takes to put them. */
export const hostMetricGrants: readonly Grant[] = [
  {
    actions: ["cloudwatch:PutMetricData"],
    resources: ["Endpoints", "InferenceComponents", "TrainingJobs", "ProcessingJobs", "TransformJobs"].map((area) =>
      metricArn(`/aws/sagemaker/${area}`, "*"),
    ),
  },
];

/** The processor time of a run, and when it was looked at. */
interface Look {
  readonly time: number;
  readonly cpuSeconds: number;
}

export interface HostMetrics {
  start(): void;
  stop(): Promise<void>;
}

/**
 * Measures every minute what the runs that have such metrics take of their hosts. All of them are measured at once, from
 * one list of the machine's processes.
 */
export function createHostMetrics(options: {
  readonly executors: Pick<Executors, "all">;
  readonly resources: Pick<ResourceStore, "list">;
  readonly machine: { readonly memoryBytes: number };
  /** The size of the disk that runs have when nothing limits them. */
  readonly diskBytes: () => Promise<number>;
  readonly metrics: Pick<MetricBuffer, "add">;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly report: (what: string, error: unknown) => void;
}): HostMetrics {
  const { executors, resources, machine, metrics, clock, timer, report } = options;
  let looks = new Map<string, Look>();
  let cancel = () => {};
  let looking: Promise<void> = Promise.resolve();
  let stopped = false;

  async function look(): Promise<void> {
    const runs: RunDocument[] = [];
    for await (const found of allDocuments(resources, run.name, { status: "Active" })) {
      const document = run.read(found);
      if (document.wanted.hostMetrics) runs.push(document);
    }
    const next = new Map<string, Look>();
    const wholeDisk = runs.length > 0 ? await options.diskBytes() : 0;
    for (const executor of executors.all) {
      const own = runs.filter(({ wanted }) => wanted.executor === executor.name);
      if (own.length === 0) continue;
      const usage = await executor.usage(own.map(({ key }) => key.name));
      for (const document of own) {
        const used = usage.get(document.key.name);
        if (used) add(document, used, wholeDisk, next);
      }
    }
    looks = next;
  }

  function add(
    { key, created, wanted }: RunDocument,
    used: RunUsage,
    wholeDisk: number,
    next: Map<string, Look>,
  ): void {
    const { memoryBytes = machine.memoryBytes, diskBytes = wholeDisk } = wanted.spec.limits;
    const { normalizedCores: cores, ...subject } = wanted.hostMetrics!;
    const memory = percent(used.memoryBytes / memoryBytes);
    const values: [CountedMetric, number][] = [[cores ? memoryNormalized : memoryUtilization, memory]];
    if (used.diskBytes !== undefined && !cores) values.push([diskUtilization, percent(used.diskBytes / diskBytes)]);
    if (used.cpuSeconds !== undefined) {
      const now = clock.now();
      const before = looks.get(key.name) ?? { time: created, cpuSeconds: 0 };
      // The time of all cores: several of them busy are more than 100.
      const share = ((used.cpuSeconds - before.cpuSeconds) * 1000) / Math.max(now - before.time, 1);
      values.push([cores ? cpuNormalized : cpuUtilization, percent(Math.max(share, 0) / (cores ?? 1))]);
      next.set(key.name, { time: now, cpuSeconds: used.cpuSeconds });
    }
    metrics.add(key, subject, values);
  }

  function plan(): void {
    if (stopped) return;
    cancel = timer.after(everyMilliseconds, () => {
      looking = look()
        .catch((error) => report("What runs take of their hosts could not be measured:", error))
        .finally(plan);
    });
  }

  return {
    start: plan,
    async stop() {
      stopped = true;
      cancel();
      await looking;
    },
  };
}

/** A small file is a millionth of a large disk. */
const percent = (share: number): number => Number((share * 100).toFixed(6));
