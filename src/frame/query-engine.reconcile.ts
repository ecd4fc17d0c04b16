import { type EnginePlan, enginePlanFile, engineSocket } from "../engines/engine-plan.ts";
import type { RunSpec } from "../executors/port.ts";
import { stageSilenceSeconds } from "../images/stage-plan.ts";
import type { Context } from "./context.ts";
import { defineReconciler } from "./define-reconciler.ts";
import { keepRun } from "./keep-run.ts";
import { logGrants } from "./log-grants.ts";
import { engineCount, queryEngine } from "./query-engine.ts";
import { endRun, executorOf, type RunPlan } from "./run.ts";

/** An engine that was not asked for anything for so long is ended. */
const idleMilliseconds = 10 * 60_000;

const log = (number: number) => ({ logGroupName: "/sagebrush/query-engines", logStreamName: String(number) });

/** Keeps an engine up, offers it to those who ask, and ends it when nobody has for long. */
export const queryEngineReconciler = defineReconciler({
  kind: queryEngine,
  unfinished: ["Up"],
  grants: ({ wanted }) => logGrants(log(wanted.number)),
  async reconcile(document, context) {
    const { actual, key, wanted } = document;
    const { runId } = actual.kept;
    const idleSince = context.engines.idleSince(context);
    const now = context.clock.now();
    if (idleSince !== undefined && now - idleSince >= idleMilliseconds) {
      if (runId !== undefined) context.engines.withdraw(runId);
      const ending = runId === undefined ? [] : await endRun(context, runId);
      return { changes: [...ending, { delete: key, expected: document.version }] };
    }
    const plan = await planOf(context);
    const { again, changes, kept, next } = await keepRun(context, actual.kept, {
      ...{ of: document, log: log(wanted.number), readyState: "InService", unreadyState: "Unhealthy" },
      plan: () => plan,
      reached: () => {},
      ended: ({ code }) => `The SQL engine ended with code ${code}.`,
    });
    if (runId !== undefined && kept?.runId !== runId) context.engines.withdraw(runId);
    if (kept?.ready && kept.runId !== undefined) {
      const executor = await executorOf(context, kept.runId);
      const address = await executor.reach(kept.runId, engineSocket);
      context.engines.offer(context, { runId: kept.runId, address });
    }
    const idle = (idleSince ?? now) + idleMilliseconds;
    const update = kept === actual.kept ? {} : { update: { actual: { kept: kept ?? { ...fresh, ...next } } } };
    return { ...update, changes, again: Math.min(again ?? idle, idle) };
  },
});

const fresh = { ready: false, failures: 0, notBefore: 0 };

/** Returns the run of an engine. Where a sandbox cannot be made inside another one, the engine's own locks are all there is. */
async function planOf(context: Context): Promise<RunPlan> {
  const inside = specOf(context, true);
  const choice = await context.executors.choose(inside);
  return { spec: "refusal" in choice ? specOf(context, false) : inside, grants: [] };
}

/** What Node and results take beside the memory for queries. */
const besidesBytes = 768 * 1024 ** 2;
const leastBytes = 256 * 1024 ** 2;

function specOf(context: Context, inside: boolean): RunSpec {
  const { cores, memoryBytes: machineBytes } = context.machine;
  const { queryMemory } = context.settings;
  const share = queryMemory > 0 ? queryMemory * 1024 ** 2 : Math.floor(machineBytes / (4 * engineCount(context)));
  const memoryBytes = Math.max(leastBytes, share);
  const spillBytes = 4 * machineBytes;
  const plan: EnginePlan = { engine: "duckdb", memoryBytes, spillBytes, threads: cores, inside };
  return {
    program: { script: "src/runtimes/stage-engine.ts", arguments: [] },
    environment: {},
    files: { [enginePlanFile]: JSON.stringify(plan) },
    mounts: [],
    limits: { memoryBytes: memoryBytes + besidesBytes, silenceSeconds: stageSilenceSeconds },
    network: inside ? "none" : "host",
    ...(inside && { innerSandbox: true }),
    ownFolder: true,
    server: { address: false, sockets: [engineSocket] },
    graceSeconds: 5,
  };
}
