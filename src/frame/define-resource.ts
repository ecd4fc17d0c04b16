import { type Fault, validationFault } from "../aws/faults.ts";
import type { ResourceChange, ResourceDocument, ResourceKey } from "../stores/resources/port.ts";
import type { InputOf, OperationName } from "../wire/operations.ts";
import type { ClientOf, WireServiceId } from "../wire/wire-services.ts";
import { againOnConflict } from "./again-on-conflict.ts";
import { closeParent } from "./children.ts";
import type { Context } from "./context.ts";
import { type AnyCreate, createCreateHandler } from "./create-operation.ts";
import { defineKind, type Kind, type KindDefinition, type Subject } from "./define-kind.ts";
import type { AnyHandler } from "./define-operations.ts";
import type { Variables } from "./kind-naming.ts";
import { type AnyList, createListHandler } from "./list-operation.ts";
import type { PermissionsOf } from "./permissions.ts";
import type { Changed, Promised, Resource, ResourceOperations, ResourceUnit } from "./resource-definition.ts";
import { stateEvents } from "./state-event.ts";
import { nameIn, subjectOf } from "./subject.ts";
import { holdWaiter } from "./waiter.ts";

/** Makes a resource of a served service from its declaration. See frame/README.md for an example. */
export function defineResource<
  S extends WireServiceId,
  Actual,
  C extends OperationName<ClientOf<S>> = never,
  D extends OperationName<ClientOf<S>> = never,
  L extends OperationName<ClientOf<S>> = never,
  U extends OperationName<ClientOf<S>> = never,
  X extends OperationName<ClientOf<S>> = never,
  N extends OperationName<ClientOf<S>> = never,
  Status extends string = never,
  Wanted = InputOf<ClientOf<S>, C>,
  Large extends string = never,
>(
  definition: KindDefinition<Wanted, Actual, Status, Large> &
    ResourceOperations<ClientOf<S>, C, D, L, U, X, N, Status, Actual, Wanted, Large> & { readonly service: S },
): ResourceUnit<Wanted, Actual> {
  return makeResource(
    definition as unknown as AnyOperations<Wanted, Actual>,
    defineKind<Wanted, Actual, string, Large>(definition),
  );
}

/**
 * Makes a resource of a kind that is defined by itself: the files around it import the kind without its operations, or
 * its document keeps something else than the input.
 */
export function defineResourceOf<
  S extends WireServiceId,
  Actual,
  Wanted,
  C extends OperationName<ClientOf<S>> = never,
  D extends OperationName<ClientOf<S>> = never,
  L extends OperationName<ClientOf<S>> = never,
  U extends OperationName<ClientOf<S>> = never,
  X extends OperationName<ClientOf<S>> = never,
  N extends OperationName<ClientOf<S>> = never,
  Large extends string = never,
>(
  kind: Kind<Wanted, Actual, Large>,
  operations: ResourceOperations<
    ClientOf<S>,
    C,
    D,
    L,
    U,
    X,
    N,
    string,
    NoInfer<Actual>,
    NoInfer<Wanted>,
    NoInfer<Large>
  > & {
    readonly service: S;
  },
): ResourceUnit<Wanted, Actual> {
  return makeResource(operations as unknown as AnyOperations<Wanted, Actual>, kind);
}

/** A declaration without the types of its operations, which are checked where it is written. */
// biome-ignore lint/suspicious/noExplicitAny: inputs of every operation
type AnyInput = any;
interface AnyOperations<Wanted, Actual> {
  readonly missing: (subject: Subject) => Fault;
  readonly existing?: (subject: Subject) => Fault;
  readonly hasChildren?: (subject: Subject) => Fault;
  readonly identify?: (input: Readonly<Record<string, unknown>>) => Variables;
  readonly create?: AnyCreate<Wanted, Actual>;
  readonly describe?: {
    readonly operation: string;
    complete?(input: AnyInput, context: Context): Promise<object>;
    output(
      document: ResourceDocument<Wanted, Actual>,
      arn: string,
      context: Context,
      input: AnyInput,
    ): Promised<unknown>;
  };
  readonly list?: AnyList<ResourceDocument<Wanted, Actual>>;
  readonly update?: {
    readonly operation: string;
    complete?(input: AnyInput, context: Context): Promise<object>;
    change(
      document: ResourceDocument<Wanted, Actual>,
      input: AnyInput,
      context: Context,
    ): Promised<Changed<Wanted, Actual, string>>;
    output(arn: string, document: ResourceDocument<Wanted, Actual>): unknown;
  };
  readonly delete?: {
    readonly operation: string;
    complete?(input: AnyInput, context: Context): Promise<object>;
    begin?(
      document: ResourceDocument<Wanted, Actual>,
      context: Context,
      input: AnyInput,
    ): Promised<Changed<Wanted, Actual, string> | undefined>;
    removed?(document: ResourceDocument<Wanted, Actual>, context: Context): Promise<void>;
    output?(document: ResourceDocument<Wanted, Actual>): unknown;
  };
  readonly operations?: Readonly<
    Record<string, (input: AnyInput, context: Context, resource: Resource<Wanted, Actual>) => Promise<unknown>>
  >;
  readonly permissions?: Readonly<Record<string, PermissionsOf>>;
}

const described = (output: unknown) => output as object | Promise<object>;

function makeResource<Wanted, Actual>(
  definition: AnyOperations<Wanted, Actual>,
  kind: Kind<Wanted, Actual>,
): ResourceUnit<Wanted, Actual> {
  const service = kind.definition.service as WireServiceId;

  const identified = <Named extends string | object>(named: Named): Named | Variables =>
    typeof named === "string" ? named : (definition.identify?.(named as Readonly<Record<string, unknown>>) ?? named);
  const identify = (context: Pick<Context, "account" | "region">, named: string | object): ResourceKey | undefined => {
    const key = kind.identify(context, typeof named === "string" ? onlyVariable(named) : identified(named));
    // An ARN of another region names nothing here: services are regional.
    return key && kind.isIn(context, key) ? key : undefined;
  };
  const keyOf: Resource<Wanted, Actual>["keyOf"] = (context, named) => {
    const key = identify(context, named);
    if (key) return key;
    const name = String(nameIn(kind, identified(named)));
    throw definition.missing({ arn: name, name });
  };
  const onlyVariable = (name: string): Variables =>
    Object.fromEntries((kind.sets[0] ?? []).map((variable) => [variable, name]));
  const subject: Resource<Wanted, Actual>["subject"] = (key, named, status) =>
    subjectOf(kind, key, identified(named), status);

  const get: Resource<Wanted, Actual>["get"] = async (context, named) => {
    const key = keyOf(context, named);
    const document = await kind.find(context, key);
    if (!document) throw definition.missing(subject(key, named));
    return document;
  };

  /** Writes a change of a document, or its removal, with everything that belongs to it. */
  const write = async (
    context: Context,
    document: ResourceDocument<Wanted, Actual>,
    { changes = [], events, ...changed }: Changed<Wanted, Actual, string>,
  ): Promise<ResourceDocument<Wanted, Actual>> => {
    const after = { ...document, ...changed, modified: context.clock.now() };
    const told = [...(await stateEvents(resource as never, document, after, context)), ...(events ?? [])];
    await context.resources.write([await kind.put(context, after), ...changes], { events: told });
    return { ...after, version: document.version + 1 };
  };

  const update: Resource<Wanted, Actual>["update"] = (context, named, change) =>
    againOnConflict(context, async () => {
      const document = await get(context, named);
      const changed = await change(document);
      return changed ? write(context, document, changed) : document;
    });

  const { create, describe, list, update: updating, delete: removal } = definition;
  const resource: Resource<Wanted, Actual> = {
    ...kind,
    ...(list && { listedBy: list.operation }),
    ...(describe && {
      describe: (document, context) => described(describe.output(document, kind.arn(document.key), context, {})),
    }),
    ...{ keyOf, subject, get, update },
  };
  const operations: Record<string, AnyHandler> = {};
  const permissions: Record<string, PermissionsOf> = {};
  const serve = (operation: string, handler: AnyHandler, where: "its resource" | "all") => {
    operations[operation] = handler;
    permissions[operation] = (input, place) => [
      {
        action: `${service}:${operation}`,
        resource: where === "all" ? "*" : kind.pattern(place, definition.identify?.(input) ?? input),
      },
    ];
  };

  if (create) {
    const existing = (key: ResourceKey, input: object): Fault => {
      const named = subject(key, input);
      return definition.existing?.(named) ?? validationFault(`${named.arn} already exists.`);
    };
    const handler = createCreateHandler(resource, create, { identify, keyOf, existing });
    serve(create.operation, handler, "its resource");
  }

  if (describe) {
    const isFinal = (document: ResourceDocument) => kind.status(document).final;
    const handler: AnyHandler = async (input, context) => {
      const named = describe.complete ? await describe.complete(input, context) : input;
      const key = keyOf(context, named);
      if (kind.definition.statuses) await holdWaiter(context, key, isFinal);
      const document = await kind.find(context, key);
      if (!document) throw definition.missing(subject(key, named));
      return describe.output(document, kind.arn(key), context, input);
    };
    serve(describe.operation, handler, "its resource");
  }

  if (list) serve(list.operation, createListHandler(kind, list), "all");

  if (updating) {
    const handler: AnyHandler = async (input, context) => {
      const named = updating.complete ? await updating.complete(input, context) : input;
      const after = await update(context, named, (document) => {
        const refusal = kind.status(document).refusesUpdate?.(subject(document.key, named, document.status));
        if (refusal) throw refusal;
        return updating.change(document, input, context);
      });
      return updating.output(kind.arn(after.key), after);
    };
    serve(updating.operation, handler, "its resource");
  }

  if (removal) {
    const hasChildren =
      definition.hasChildren ??
      (({ arn }: Subject) => validationFault(`${arn} cannot be deleted: delete what belongs to it first.`));
    const handler: AnyHandler = async (input, context) => {
      const named = removal.complete ? await removal.complete(input, context) : input;
      const { document, isGone } = await againOnConflict(context, async () => {
        const document = await get(context, named);
        const refusal = kind.status(document).refusesDelete?.(subject(document.key, named, document.status));
        if (refusal) throw refusal;
        const begun = await removal.begin?.(document, context, input);
        const closed = await closeParent(context, document, () => hasChildren(subject(document.key, named)));
        const changes = [...(begun?.changes ?? []), ...closed.changes];
        const isGone = begun?.status === undefined && begun?.actual === undefined;
        if (isGone) {
          const gone: ResourceChange = { delete: document.key, expected: closed.document.version };
          await context.resources.write([gone, ...changes], { events: begun?.events });
        } else await write(context, closed.document, { ...begun, changes });
        return { document, isGone };
      });
      if (isGone) await removal.removed?.(document, context);
      return removal.output?.(document) ?? {};
    };
    serve(removal.operation, handler, "its resource");
  }

  for (const [name, handler] of Object.entries(definition.operations ?? {}))
    serve(name, (input, context) => handler(input, context, resource), "its resource");

  return {
    ...resource,
    unit: "resource",
    service,
    operations,
    permissions: { ...permissions, ...definition.permissions },
  };
}
