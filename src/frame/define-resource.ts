import { formatArn } from "../aws/arn.ts";
import { type Fault, validationFault } from "../aws/faults.ts";
import { Conflict, type ResourceDocument, type ResourceKey, type ResourceQuery } from "../stores/resources/port.ts";
import type { InputOf, OperationName, OutputOf } from "../wire/operations.ts";
import type { ClientOf, WireServiceId } from "../wire/wire-services.ts";
import { againOnConflict } from "./again-on-conflict.ts";
import type { Context } from "./context.ts";
import type { AnyHandler, OperationsUnit } from "./define-operations.ts";
import { checkTags, type Tag } from "./resource-tags.ts";
import { heldForWaiter } from "./waiter.ts";

/** What a status means. `refusesDelete`: the text of the refusal. */
export interface StatusRow {
  /** Nothing more happens by itself: waiters return, reconcilers rest. */
  readonly final: boolean;
  readonly refusesDelete?: (name: string) => string;
}

/** A document as the handlers of its kind see it: what was asked for is the input of its Create operation. */
export type Resource<Wanted, Actual> = ResourceDocument<Wanted, Actual>;

/**
 * One kind of resource, declared: its Create, Describe, List and Delete operations come from this table, all others are
 * handlers under `operations`. `Wanted` is the input of the Create operation, its tags with it; `Actual` is what `begin`
 * returns.
 */
export interface ResourceDefinition<
  S extends WireServiceId,
  C extends OperationName<ClientOf<S>>,
  D extends OperationName<ClientOf<S>>,
  L extends OperationName<ClientOf<S>>,
  X extends OperationName<ClientOf<S>>,
  N extends OperationName<ClientOf<S>>,
  Status extends string,
  Actual,
> {
  readonly service: S;
  /** Also the first part of the ARN's resource: `model` in `arn:aws:sagemaker:us-west-2:123456789012:model/name`. */
  readonly kind: string;
  /** The input member that names it. Names keep their case; they are unique, and found, without regard to it. */
  readonly name: keyof InputOf<ClientOf<S>, C> & keyof InputOf<ClientOf<S>, D> & string;
  /** The number of the document's shape and how to read older ones; `upgrade[1]` makes shape 2 from shape 1. */
  readonly schema?: number;
  readonly upgrade?: Readonly<
    Record<number, (old: { wanted: unknown; actual: unknown }) => { wanted: unknown; actual: unknown }>
  >;
  readonly statuses?: Readonly<Record<Status, StatusRow>>;
  /** The refusals, in AWS's words. */
  readonly missing: (arn: string, name: string) => Fault;
  readonly existing: (arn: string, name: string) => Fault;
  readonly create: {
    readonly operation: C;
    /** Checks what the model of the API cannot say, and gives the first state. Throws a Fault to refuse. */
    begin(input: InputOf<ClientOf<S>, C>, context: Context): Promise<{ status?: NoInfer<Status>; actual: Actual }>;
    output(arn: string): OutputOf<ClientOf<S>, C>;
  };
  readonly describe: {
    readonly operation: D;
    output(
      document: Resource<InputOf<ClientOf<S>, C>, Actual>,
      arn: string,
      context: Context,
    ): OutputOf<ClientOf<S>, D>;
  };
  readonly list: {
    readonly operation: L;
    /** The output member that holds the summaries. */
    readonly member: keyof OutputOf<ClientOf<S>, L> & string;
    /** AWS's default differs by kind: jobs ascend, endpoints and models descend by creation. */
    readonly descending: boolean;
    /** What SortBy is when it is absent; creation for most. */
    readonly sortBy?: SortBy;
    summary(document: Resource<InputOf<ClientOf<S>, C>, Actual>, arn: string): ListedIn<OutputOf<ClientOf<S>, L>>;
    /** Filters of this kind alone, as a test of a document; undefined when the input asks for none. */
    where?(
      input: InputOf<ClientOf<S>, L>,
    ): ((document: Resource<InputOf<ClientOf<S>, C>, Actual>) => boolean) | undefined;
  };
  readonly delete: {
    readonly operation: X;
    /** Instead of removing the document at once: marks it, and a reconciler removes it when all it had is gone. */
    begin?(
      document: Resource<InputOf<ClientOf<S>, C>, Actual>,
      context: Context,
    ): { status: NoInfer<Status>; actual: Actual };
  };
  readonly operations?: {
    [K in N]: (
      input: InputOf<ClientOf<S>, K>,
      context: Context,
      resources: ResourceKind<InputOf<ClientOf<S>, C>, Actual>,
    ) => Promise<OutputOf<ClientOf<S>, K>>;
  };
}

/** The element type of the lists in a List output. */
type ListedIn<Output> = Exclude<Extract<Output[keyof Output], readonly unknown[]>, undefined>[number];

/** What handlers and reconcilers of a kind share. */
export interface ResourceKind<Wanted, Actual> {
  readonly kind: string;
  key(context: Pick<Context, "account" | "region">, name: string): ResourceKey;
  arn(key: ResourceKey): string;
  /** The document, or the kind's refusal. */
  get(context: Context, name: string): Promise<Resource<Wanted, Actual>>;
  /** A document from the store in today's shape. */
  read(document: ResourceDocument): Resource<Wanted, Actual>;
  /**
   * Writes what `change` makes of the document, however many others write at the same time; undefined leaves it. Gives
   * the document as it was when the change was made.
   */
  update(
    context: Context,
    name: string,
    change: (
      document: Resource<Wanted, Actual>,
    ) => Partial<Pick<Resource<Wanted, Actual>, "status" | "wanted" | "actual">> | undefined,
  ): Promise<Resource<Wanted, Actual>>;
}

export type ResourceUnit<Wanted, Actual> = OperationsUnit & ResourceKind<Wanted, Actual>;

type SortBy = "name" | "created" | "modified" | "status";
const sortByMember: Readonly<Record<string, SortBy>> = {
  Name: "name",
  CreationTime: "created",
  LastModifiedTime: "modified",
  Status: "status",
};

/** The members that every List operation of SageMaker has, all optional. */
interface ListInput {
  readonly SortBy?: string;
  readonly SortOrder?: string;
  readonly NameContains?: string;
  readonly StatusEquals?: string;
  readonly CreationTimeAfter?: Date;
  readonly CreationTimeBefore?: Date;
  readonly LastModifiedTimeAfter?: Date;
  readonly LastModifiedTimeBefore?: Date;
  readonly MaxResults?: number;
  readonly NextToken?: string;
}
const defaultPageSize = 10;

/** Makes a resource from its declaration. See services/README.md for an example. */
export function defineResource<
  S extends WireServiceId,
  C extends OperationName<ClientOf<S>>,
  D extends OperationName<ClientOf<S>>,
  L extends OperationName<ClientOf<S>>,
  X extends OperationName<ClientOf<S>>,
  Actual,
  N extends OperationName<ClientOf<S>> = never,
  Status extends string = never,
>(definition: ResourceDefinition<S, C, D, L, X, N, Status, Actual>): ResourceUnit<InputOf<ClientOf<S>, C>, Actual> {
  type Wanted = InputOf<ClientOf<S>, C>;
  const { kind, service } = definition;
  const schema = definition.schema ?? 1;
  const statuses = definition.statuses as Readonly<Record<string, StatusRow>> | undefined;
  const nameOf = (input: unknown) => (input as Record<string, string>)[definition.name]!;

  const arn = (key: ResourceKey) =>
    formatArn({ service, region: key.region, account: key.account, resource: `${kind}/${key.name}` });

  const key: ResourceKind<Wanted, Actual>["key"] = ({ account, region }, name) => ({
    account,
    region,
    kind,
    name: name.toLowerCase(),
  });

  const read = (document: ResourceDocument): Resource<Wanted, Actual> => {
    let shape: { wanted: unknown; actual: unknown } = document;
    for (let number = document.schema; number < schema; number++) {
      const step = definition.upgrade?.[number];
      if (!step) throw new Error(`${kind} has no upgrade from document shape ${number}`);
      shape = step(shape);
    }
    return (shape === document ? document : { ...document, ...shape, schema }) as Resource<Wanted, Actual>;
  };

  const missing = (context: Context, name: string) => definition.missing(arn(key(context, name)), name);

  const get: ResourceKind<Wanted, Actual>["get"] = async (context, name) => {
    const document = await context.resources.get(key(context, name));
    if (!document) throw missing(context, name);
    return read(document);
  };

  const update: ResourceKind<Wanted, Actual>["update"] = (context, name, change) =>
    againOnConflict(async () => {
      const document = await get(context, name);
      const changed = change(document);
      if (!changed) return document;
      const put = { ...document, ...changed, schema, modified: context.clock.now() };
      await context.resources.write([{ put, expected: document.version }]);
      return document;
    });

  const create: AnyHandler = async (input, context) => {
    const name = nameOf(input);
    const tags: readonly Tag[] = input.Tags ?? [];
    checkTags(tags);
    const documentKey = key(context, name);
    const existing = () => definition.existing(arn(documentKey), name);
    // Told before anything else that may be wrong with it: clients go on with what is there. And before `begin` does anything.
    if (await context.resources.get(documentKey)) throw existing();
    const { status, actual } = await definition.create.begin(input, context);
    const now = context.clock.now();
    const wanted = { ...input, Tags: tags };
    const put = {
      key: documentKey,
      id: context.ids.ulid(),
      schema,
      status,
      created: now,
      modified: now,
      wanted,
      actual,
    };
    try {
      await context.resources.write([{ put, expected: "absent" }]);
    } catch (error) {
      if (error instanceof Conflict) throw existing();
      throw error;
    }
    return definition.create.output(arn(documentKey));
  };

  const describe: AnyHandler = async (input, context) => {
    const documentKey = key(context, nameOf(input));
    const document = statuses
      ? await heldForWaiter(context, documentKey, ({ status }) => statuses[status ?? ""]?.final ?? true)
      : await context.resources.get(documentKey);
    if (!document) throw missing(context, nameOf(input));
    return definition.describe.output(read(document), arn(documentKey), context);
  };

  const list: AnyHandler = async (input: ListInput, context) => {
    const limit = input.MaxResults ?? defaultPageSize;
    const query: Omit<ResourceQuery, "after" | "limit"> = {
      account: context.account,
      region: context.region,
      status: input.StatusEquals,
      nameContains: input.NameContains,
      created: range(input.CreationTimeAfter, input.CreationTimeBefore),
      modified: range(input.LastModifiedTimeAfter, input.LastModifiedTimeBefore),
      sort: {
        by: sortByMember[input.SortBy ?? ""] ?? definition.list.sortBy ?? "created",
        descending: input.SortOrder ? input.SortOrder === "Descending" : definition.list.descending,
      },
    };
    const where = definition.list.where?.(input as never);
    const summaries: unknown[] = [];
    // Some clients begin with an empty token.
    let after = input.NextToken || undefined;
    do {
      const page = await context.resources
        .list(kind, { ...query, after, limit: limit - summaries.length })
        .catch(invalidToken);
      for (const document of page.documents) {
        const current = read(document);
        if (!where || where(current)) summaries.push(definition.list.summary(current, arn(document.key)));
      }
      after = page.next;
    } while (after !== undefined && summaries.length < limit);
    return { [definition.list.member]: summaries, NextToken: after };
  };

  const remove: AnyHandler = (input, context) =>
    againOnConflict(async () => {
      const name = nameOf(input);
      const document = await get(context, name);
      const refusal = statuses?.[document.status ?? ""]?.refusesDelete;
      if (refusal) throw validationFault(refusal(name));
      const begun = definition.delete.begin?.(document, context);
      await context.resources.write([
        begun
          ? { put: { ...document, ...begun, schema, modified: context.clock.now() }, expected: document.version }
          : { delete: document.key, expected: document.version },
      ]);
      return {};
    });

  const resource: ResourceKind<Wanted, Actual> = { kind, key, arn, get, read, update };
  const operations: Record<string, AnyHandler> = {
    [definition.create.operation]: create,
    [definition.describe.operation]: describe,
    [definition.list.operation]: list,
    [definition.delete.operation]: remove,
  };
  const others = (definition.operations ?? {}) as Record<
    string,
    (input: unknown, context: Context, kind: unknown) => Promise<unknown>
  >;
  for (const [name, handler] of Object.entries(others)) {
    operations[name] = (input, context) => handler(input, context, resource);
  }
  return { unit: "operations", service, operations, permissions: {}, ...resource };
}

const range = (after: Date | undefined, before: Date | undefined) =>
  after || before ? { after: after?.getTime(), before: before?.getTime() } : undefined;

/** The store throws a RangeError for a paging position it did not give out. */
function invalidToken(error: unknown): never {
  if (error instanceof RangeError)
    throw validationFault("Invalid pagination token. Use the NextToken of the page before, unchanged.");
  throw error;
}
