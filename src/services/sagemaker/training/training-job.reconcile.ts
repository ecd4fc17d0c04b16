import { Fault } from "../../../aws/faults.ts";
import type { RunExit } from "../../../executors/port.ts";
import {
  defineReconciler,
  type ReconcileContext,
  type ReconcileResult,
  type RunState,
} from "../../../frame/define-reconciler.ts";
import { beginRun, endRun, executorOf, startRun } from "../../../frame/run.ts";
import type { ResourceChange } from "../../../stores/resources/port.ts";
import { definitionsOf, type TrainingJob, trainingJob } from "./training-job.ts";
import {
  enter,
  type Outcome,
  type Step,
  statusOfOutcome,
  stepOfState,
  type TrainingActual,
} from "./training-job-status.ts";
import { createTrainingLog } from "./training-log.ts";
import type { TrainingRequest } from "./training-request.ts";
import { planTrainingRun, stopGraceSeconds } from "./training-run.ts";

type Result = ReconcileResult<TrainingRequest, TrainingActual>;

/** How often a job whose run was lost is tried again when it does not say. */
const defaultRetries = 1;

/** Runs a training job: writes its run, starts it, follows it, takes note of its end. */
export const trainingJobReconciler = defineReconciler<TrainingRequest, TrainingActual>({
  resource: trainingJob,
  unfinished: ["InProgress", "Stopping"],
  async reconcile(job, context) {
    if (job.actual.run) return follow(job, job.actual.run, context);
    if (job.status === "Stopping")
      return finish(job, job.actual, { step: "Stopped", time: context.clock.now() }, context);
    return begin(job, context);
  },
});

/** The run is in the documents before it is started: so there is never one that nobody knows. */
async function begin(job: TrainingJob, context: ReconcileContext): Promise<Result> {
  context.settings.reached("training-job:created");
  if (!context.hasRoom()) return {};
  const arn = trainingJob.arn(job.key);
  const id = context.ids.ulid();
  let run: ResourceChange;
  try {
    const plan = await planTrainingRun(job.wanted, { arn, created: job.created }, context);
    run = beginRun(context, id, `${job.key.kind}/${job.key.name}`, plan);
  } catch (error) {
    // What was checked when the job was made has changed since, such as the images that this version has.
    if (!(error instanceof Fault)) throw error;
    const end = { step: "Failed", time: context.clock.now(), reason: `ClientError: ${error.message}` } as const;
    return finish(job, job.actual, end, context);
  }
  return { update: { actual: { ...job.actual, run: { id, statesSeen: 0 } } }, changes: [run] };
}

async function follow(
  job: TrainingJob,
  { id, statesSeen }: NonNullable<TrainingActual["run"]>,
  context: ReconcileContext,
): Promise<Result> {
  const { settings } = context;
  const executor = await executorOf(context, job.key, id, context.resources);
  const stopping = job.status === "Stopping";
  const condition = await executor.find(id);
  if (condition.state === "unknown") {
    if (stopping) return finish(job, job.actual, { step: "Stopped", time: context.clock.now() }, context);
    settings.reached("training-job:run-written");
    await startRun(context, id);
    settings.reached("training-job:run-started");
  }
  if (stopping && condition.state === "running") {
    settings.reached("training-job:stopping");
    await executor.stop(id, stopGraceSeconds);
  }

  const { TrainingJobName: name } = job.wanted;
  const log = createTrainingLog(context, { name, created: job.created, definitions: definitionsOf(job, context) });
  const run = await context.follow(id, log.resume);
  await log.ship(run);
  const news = run.states.filter(({ number }) => number > statesSeen);
  for (const { state } of news) reachedState(state, context);
  const actual = news.reduce((before, state) => withState(before, state, stopping), job.actual);
  if (run.ended) {
    const end = endOf(job, run.exit, run.states, context);
    return end.step === "Restarting" ? restart(job, actual, end, context) : finish(job, actual, end as End, context);
  }
  return news.length > 0 ? { update: { actual } } : {};
}

function reachedState(state: string, { settings }: ReconcileContext): void {
  if (state === "Downloading") settings.reached("training-job:downloading");
  if (state === "Training") settings.reached("training-job:training");
  if (state === "Uploading") settings.reached("training-job:uploading");
}

/** A job that is being stopped stays Stopping while its run puts its things away. */
function withState(
  actual: TrainingActual,
  { number, state, time, detail }: RunState,
  stopping: boolean,
): TrainingActual {
  const step = stepOfState[state];
  return {
    ...actual,
    run: { id: actual.run!.id, statesSeen: number },
    transitions: step && !stopping ? enter(actual.transitions, step, time) : actual.transitions,
    trainingStart: state === "Downloading" ? (actual.trainingStart ?? time) : actual.trainingStart,
    hasModel: state === "Uploaded" ? detail.model === true : actual.hasModel,
  };
}

interface End {
  readonly step: Outcome;
  readonly time: number;
  readonly reason?: string;
}
interface Restart {
  readonly step: Extract<Step, "Restarting">;
  readonly time: number;
  readonly lost: boolean;
}

/** What the end of a run means for its job. Without an exit the run is lost: its keeper died. */
function endOf(
  job: TrainingJob,
  exit: RunExit | undefined,
  states: readonly RunState[],
  context: ReconcileContext,
): End | Restart {
  const stopping = job.status === "Stopping";
  const time = exit?.time ?? context.clock.now();
  const told = states.findLast(({ state }) => state === "Failed")?.detail.reason;
  const reason = typeof told === "string" ? told : undefined;

  if (exit?.reason === "runtime") return { step: "MaxRuntimeExceeded", time };
  if (stopping && (!exit || exit.reason === "stopped" || exit.reason === "lost")) return { step: "Stopped", time };
  // Nobody asked for this job to be stopped: its server was, or was away for too long.
  if (exit?.reason === "stopped" || exit?.reason === "lost") return { step: "Restarting", time, lost: false };
  if (!exit) {
    const retries = job.wanted.RetryStrategy?.MaximumRetryAttempts ?? defaultRetries;
    if (job.actual.lostAttempts < retries) return { step: "Restarting", time, lost: true };
    return { step: "Failed", time, reason: "InternalServerError: We encountered an internal error. Please try again." };
  }
  if (exit.reason === "memory") {
    const advice =
      "Please use an instance type with more memory, or reduce the size of training data processed on an instance.";
    return { step: "Failed", time, reason: `ClientError: ${advice}, exit code: ${exit.code}` };
  }
  if (exit.code === 0) return { step: "Completed", time };
  return { step: "Failed", time, reason: reason ?? `AlgorithmError: , exit code: ${exit.code}` };
}

async function restart(
  job: TrainingJob,
  actual: TrainingActual,
  end: Restart,
  context: ReconcileContext,
): Promise<Result> {
  const { id } = job.actual.run!;
  // A plain process may have outlived its keeper.
  if (end.lost) await (await executorOf(context, job.key, id, context.resources)).stop(id, 0);
  const { run: _, ...rest } = actual;
  return {
    update: {
      actual: {
        ...rest,
        transitions: enter(actual.transitions, "Restarting", end.time),
        lostAttempts: actual.lostAttempts + (end.lost ? 1 : 0),
      },
    },
    changes: await endRun(context, id),
  };
}

async function finish(job: TrainingJob, actual: TrainingActual, end: End, context: ReconcileContext): Promise<Result> {
  const { TrainingJobName: name } = job.wanted;
  const run = job.actual.run;
  const log = createTrainingLog(context, { name, created: job.created, definitions: definitionsOf(job, context) });
  const finalMetrics = actual.trainingStart === undefined ? [] : await log.finalMetrics();
  context.settings.reached("training-job:before-final-write");
  return {
    update: {
      status: statusOfOutcome[end.step],
      actual: {
        ...actual,
        transitions: enter(actual.transitions, end.step, end.time),
        trainingEnd: actual.trainingStart === undefined ? undefined : end.time,
        failureReason: end.reason,
        finalMetrics: finalMetrics.length > 0 ? finalMetrics : undefined,
      },
    },
    changes: run ? await endRun(context, run.id) : [],
  };
}
