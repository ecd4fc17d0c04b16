import type { Fault } from "../aws/faults.ts";
import type { ResourceChange, ResourceDocument, ResourceEvent, ResourceKey } from "../stores/resources/port.ts";
import type { InputOf, OperationName, OutputOf } from "../wire/operations.ts";
import type { Context } from "./context.ts";
import type { Kind, Listed, Subject } from "./define-kind.ts";
import type { OperationsUnit } from "./define-operations.ts";
import type { Variables } from "./kind-naming.ts";
import type { ListDefinition } from "./list-definition.ts";
import type { PermissionsOf } from "./permissions.ts";

/** What `begin` returns: the first state of a new document, and what is written with it in one batch. */
export interface Begun<Wanted, Actual, Status> {
  /** The variables of the name, when the service makes them or does not take them from the input. */
  readonly variables?: Variables;
  /** The document's id, when something is kept under it that must be there before the document. */
  readonly id?: string;
  /** The parent as `begin` read it: it must be the same when the child is written. Its kind is the declared one. */
  readonly parent?: ResourceDocument;
  readonly status?: Status;
  /** When it is made, where `begin` has named other things by that time; now when left out. */
  readonly created?: number;
  /** What is kept of the request; the whole request when left out. */
  readonly wanted?: Wanted;
  readonly actual: Actual;
  /** Further changes of the batch. When one conflicts, `begin` is called again and reads the documents again. */
  readonly changes?: readonly ResourceChange[];
  readonly events?: readonly ResourceEvent[];
}

/** What an update or a deletion makes of a document; members that are left out stay. */
export interface Changed<Wanted, Actual, Status> {
  readonly status?: Status;
  readonly wanted?: Wanted;
  readonly actual?: Actual;
  readonly changes?: readonly ResourceChange[];
  readonly events?: readonly ResourceEvent[];
}

export type Promised<T> = T | Promise<T>;

/**
 * The operations that AWS gives most resources, each optional. `Wanted` is the input of the Create operation, tags
 * included, unless `begin` keeps something else; `Actual` is what `begin` returns. `M` is the module of the service's
 * AWS client; C, D, L, U, X are the names of its operations, N those of `operations`.
 */
export interface ResourceOperations<
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
  Large extends string,
> {
  readonly missing: (subject: Subject) => Fault;
  /** The refusal to make what an input names when it is there. */
  readonly existing?: (subject: Subject) => Fault;
  /** The refusal to delete a document with children that keep it. */
  readonly hasChildren?: (subject: Subject) => Fault;
  /** Returns the variables that an input names, when they are not its members of the same name. */
  readonly identify?: (input: Readonly<Record<string, unknown>>) => Variables;
  readonly create?: {
    readonly operation: C;
    /** The idempotency token: an input member. A second call with the same token gets the same response. */
    readonly token?: keyof InputOf<M, C> & string;
    /** Checks what the API's model cannot express, and returns the first state; throws a Fault to refuse. */
    begin(input: InputOf<M, C>, context: Context): Promise<Begun<Wanted, Actual, NoInfer<Status>>>;
    output(arn: string, document: ResourceDocument<Wanted, Actual>): OutputOf<M, C>;
  };
  readonly describe?: {
    readonly operation: D;
    /** Returns the input with what it leaves open of the name, where AWS knows what is meant: the latest version. */
    complete?(input: InputOf<M, D>, context: Context): Promise<InputOf<M, D>>;
    output(
      document: ResourceDocument<Wanted, Actual>,
      arn: string,
      context: Context,
      input: InputOf<M, D>,
    ): Promised<OutputOf<M, D>>;
  };
  readonly list?: ListDefinition<M, L, Listed<Wanted, Actual, NoInfer<Large>>>;
  readonly update?: {
    readonly operation: U;
    /** As `complete` of `describe`. */
    complete?(input: InputOf<M, U>, context: Context): Promise<InputOf<M, U>>;
    /** Returns the change. It may be called again with a newer document, when another write came first. */
    change(
      document: ResourceDocument<Wanted, Actual>,
      input: InputOf<M, U>,
      context: Context,
    ): Promised<Changed<Wanted, NoInfer<Actual>, NoInfer<Status>>>;
    output(arn: string, document: ResourceDocument<Wanted, Actual>): OutputOf<M, U>;
  };
  readonly delete?: {
    readonly operation: X;
    /** As `complete` of `describe`. */
    complete?(input: InputOf<M, X>, context: Context): Promise<InputOf<M, X>>;
    /**
     * Throws a Fault to refuse. What it returns is written instead of removing the document (a reconciler removes it
     * when everything that belongs to it is gone); when it returns only `changes`, they are written with the removal.
     */
    begin?(
      document: ResourceDocument<Wanted, Actual>,
      context: Context,
      input: InputOf<M, X>,
    ): Promised<Changed<Wanted, NoInfer<Actual>, NoInfer<Status>> | undefined>;
    /**
     * Removes what other stores keep under a document that is gone. A kill may come before it, so what it leaves must
     * be nothing that a request finds.
     */
    removed?(document: ResourceDocument<Wanted, Actual>, context: Context): Promise<void>;
    output?(document: ResourceDocument<Wanted, Actual>): OutputOf<M, X>;
  };
  /** All other operations. */
  readonly operations?: {
    [K in N]: (input: InputOf<M, K>, context: Context, resource: Resource<Wanted, Actual>) => Promise<OutputOf<M, K>>;
  };
  /**
   * The permissions of operations that need another action than the one of their name, or concern another resource than
   * the one that their input names.
   */
  readonly permissions?: Readonly<Record<string, PermissionsOf>>;
}

/** A resource as handlers and reconcilers use it, beyond its kind. */
export interface Resource<Wanted, Actual> extends Kind<Wanted, Actual> {
  /**
   * Returns the key that an input or a name stands for, in the caller's account and region unless an ARN names others.
   */
  keyOf(context: Context, named: string | object): ResourceKey;
  /** Returns what a refusal may mention of the document that an input names. */
  subject(key: ResourceKey, named: string | object, status?: string): Subject;
  /** Returns the document; throws the kind's refusal when there is none. */
  get(context: Context, named: string | object): Promise<ResourceDocument<Wanted, Actual>>;
  /**
   * Writes what `change` makes of the document, however many others write at the same time; undefined writes nothing.
   * Returns the document as it is afterwards.
   */
  update(
    context: Context,
    named: string | object,
    change: (document: ResourceDocument<Wanted, Actual>) => Promised<Changed<Wanted, Actual, string> | undefined>,
  ): Promise<ResourceDocument<Wanted, Actual>>;
}

export type ResourceUnit<Wanted, Actual> = Omit<OperationsUnit, "unit"> &
  Resource<Wanted, Actual> & { readonly unit: "resource" | "job" };
