import { Fault } from "../../../aws/faults.ts";
import type { FollowerUnit } from "../../../frame/define-follower.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import type { ReconcileContext, ReconcilerUnit } from "../../../frame/define-reconciler.ts";
import type { TestContext } from "../../../server/request/test-context.ts";

/** A topic service in which no topic is. */
export const noTopics = defineOperations("sns", {
  async Publish() {
    throw new Fault("NotFoundException", "Topic does not exist", { status: 404 });
  },
});

/** Reconciles every document of a kind once, and gives its followers the entries of the feed. */
export async function step(
  context: TestContext,
  // biome-ignore lint/suspicious/noExplicitAny: reconcilers of every kind
  { kind, reconcile }: ReconcilerUnit<any, any>,
): Promise<(number | undefined)[]> {
  const { documents } = await context.resources.list(kind.name, { limit: 1000 });
  const again = [];
  for (const found of documents) {
    const document = kind.read(found);
    const own = Object.assign(Object.create(context), { watch() {}, tell() {} }) as ReconcileContext;
    const result = await reconcile(document, own);
    again.push(result.again);
    const after = result.update && { ...document, ...result.update, modified: context.clock.now() };
    const changes = [...(after ? [await kind.put(context, after)] : []), ...(result.changes ?? [])];
    if (changes.length > 0) await context.resources.write(changes, { events: result.events });
  }
  return again;
}

/** Gives a follower all entries of the feed after a sequence, as often as it is asked to. */
export async function follow(context: TestContext, follower: FollowerUnit, after: number): Promise<void> {
  for (const entry of await context.resources.changes(after, 1000))
    if ((follower.kinds as readonly string[]).includes(entry.key.kind)) await follower.handle(entry, context);
}
