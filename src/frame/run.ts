import type { Grant } from "../aws/caller.ts";
import { validationFault } from "../aws/faults.ts";
import type { Executor, RunSpec } from "../executors/port.ts";
import type { RunProgress } from "../runs/follow-run.ts";
import { keptStatus, roleIdentity, runIdentity } from "../runs/run-key.ts";
import type { RunWeight } from "../runs/run-room.ts";
import type { ResourceChange, ResourceDocument, ResourceKey } from "../stores/resources/port.ts";
import type { Context } from "./context.ts";
import { defineKind, parentText } from "./define-kind.ts";
import type { MetricSubject } from "./metric-buffer.ts";
import { specWithPython, upgradedSpec } from "./upgrade-run.ts";

/**
 * A run is one attempt of a job. Its document is "Active" from before the run is started until the job has recorded its
 * end. As long as it is, the run's key is valid for what `grants` allow; after that the server removes what the
 * executor still has of the run. A run that ended by the platform's fault is "Kept" first: for a day its executor has
 * what it left (see kept-runs.ts).
 */
export interface RunWanted {
  readonly spec: RunSpec;
  readonly grants: readonly Grant[];
  /** The name of the executor that has the run. */
  readonly executor: string;
  /** What the run takes of the machine's room; nothing for a run that stays up. */
  readonly weight: RunWeight;
  /** The role as which the job's own code acts; absent where the run has none. */
  readonly role?: string;
  /** Under which name and dimensions CloudWatch has what the run takes of its host; absent where it has none. */
  readonly hostMetrics?: HostMetricSubject;
  /** The id of the document that the run belongs to: another may have its name later. Absent in runs of older homes. */
  readonly ownerId?: string;
}

export interface HostMetricSubject extends MetricSubject {
  /** The cores that the run was promised: the metrics are shares of what it has, named Normalized. Absent: of the host. */
  readonly normalizedCores?: number;
}

export type RunDocument = ResourceDocument<RunWanted, RunProgress>;

/** A run as its service plans it. */
export interface RunPlan extends Pick<RunWanted, "spec" | "grants" | "role" | "hostMetrics"> {
  /** The executor that the image family requires, if any. */
  readonly imageExecutor?: string;
}

export const run = defineKind<RunWanted, RunProgress>({
  service: "sagebrush",
  kind: "run",
  key: ["RunId"],
  exactCase: true,
  schema: 3,
  upgrade: {
    1: ({ wanted }) => ({ wanted: fromFirstShape(wanted as RunWanted), actual: {} }),
    2: ({ wanted, actual }) => ({ wanted: fromSecondShape(wanted as RunWanted), actual }),
  },
});

export const runKey = (place: Pick<Context, "account" | "region">, runId: string): ResourceKey =>
  run.key(place, { RunId: runId });

/** The weight of a run that stays up, and of a job that only waits for others. */
const noWeight: RunWeight = { cores: 0, memoryBytes: 0 };

/**
 * Chooses the run's executor, and returns it with the change that creates the run's document. Write that change in one
 * batch with the document that the run belongs to, before `startRun`.
 * @throws Fault when no executor of this server can run it
 */
export async function beginRun(
  context: Context,
  runId: string,
  of: Pick<ResourceDocument, "key" | "id">,
  { spec, grants, role, hostMetrics, imageExecutor }: RunPlan,
  weight: RunWeight = noWeight,
): Promise<{ readonly change: ResourceChange; readonly executor: string }> {
  const choice = await context.executors.choose(spec, imageExecutor);
  if ("refusal" in choice) throw validationFault(choice.refusal);
  const executor = choice.executor.name;
  const now = context.clock.now();
  const change = await run.put(context, {
    key: runKey(context, runId),
    id: runId,
    parent: parentText(of.key),
    origin: context.origin,
    status: "Active",
    created: now,
    modified: now,
    wanted: {
      ...{ spec, grants, executor, weight },
      ...(role ? { role } : {}),
      ...(hostMetrics && { hostMetrics }),
      ownerId: of.id,
    },
    actual: {},
  });
  return { change, executor };
}

/**
 * Returns the executor that has a run. A run whose document is gone is looked for in the first executor, which knows
 * whether it has it.
 */
export async function executorOf(
  context: Pick<Context, "executors" | "resources" | "account" | "region">,
  runId: string,
): Promise<Executor> {
  const { executors, resources } = context;
  const found = await resources.get(runKey(context, runId));
  return found ? executors.named(run.read(found).wanted.executor) : executors.all[0]!;
}

/** Errors of a machine that is short of something; what it is asked for may be had later. */
const shortages: ReadonlySet<string> = new Set(["ENOSPC", "EDQUOT", "EAGAIN", "EMFILE", "ENFILE", "ENOMEM"]);

/**
 * Starts a run whose document is written. Repeating it does no harm. Returns why this machine cannot start the run; when
 * the machine is short of something, it throws, and may be asked again.
 */
export async function startRun(context: Context, runId: string): Promise<string | undefined> {
  const document = await run.find(context, runKey(context, runId));
  if (document?.status !== "Active") throw new Error(`run ${runId} has no active document to be started by`);
  const { spec, executor, role } = document.wanted;
  const { runSecret } = context.settings;
  // The run's keys, which follow from its id, are not in the document.
  const identity = { ...runIdentity(runSecret, runId, context.region), ...(role && roleIdentity(runSecret, runId)) };
  const by = context.executors.named(executor);
  try {
    await by.start(runId, { ...spec, environment: { ...spec.environment, ...identity } });
  } catch (error) {
    if (!(error instanceof Error) || shortages.has((error as NodeJS.ErrnoException).code ?? "")) throw error;
    return `The run could not be started: ${error.message}`;
  }
  // Whoever deleted the document meanwhile may have removed the run before it was there.
  if (!(await context.resources.get(document.key))) await by.remove(runId);
  return undefined;
}

/** Whether the executor has anything of a run: one that could not be started has left nothing. */
export async function hasLeft(context: Context, runId: string): Promise<boolean> {
  return (await (await executorOf(context, runId)).find(runId)).state !== "unknown";
}

/**
 * Returns the changes that end a run. Write them in one batch with the document that the run belongs to, when that
 * document records how the run ended. `keep`: the executor keeps for a day what the run left, if anything; what still runs
 * of it is ended here.
 */
export async function endRun(
  context: Context,
  runId: string,
  { keep = false }: { readonly keep?: boolean } = {},
): Promise<ResourceChange[]> {
  const key = runKey(context, runId);
  if (keep) {
    const document = await run.find(context, key);
    if (!document) return [];
    if (!(await hasLeft(context, runId))) return [{ delete: key, expected: document.version }];
    await context.executors.named(document.wanted.executor).stop(runId, 0);
    return [await run.put(context, { ...document, status: keptStatus, modified: context.clock.now() })];
  }
  const document = await context.resources.get(key);
  return document ? [{ delete: document.key, expected: document.version }] : [];
}

/**
 * Reads a run of a home of format 1, where the process executor had every run and no weight was written. A run with a
 * runtime cap is a job.
 */
function fromFirstShape({ spec, grants }: Pick<RunWanted, "spec" | "grants">): RunWanted {
  const weight = spec.limits.runtimeSeconds === undefined ? noWeight : { cores: 1, memoryBytes: 0 };
  return { spec: upgradedSpec(spec), grants, executor: "process", weight };
}

const fromSecondShape = (wanted: RunWanted): RunWanted => ({ ...wanted, spec: specWithPython(wanted.spec) });
