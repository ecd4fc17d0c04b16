import type { Fault } from "../aws/faults.ts";
import {
  Conflict,
  keyText,
  type ResourceChange,
  type ResourceDocument,
  type ResourceKey,
} from "../stores/resources/port.ts";
import { againOnConflict } from "./again-on-conflict.ts";
import { parentFence } from "./children.ts";
import type { Context } from "./context.ts";
import { type Kind, loadKind, parentText } from "./define-kind.ts";
import type { AnyHandler } from "./define-operations.ts";
import { createIdempotency } from "./idempotency.ts";
import type { Begun } from "./resource-definition.ts";
import { checkTags, type Tag } from "./resource-tags.ts";
import { stateEvents } from "./state-event.ts";
import { subjectOf } from "./subject.ts";

/** A Create operation as its handler uses it. Its types are checked where it is declared. */
export interface AnyCreate<Wanted, Actual> {
  readonly operation: string;
  readonly token?: string;
  // biome-ignore lint/suspicious/noExplicitAny: the input of any operation
  begin(input: any, context: Context): Promise<Begun<Wanted, Actual, string>>;
  output(arn: string, document: ResourceDocument<Wanted, Actual>): unknown;
}
type Input = Readonly<Record<string, unknown>>;

/** How a resource finds what an input names. */
export interface Naming {
  identify(context: Context, input: Input): ResourceKey | undefined;
  keyOf(context: Context, input: Input): ResourceKey;
  /** Makes the refusal of a name that is taken. */
  existing(key: ResourceKey, input: Input): Fault;
}

/**
 * Makes the handler of a Create operation. After a conflict the handler begins again: by then the document or the token
 * may be there, or `begin` counts the next name.
 */
export function createCreateHandler<Wanted, Actual>(
  kind: Kind<Wanted, Actual>,
  create: AnyCreate<Wanted, Actual>,
  { identify, keyOf, existing }: Naming,
): AnyHandler {
  const { tags, schema = 1 } = kind.definition;
  const tokens = createIdempotency(kind.name, create.token);

  /** Returns the answer to the earlier request with the same token; undefined when there was none. */
  async function repeatedAnswer(input: Input, context: Context): Promise<unknown> {
    const repeated = await tokens.find(context, input);
    const document = repeated && (await kind.find(context, repeated.key));
    const isSame = document && (repeated.id === undefined || repeated.id === document.id);
    return isSame ? create.output(kind.arn(document.key), document) : undefined;
  }

  /** Returns the answer when the same request has created something already. @throws Fault when the name is taken */
  async function answerIfMade(asked: ResourceKey | undefined, input: Input, context: Context): Promise<unknown> {
    const isThere = asked && (await context.resources.get(asked));
    // The token is read after the document. Both are written at once, so a document that was found has its token.
    const repeated = await repeatedAnswer(input, context);
    if (repeated === undefined && isThere) throw existing(asked, input);
    return repeated;
  }

  /** @param taken the name that `begin` chose in the previous attempt, when it was taken */
  async function attempt(input: Input, context: Context, taken: { key?: ResourceKey }): Promise<unknown> {
    // Looks for what exists before `begin` acts: clients go on to use what they are told is there.
    const asked = identify(context, input);
    const made = await answerIfMade(asked, input, context);
    if (made !== undefined) return made;
    const begun = await create.begin(input, context);
    const key = begun.variables ? kind.key(context, begun.variables) : (asked ?? keyOf(context, input));
    const found = begun.variables && (await context.resources.get(key));
    if (found) {
      if (taken.key && keyText(taken.key) === keyText(key)) throw existing(key, input);
      taken.key = key;
      throw new Conflict(key, found.version);
    }
    const document = newDocument(key, begun, input, context);
    const changes: ResourceChange[] = [await kind.put(context, document), ...(begun.changes ?? [])];
    if (begun.parent) changes.push(...(await underParent(context, begun.parent, input, changes)));
    changes.push(...(await tokens.changes(context, input, document)));
    try {
      const events = await stateEvents(kind as never, undefined, { ...document, schema, version: 0 }, context);
      await context.resources.write(changes, { events: [...events, ...(begun.events ?? [])] });
    } catch (error) {
      if (error instanceof Conflict && keyText(error.key) === keyText(key)) taken.key = key;
      throw error;
    }
    return create.output(kind.arn(key), { ...document, schema, version: 1 });
  }

  /** Returns what a new child requires of its parent, unless its batch writes the parent anyway. */
  async function underParent(
    context: Context,
    parent: ResourceDocument,
    input: Input,
    changes: readonly ResourceChange[],
  ) {
    const { key, status } = parent;
    if (kind.definition.parent?.kind !== key.kind)
      throw new Error(`${kind.name} got a parent of the kind ${key.kind}, which it does not declare`);
    const entry = context.kinds.named(key.kind);
    const of = entry && (await loadKind(entry));
    const refusal = of?.status(parent).refusesChild?.(subjectOf(of, key, input, status));
    if (refusal) throw refusal;
    const isWritten = changes.some((change) => "put" in change && keyText(change.put.key) === keyText(key));
    return isWritten ? [] : [await parentFence(context, parent)];
  }

  function newDocument(key: ResourceKey, begun: Begun<Wanted, Actual, string>, input: Input, context: Context) {
    const now = begun.created ?? context.clock.now();
    return {
      key,
      id: begun.id ?? context.ids.ulid(),
      parent: begun.parent && parentText(begun.parent.key),
      origin: context.origin,
      status: begun.status,
      created: now,
      modified: now,
      wanted: begun.wanted ?? ((tags ? { ...input, Tags: input.Tags ?? [] } : input) as Wanted),
      actual: begun.actual,
    };
  }

  return (input: Input, context) => {
    if (tags) checkTags((input.Tags ?? []) as readonly Tag[]);
    const taken = {};
    return againOnConflict(context, () => attempt(input, context, taken));
  };
}
