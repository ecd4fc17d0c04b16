import type { Context } from "../../../frame/context.ts";
import { defineReconciler } from "../../../frame/define-reconciler.ts";
import type { QueueOf } from "../../../stores/queues/port.ts";
import { allDocuments } from "../../../stores/resources/port.ts";
import { type MoveTaskDocument, moveTaskKind } from "./message-move-task-kind.ts";
import { findQueueOfArn, queueKind, queueOf } from "./queue-kind.ts";

const atOnce = 500;

/** Moves dead letters, so many at a time, until there is none. */
export const moveTaskReconciler = defineReconciler({
  kind: moveTaskKind,
  unfinished: ["RUNNING", "CANCELLING"],
  async reconcile(task, context) {
    const { actual, status, wanted } = task;
    if (status === "CANCELLING") return { update: { status: "CANCELLED" } };
    const source = await findQueueOfArn(context, wanted.SourceArn);
    if (!source) return failed(actual, "AWS.SimpleQueueService.NonExistentQueue");
    const to = await destinationsOf(context, wanted);
    const rate = wanted.MaxNumberOfMessagesPerSecond;
    const limit = rate ?? atOnce;
    const { moved } = await context.queues.move(queueOf(source), limit, (message) => to(message.source));
    const counted = { ...actual, moved: actual.moved + moved };
    if (moved === limit)
      return { update: { actual: counted }, ...(rate !== undefined && { again: context.clock.now() + 1_000 }) };
    const { ready } = await context.queues.counts(queueOf(source));
    return ready === 0
      ? { update: { status: "COMPLETED", actual: counted } }
      : failed(counted, "CouldNotDetermineMessageSource");
  },
});

const failed = (actual: MoveTaskDocument["actual"], reason: string) => ({
  update: { status: "FAILED", actual: { ...actual, reason } },
});

/** Returns how the queue of a message is found by the ARN of the queue that it came from. */
async function destinationsOf(
  context: Context,
  { DestinationArn, SourceArn }: MoveTaskDocument["wanted"],
): Promise<(source: string | undefined) => QueueOf | undefined> {
  if (DestinationArn !== undefined) {
    const destination = await findQueueOfArn(context, DestinationArn);
    const of = destination && queueOf(destination);
    return () => of;
  }
  const { account, region } = context;
  const sources = new Map<string, QueueOf>();
  const query = { account, region, labels: { deadLetters: SourceArn } };
  for await (const document of allDocuments(context.resources, queueKind.name, query)) {
    const queue = queueKind.read(document);
    sources.set(queueKind.arn(queue.key), queueOf(queue));
  }
  return (source) => (source === undefined ? undefined : sources.get(source));
}
