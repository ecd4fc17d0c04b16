import type { Fault } from "../aws/faults.ts";
import type { ResourceChange, ResourceDocument, ResourceEvent, ResourceKey } from "../stores/resources/port.ts";
import type { InputOf, OperationName, OutputOf } from "../wire/operations.ts";
import type { Context } from "./context.ts";
import type { Kind, KindDefinition, Subject } from "./define-kind.ts";
import type { OperationsUnit } from "./define-operations.ts";
import type { Variables } from "./kind-naming.ts";
import type { ListDefinition } from "./list-definition.ts";
import type { PermissionsOf } from "./permissions.ts";

/** What `begin` gives: the first state of a new document, and what is written with it in one batch. */
export interface Begun<Wanted, Actual, Status> {
  /** The name, where the service makes it or counts it. One that is taken by the time of the write begins anew. */
  readonly variables?: Variables;
  readonly parent?: ResourceKey;
  readonly status?: Status;
  /** What is kept of the request; all of it when left out. */
  readonly wanted?: Wanted;
  readonly actual: Actual;
  /** Further changes of the batch. One that conflicts begins anew, with what is there by then. */
  readonly changes?: readonly ResourceChange[];
  readonly events?: readonly ResourceEvent[];
}

/** What an update or a deletion makes of a document; what is left out stays. */
export interface Changed<Wanted, Actual, Status> {
  readonly status?: Status;
  readonly wanted?: Wanted;
  readonly actual?: Actual;
  readonly changes?: readonly ResourceChange[];
  readonly events?: readonly ResourceEvent[];
}

type Promised<T> = T | Promise<T>;

/**
 * A resource, declared: a kind with the operations that AWS gives most resources, each optional. `Wanted` is the input of
 * the Create operation, its tags with it, unless `begin` keeps something else; `Actual` is what `begin` gives. `M` is the
 * module of the service's AWS client; C, D, L, U, X are the names of its operations, N those of `operations`.
 */
export interface ResourceDefinition<
  M,
  C extends OperationName<M>,
  D extends OperationName<M>,
  L extends OperationName<M>,
  U extends OperationName<M>,
  X extends OperationName<M>,
  N extends OperationName<M>,
  Status extends string,
  Actual,
  Wanted,
> extends KindDefinition<Wanted, Actual, Status> {
  readonly missing: (subject: Subject) => Fault;
  /** The refusal to make what an input names when it is there. */
  readonly existing?: (subject: Subject) => Fault;
  /** The variables that an input names it by, where they are not its members of the same name. */
  readonly identify?: (input: Readonly<Record<string, unknown>>) => Variables;
  readonly create?: {
    readonly operation: C;
    /** The input member that makes a second call with the same value give the same answer. */
    readonly token?: keyof InputOf<M, C> & string;
    /** Checks what the model of the API cannot say, and gives the first state. Throws a Fault to refuse. */
    begin(input: InputOf<M, C>, context: Context): Promise<Begun<Wanted, Actual, NoInfer<Status>>>;
    output(arn: string, document: ResourceDocument<Wanted, Actual>): OutputOf<M, C>;
  };
  readonly describe?: {
    readonly operation: D;
    output(
      document: ResourceDocument<Wanted, Actual>,
      arn: string,
      context: Context,
      input: InputOf<M, D>,
    ): Promised<OutputOf<M, D>>;
  };
  readonly list?: ListDefinition<M, L, ResourceDocument<Wanted, Actual>>;
  readonly update?: {
    readonly operation: U;
    /** May be called again with a newer document, when another write was faster. */
    change(
      document: ResourceDocument<Wanted, Actual>,
      input: InputOf<M, U>,
      context: Context,
    ): Promised<Changed<Wanted, NoInfer<Actual>, NoInfer<Status>>>;
    output(arn: string, document: ResourceDocument<Wanted, Actual>): OutputOf<M, U>;
  };
  readonly delete?: {
    readonly operation: X;
    /**
     * Throws a Fault to refuse. What it gives is written instead of removing the document (a reconciler removes it when
     * all it had is gone); `changes` alone go with the removal.
     */
    begin?(
      document: ResourceDocument<Wanted, Actual>,
      context: Context,
    ): Promised<Changed<Wanted, NoInfer<Actual>, NoInfer<Status>> | undefined>;
    output?(document: ResourceDocument<Wanted, Actual>): OutputOf<M, X>;
  };
  /** All others. */
  readonly operations?: {
    [K in N]: (input: InputOf<M, K>, context: Context, resource: Resource<Wanted, Actual>) => Promise<OutputOf<M, K>>;
  };
  /** What an operation needs permission for, where that is not the action of its name on the resource that its input names. */
  readonly permissions?: Readonly<Record<string, PermissionsOf>>;
}

/** What handlers and reconcilers of a resource share, beyond its kind. */
export interface Resource<Wanted, Actual> extends Kind<Wanted, Actual> {
  /** The key of what an input or a name stands for, in the caller's place unless an ARN says another. */
  keyOf(context: Context, named: string | object): ResourceKey;
  /** The document, or the kind's refusal. */
  get(context: Context, named: string | object): Promise<ResourceDocument<Wanted, Actual>>;
  /**
   * Writes what `change` makes of the document, however many others write at the same time; undefined leaves it. Gives
   * the document that is there then.
   */
  update(
    context: Context,
    named: string | object,
    change: (document: ResourceDocument<Wanted, Actual>) => Promised<Changed<Wanted, Actual, string> | undefined>,
  ): Promise<ResourceDocument<Wanted, Actual>>;
}

export type ResourceUnit<Wanted, Actual> = Omit<OperationsUnit, "unit"> &
  Resource<Wanted, Actual> & { readonly unit: "resource" | "job" };
