import type { Grant } from "../aws/caller.ts";
import { validationFault } from "../aws/faults.ts";
import type { Executor, RunSpec } from "../executors/port.ts";
import type { RunProgress } from "../runs/follow-run.ts";
import { runIdentity } from "../runs/run-key.ts";
import type { RunWeight } from "../runs/run-room.ts";
import type { ResourceChange, ResourceDocument, ResourceKey } from "../stores/resources/port.ts";
import type { Context } from "./context.ts";
import { defineKind, parentText } from "./define-kind.ts";
import { upgradedSpec } from "./upgrade-run.ts";

/**
 * A run is one attempt of a job, and a document of its own, "Active": there from before it is started until its job has
 * taken note of its end. As long as it is, the run's key is good for what `grants` say; after that the server removes
 * what the executor still has of it.
 */
export interface RunWanted {
  readonly spec: RunSpec;
  readonly grants: readonly Grant[];
  /** The executor that has it. */
  readonly executor: string;
  /** What it takes of the machine's room; nothing for a run that stays up. */
  readonly weight: RunWeight;
}
export type RunDocument = ResourceDocument<RunWanted, RunProgress>;

/** What a run is to be, as its service plans it. */
export interface RunPlan extends Pick<RunWanted, "spec" | "grants"> {
  /** The executor that the image family demands, when it does. */
  readonly imageExecutor?: string;
}

export const run = defineKind<RunWanted, RunProgress>({
  service: "sagebrush",
  kind: "run",
  key: ["RunId"],
  exactCase: true,
  schema: 2,
  upgrade: { 1: ({ wanted }) => ({ wanted: fromFirstShape(wanted as RunWanted), actual: {} }) },
});

export const runKey = (place: Pick<Context, "account" | "region">, runId: string): ResourceKey =>
  run.key(place, { RunId: runId });

/** The weight of what stays up, and of what only waits for others. */
export const noWeight: RunWeight = { cores: 0, memoryBytes: 0 };

/**
 * To be written in one batch with the document that it is a run of, before `startRun`; and the executor that will have it.
 * @throws Fault when no executor of this server can run it
 */
export async function beginRun(
  context: Context,
  runId: string,
  of: ResourceKey,
  { spec, grants, imageExecutor }: RunPlan,
  weight: RunWeight = noWeight,
): Promise<{ readonly change: ResourceChange; readonly executor: string }> {
  const choice = context.executors.choose(spec, imageExecutor);
  if ("refusal" in choice) throw validationFault(choice.refusal);
  const executor = choice.executor.name;
  const now = context.clock.now();
  const change = await run.put(context, {
    key: runKey(context, runId),
    id: runId,
    parent: parentText(of),
    origin: context.origin,
    status: "Active",
    created: now,
    modified: now,
    wanted: { spec, grants, executor, weight },
    actual: {},
  });
  return { change, executor };
}

/** The executor that has a run. One whose document is gone is looked for in the first: it knows whether it has it. */
export async function executorOf(
  { executors, resources }: Pick<Context, "executors" | "resources">,
  place: Pick<Context, "account" | "region">,
  runId: string,
): Promise<Executor> {
  const found = await resources.get(runKey(place, runId));
  return found ? executors.named(run.read(found).wanted.executor) : executors.all[0]!;
}

/** Starts a run whose document is written; again does no harm. */
export async function startRun(context: Context, runId: string): Promise<void> {
  const document = await run.find(context, runKey(context, runId));
  if (document?.status !== "Active") throw new Error(`run ${runId} has no active document to be started by`);
  const { spec, executor } = document.wanted;
  // The run's key is not in the document: it follows from the run's id.
  const identity = runIdentity(context.settings.runSecret, runId, context.region);
  await context.executors.named(executor).start(runId, { ...spec, environment: { ...spec.environment, ...identity } });
}

/** To be written in one batch with the document that it is a run of, when that has taken note of how it ended. */
export async function endRun(context: Context, runId: string): Promise<ResourceChange[]> {
  const document = await context.resources.get(runKey(context, runId));
  return document ? [{ delete: document.key, expected: document.version }] : [];
}

/** Of homes of format 1: a run was one of the process executor, and its weight unsaid. Those with a runtime's cap are jobs. */
function fromFirstShape({ spec, grants }: Pick<RunWanted, "spec" | "grants">): RunWanted {
  const weight = spec.limits.runtimeSeconds === undefined ? noWeight : { cores: 1, memoryBytes: 0 };
  return { spec: upgradedSpec(spec), grants, executor: "process", weight };
}
