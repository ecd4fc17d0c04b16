import type { ResourceDocument } from "../stores/resources/port.ts";
import type { InputOf, OperationName, OutputOf } from "../wire/operations.ts";
import type { ClientOf, WireServiceId } from "../wire/wire-services.ts";
import type { Context } from "./context.ts";
import type { ReconcilerUnit } from "./define-reconciler.ts";
import { defineResource } from "./define-resource.ts";
import type { JobRuns, JobStatus } from "./job-definition.ts";
import { createJobReconciler, jobEvent } from "./job-reconciler.ts";
import { enter, type JobActual } from "./job-state.ts";
import type { Begun, ResourceDefinition, ResourceUnit } from "./resource-definition.ts";

type Definition<S extends WireServiceId, C, D, L, X, N, Wanted, Large extends string> = ResourceDefinition<
  ClientOf<S>,
  C & OperationName<ClientOf<S>>,
  D & OperationName<ClientOf<S>>,
  L & OperationName<ClientOf<S>>,
  never,
  X & OperationName<ClientOf<S>>,
  N & OperationName<ClientOf<S>>,
  JobStatus,
  JobActual,
  Wanted,
  Large
>;

/** The declaration of a kind of job: a resource, what it runs, and how it is stopped. */
export type JobDefinition<
  S extends WireServiceId,
  C extends OperationName<ClientOf<S>>,
  D,
  L,
  X,
  N,
  T,
  Wanted,
  Large extends string,
> = Omit<Definition<S, C, D, L, X, N, Wanted, Large>, "create" | "update"> & {
  readonly service: S;
  readonly create: {
    readonly operation: C;
    /** Checks what the API's model cannot express; throws a Fault to refuse. */
    begin(
      input: InputOf<ClientOf<S>, C>,
      context: Context,
    ): Promise<Omit<Begun<Wanted, never, never>, "status" | "actual"> | undefined>;
    output(arn: string, document: ResourceDocument<Wanted, JobActual>): OutputOf<ClientOf<S>, C>;
  };
  readonly stop: { readonly operation: T & OperationName<ClientOf<S>> };
  readonly runs: JobRuns<Wanted>;
};

export type JobUnit<Wanted> = Omit<ResourceUnit<Wanted, JobActual>, "unit"> & {
  readonly unit: "job";
  readonly reconciler: ReconcilerUnit<Wanted, JobActual>;
};

/** Makes a kind of job from its declaration: its operations, and the reconciler that runs it. See frame/README.md. */
export function defineJob<
  S extends WireServiceId,
  C extends OperationName<ClientOf<S>>,
  D extends OperationName<ClientOf<S>> = never,
  L extends OperationName<ClientOf<S>> = never,
  X extends OperationName<ClientOf<S>> = never,
  N extends OperationName<ClientOf<S>> = never,
  T extends OperationName<ClientOf<S>> = never,
  Wanted = InputOf<ClientOf<S>, C>,
  Large extends string = never,
>(definition: JobDefinition<S, C, D, L, X, N, T, Wanted, Large>): JobUnit<Wanted> {
  const { runs, stop, create, ...rest } = definition;
  const begin = async (
    input: InputOf<ClientOf<S>, C>,
    context: Context,
  ): Promise<Begun<Wanted, JobActual, JobStatus>> => {
    const begun = await create.begin(input, context);
    const transitions = enter([], "Starting", runs.steps.Starting, context.clock.now());
    return { ...begun, status: "InProgress", actual: { transitions, lostAttempts: 0, told: {} } };
  };
  const resource = defineResource({
    ...rest,
    create: { ...create, begin },
  } as unknown as Definition<S, C, D, L, X, N, Wanted, never> & { readonly service: S }) as unknown as ResourceUnit<
    Wanted,
    JobActual
  >;

  const stopJob = async (input: object, context: Context): Promise<object> => {
    await resource.update(context, input, (job) => {
      const { key, status } = job;
      const refusal = resource.status(job).refusesStop?.({ arn: resource.arn(key), name: key.name, status });
      if (refusal) throw refusal;
      if (status !== "InProgress") return undefined;
      const transitions = enter(job.actual.transitions, "Stopping", runs.steps.Stopping, context.clock.now());
      const actual = { ...job.actual, transitions };
      return { status: "Stopping", actual, events: [jobEvent(resource, runs, { key, status: "Stopping", actual })] };
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
    reconciler: createJobReconciler(resource, runs),
  };
}
