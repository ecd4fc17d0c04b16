import { type Fault, validationFault } from "../aws/faults.ts";
import type { ResourceDocument } from "../stores/resources/port.ts";
import type { InputOf, OperationName, OutputOf } from "../wire/operations.ts";
import type { ClientOf, WireServiceId } from "../wire/wire-services.ts";
import type { Context } from "./context.ts";
import type { KindDefinition, StatusRow, Subject } from "./define-kind.ts";
import type { ReconcilerUnit } from "./define-reconciler.ts";
import { defineResource } from "./define-resource.ts";
import type { JobRuns } from "./job-definition.ts";
import { createJobReconciler } from "./job-reconciler.ts";
import { enter, type JobActual } from "./job-state.ts";
import type { Begun, ResourceOperations, ResourceUnit } from "./resource-definition.ts";
import { passedSteps } from "./state-event.ts";

type Operations<
  S extends WireServiceId,
  C extends OperationName<ClientOf<S>>,
  D extends OperationName<ClientOf<S>>,
  L extends OperationName<ClientOf<S>>,
  X extends OperationName<ClientOf<S>>,
  N extends OperationName<ClientOf<S>>,
  Status extends string,
  Wanted,
  Large extends string,
> = Omit<
  ResourceOperations<ClientOf<S>, C, D, L, never, X, N, NoInfer<Status>, JobActual, Wanted, Large>,
  "create" | "update"
>;

/** The declaration of a kind of job: a resource, what it runs, and how it is stopped. */
export type JobDefinition<
  S extends WireServiceId,
  C extends OperationName<ClientOf<S>>,
  D extends OperationName<ClientOf<S>>,
  L extends OperationName<ClientOf<S>>,
  X extends OperationName<ClientOf<S>>,
  N extends OperationName<ClientOf<S>>,
  T extends OperationName<ClientOf<S>>,
  Status extends string,
  Step extends string,
  Wanted,
  Large extends string,
> = KindDefinition<Wanted, JobActual, Status, Large> &
  Operations<S, C, D, L, X, N, Status, Wanted, Large> & {
    readonly service: S;
    /**
     * A job is reconciled in every status that is not final. In such a status its deletion is refused; a row may say so
     * in AWS's words.
     */
    readonly statuses: Readonly<Record<Status, StatusRow>>;
    readonly create: {
      readonly operation: C;
      /** The status of a new job. */
      readonly status: NoInfer<Status>;
      /** Checks what the API's model cannot express; throws a Fault to refuse. */
      begin(
        input: InputOf<ClientOf<S>, C>,
        context: Context,
      ): Promise<Omit<Begun<Wanted, never, never>, "status" | "actual"> | undefined>;
      output(arn: string, document: ResourceDocument<Wanted, JobActual>): OutputOf<ClientOf<S>, C>;
    };
    /** `status` is that of a job whose run has been asked to end. */
    readonly stop: { readonly operation: T; readonly status: NoInfer<Status> };
    readonly runs: JobRuns<Wanted, Status, Step>;
  };

export type JobUnit<Wanted> = Omit<ResourceUnit<Wanted, JobActual>, "unit"> & {
  readonly unit: "job";
  readonly reconciler: ReconcilerUnit<Wanted, JobActual>;
};

/** Makes a kind of job from its declaration: its operations, and the reconciler that runs it. See frame/README.md. */
export function defineJob<
  S extends WireServiceId,
  Status extends string,
  Step extends string,
  C extends OperationName<ClientOf<S>>,
  D extends OperationName<ClientOf<S>> = never,
  L extends OperationName<ClientOf<S>> = never,
  X extends OperationName<ClientOf<S>> = never,
  N extends OperationName<ClientOf<S>> = never,
  T extends OperationName<ClientOf<S>> = never,
  Wanted = InputOf<ClientOf<S>, C>,
  Large extends string = never,
>(definition: JobDefinition<S, C, D, L, X, N, T, Status, Step, Wanted, Large>): JobUnit<Wanted> {
  const { runs, stop, create, statuses, ...rest } = definition;
  const begin = async (
    input: InputOf<ClientOf<S>, C>,
    context: Context,
  ): Promise<Begun<Wanted, JobActual, NoInfer<Status>>> => {
    const begun = await create.begin(input, context);
    const transitions = enter([], "Starting", runs.steps.Starting, context.clock.now());
    return { ...begun, status: create.status, actual: { transitions, lostAttempts: 0, told: {} } };
  };
  const resource = defineResource<S, JobActual, C, D, L, never, X, N, Status, Wanted, Large>({
    ...rest,
    statuses: refusingDeletion(statuses),
    stateChange: { event: runs.event, passed: passedSteps },
    create: { ...create, begin },
  });

  const stopJob = async (input: object, context: Context): Promise<object> => {
    await resource.update(context, input, (job) => {
      const { key, status } = job;
      const { final, refusesStop } = resource.status(job);
      const refusal = refusesStop?.(resource.subject(key, input, status));
      if (refusal) throw refusal;
      if (final || status === stop.status) return undefined;
      const transitions = enter(job.actual.transitions, "Stopping", runs.steps.Stopping, context.clock.now());
      return { status: stop.status, actual: { ...job.actual, transitions } };
    });
    return {};
  };
  return {
    ...resource,
    unit: "job",
    operations: { ...resource.operations, [stop.operation]: stopJob },
    permissions: {
      ...resource.permissions,
      [stop.operation]: (input, place) => [
        { action: `${definition.service}:${stop.operation}`, resource: resource.pattern(place, input) },
      ],
    },
    reconciler: createJobReconciler(resource, runs, { begun: create.status, stopping: stop.status }),
  };
}

/** A job that is deleted while it runs would leave its run behind. */
function refusingDeletion<Status extends string>(
  statuses: Readonly<Record<Status, StatusRow>>,
): Readonly<Record<Status, StatusRow>> {
  const rows = Object.entries<StatusRow>(statuses).map(([status, row]) => [
    status,
    row.final ? row : { refusesDelete: goesOn, ...row },
  ]);
  return Object.fromEntries(rows);
}

const goesOn = ({ name, status }: Subject): Fault =>
  validationFault(`${name} is ${status}. Stop it, and delete it once it has ended.`);
