import { mostEventBytes, type ResourceDocument, type ResourceEvent } from "../stores/resources/port.ts";
import type { Context } from "./context.ts";
import type { Kind } from "./define-kind.ts";
import type { JobActual, Transition } from "./job-state.ts";
import type { Tag } from "./resource-tags.ts";

/** The rest of 256 KiB, the most that EventBridge takes, is for what it puts around a detail. */
const mostDetailBytes = mostEventBytes - (16 << 10);

/**
 * Returns the events about what a write does to a document's state. They are written with it, so that none is lost and
 * none comes twice.
 */
export async function stateEvents(
  kind: Kind<never, never>,
  before: ResourceDocument | undefined,
  after: ResourceDocument,
  context: Context,
): Promise<ResourceEvent[]> {
  const { stateChange } = kind.definition;
  if (!stateChange || !kind.describe) return [];
  const events: ResourceEvent[] = [];
  let last = before && stateOf(kind, before);
  for (const document of stateChange.passed?.(before, after) ?? [after]) {
    const state = stateOf(kind, document);
    if (state === last) continue;
    last = state;
    const described = (await kind.describe(document as never, context)) as Readonly<Record<string, unknown>>;
    const { Tags = [] } = document.wanted as { readonly Tags?: readonly Tag[] };
    const detail = inEvent({ ...(stateChange.detail?.(described) ?? described) }) as Record<string, unknown>;
    const tags = Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]));
    events.push({ type: stateChange.event, key: document.key, detail: fitting({ ...detail, Tags: tags }) });
  }
  return events;
}

/** What people and events call a state: a status, and the secondary status where there is one. */
const stateOf = (kind: Kind<never, never>, document: ResourceDocument): string =>
  `${document.status} ${kind.shownStatus(document)}`;

/** Returns a value as JSON has it; events have times in milliseconds. */
function inEvent(value: unknown): unknown {
  if (value instanceof Date) return value.getTime();
  if (Array.isArray(value)) return value.map(inEvent);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([name, member]) => [name, inEvent(member)]));
}

/** Leaves out the largest members of a detail that is larger than an event may be. */
function fitting(detail: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const sizes = Object.entries(detail).map(([name, value]) => ({
    name,
    bytes: Buffer.byteLength(JSON.stringify(value)),
  }));
  let total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  const left = { ...detail };
  for (const { name, bytes } of sizes.sort((one, other) => other.bytes - one.bytes)) {
    if (total <= mostDetailBytes) break;
    delete left[name];
    total -= bytes;
  }
  return left;
}

/** The states of a job that one write passes through: it may have read several steps of its run at once. */
export function passedSteps(
  before: ResourceDocument | undefined,
  after: ResourceDocument,
): readonly ResourceDocument[] {
  const { transitions } = after.actual as JobActual;
  const known = (before?.actual as JobActual | undefined)?.transitions.length ?? 0;
  const earlier = transitions.slice(known, -1).map((_, index): ResourceDocument => {
    const passed = transitions.slice(0, known + index + 1);
    const { failureReason: _reason, ended: _end, ...actual } = after.actual as JobActual;
    return {
      ...after,
      status: before?.status,
      actual: { ...actual, transitions: [...passed.slice(0, -1), open(passed)] },
    };
  });
  return [...earlier, after];
}

/** Returns the last of some steps as it was before it ended. */
function open(passed: readonly Transition[]): Transition {
  const { EndTime: _end, ...step } = passed.at(-1)!;
  return step;
}
