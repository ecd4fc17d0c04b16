import type { Context } from "../../../frame/context.ts";
import type { FollowedRun, ReconcileContext } from "../../../frame/define-reconciler.ts";
import { beginRun, endRun, executorOf, startRun } from "../../../frame/run.ts";
import type { ResourceChange } from "../../../stores/resources/port.ts";
import { openLog, shipLines, shippedLines } from "../ship-log.ts";
import { type Instance, instanceLog, newInstance, type Variant } from "./endpoint-fleet.ts";
import { serverRun } from "./server-run.ts";

/** What a look at an instance came to. */
export interface Tended {
  /** The same object when nothing of it changed. */
  readonly instance: Instance;
  readonly changes: readonly ResourceChange[];
  /** When to look again, milliseconds since 1970. */
  readonly again?: number;
  /** Why it never came to answer a ping; a deployment fails by it. */
  readonly failure?: string;
}

/** An instance that answered for this long is not failing any more. */
const stableMilliseconds = 60_000;
const firstPauseMilliseconds = 1_000;
const lastPauseMilliseconds = 60_000;

/** Does the next step towards one model server that answers: its run is written down, then started, then followed. */
export async function tendInstance(
  context: ReconcileContext,
  endpointName: string,
  variant: Variant,
  instance: Instance,
): Promise<Tended> {
  const { runId, notBefore } = instance;
  const now = context.clock.now();
  if (runId === undefined) {
    if (now < notBefore) return { instance, changes: [], again: notBefore };
    context.settings.reached("endpoint:created");
    const id = context.ids.ulid();
    const parent = `endpoint/${endpointName.toLowerCase()}`;
    const change = beginRun(context, id, parent, serverRun(context, variant));
    return { instance: { ...instance, runId: id }, changes: [change] };
  }

  const executor = await executorOf(context, context, runId, context.resources);
  if ((await executor.find(runId)).state === "unknown") {
    context.settings.reached("endpoint:run-written");
    await openLog(context, instanceLog(endpointName, variant.name, instance.id));
    await startRun(context, runId);
    context.settings.reached("endpoint:run-started");
  }
  const run = await followInstance(context, endpointName, variant.name, instance.id, runId);
  if (run.ended) return replaced(context, instance, run);
  if (!instance.ready && run.states.some(({ state }) => state === "InService"))
    return { instance: { ...instance, ready: true, readySince: now }, changes: [] };
  return { instance, changes: [] };
}

/** Follows a run of an instance and brings what it prints to its log stream. */
export async function followInstance(
  context: ReconcileContext,
  endpointName: string,
  variantName: string,
  instanceId: string,
  runId: string,
): Promise<FollowedRun> {
  const log = instanceLog(endpointName, variantName, instanceId);
  const run = await context.follow(runId, () => shippedLines(context, log));
  await shipLines(context, log, run);
  return run;
}

/** A new instance in the place of one that ended: at once, and later each time when it keeps ending soon after its start. */
async function replaced(context: Context, instance: Instance, run: FollowedRun): Promise<Tended> {
  const now = context.clock.now();
  const changes = await endRun(context, instance.runId!);
  // The machine went down, or the server was stopped: nothing is wrong with the model.
  const interrupted = run.exit === undefined || run.exit.reason === "stopped";
  if (!interrupted && instance.readySince === undefined) {
    const reason = run.states.findLast(({ state }) => state === "Failed")?.detail.reason;
    const failure = typeof reason === "string" ? reason : undefined;
    return { ...waiting(instance.failures + 1), changes, failure: failure ?? endedEarly(run) };
  }
  const stable = instance.readySince !== undefined && now - instance.readySince >= stableMilliseconds;
  return { ...waiting(interrupted || stable ? 0 : instance.failures + 1), changes };

  function waiting(failures: number): { instance: Instance } {
    const pause = failures < 2 ? 0 : Math.min(firstPauseMilliseconds * 2 ** (failures - 2), lastPauseMilliseconds);
    return { instance: { ...newInstance(context), failures, notBefore: now + pause } };
  }
}

const endedEarly = ({ exit }: FollowedRun): string =>
  exit?.reason === "memory"
    ? "The model server ran out of memory before it answered a ping. Please check CloudWatch logs for this endpoint."
    : `The model server ended with code ${exit?.code} before it answered a ping. Please check CloudWatch logs for this endpoint.`;
