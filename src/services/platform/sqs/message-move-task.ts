import { Fault } from "../../../aws/faults.ts";
import { againOnConflict } from "../../../frame/again-on-conflict.ts";
import type { Context } from "../../../frame/context.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import type { Place } from "../../../frame/kind-naming.ts";
import { type MoveTaskDocument, moveTaskKind, moveTasksOf } from "./message-move-task-kind.ts";
import { findQueueOfArn, invalidValue, isFifo, noSuchQueue, queueKind, queueOf } from "./queue-kind.ts";

/** So many tasks of a queue are kept and shown. */
const mostTasks = 10;
const mostPerSecond = 500;

const onArns =
  (operation: string) =>
  ({ SourceArn = "*" }: { readonly SourceArn?: string | undefined }, place: Place) => [
    { action: `sqs:${operation}`, resource: SourceArn === "*" ? queueKind.pattern(place, {}) : SourceArn },
  ];

/** Dead letters on their way to other queues. */
export const messageMoveTask = defineOperations(
  "sqs",
  {
    StartMessageMoveTask: onArns("StartMessageMoveTask"),
    ListMessageMoveTasks: onArns("ListMessageMoveTasks"),
    CancelMessageMoveTask: ({ TaskHandle = "" }, place) =>
      onArns("CancelMessageMoveTask")({ SourceArn: readHandle(TaskHandle)?.source }, place),
  },
  {
    async StartMessageMoveTask({ SourceArn, DestinationArn, MaxNumberOfMessagesPerSecond: rate }, context) {
      if (rate !== undefined && !(rate >= 1 && rate <= mostPerSecond))
        throw invalidValue(
          `Value ${rate} for parameter MaxNumberOfMessagesPerSecond is invalid. Reason: it must be from 1 to ${mostPerSecond}.`,
        );
      const source = await findQueueOfArn(context, SourceArn);
      if (!source) throw noSuchResource(SourceArn);
      if (!(await isDeadLetterQueue(context, SourceArn)))
        throw invalidValue("Source queue must be configured as a Dead Letter Queue.");
      if (DestinationArn !== undefined) {
        const destination = await findQueueOfArn(context, DestinationArn);
        if (!destination) throw noSuchResource(DestinationArn);
        if (isFifo(destination) !== isFifo(source))
          throw invalidValue("Source and destination must be queues of the same type.");
        if (destination.id === source.id) throw invalidValue("Source and destination must be different queues.");
      }
      const tasks = await moveTasksOf(context, SourceArn, mostTasks + 1);
      if (tasks.some(({ status }) => status === "RUNNING" || status === "CANCELLING"))
        throw invalidValue(
          "There is already a task running. Only one active task is allowed for a source queue arn at a given time.",
        );
      const { ready } = await context.queues.counts(queueOf(source));
      const now = context.clock.now();
      const made = {
        key: moveTaskKind.key(context, { TaskId: context.ids.uuid() }),
        ...{ id: context.ids.ulid(), origin: context.origin, status: "RUNNING", created: now, modified: now },
        wanted: { SourceArn, DestinationArn, MaxNumberOfMessagesPerSecond: rate },
        actual: { moved: 0, toMove: ready },
      };
      await context.resources.write([
        await moveTaskKind.put(context, made),
        { require: source.key, expected: "present" },
        ...tasks.slice(mostTasks - 1).map(({ key, version }) => ({ delete: key, expected: version })),
      ]);
      return { TaskHandle: writeHandle(SourceArn, made.key.name) };
    },

    async CancelMessageMoveTask({ TaskHandle }, context) {
      const named = readHandle(TaskHandle);
      if (!named) throw invalidValue(`Value ${TaskHandle} for parameter TaskHandle is invalid.`);
      const key = moveTaskKind.key(context, { TaskId: named.task });
      const task = await againOnConflict(context, async () => {
        const found = await moveTaskKind.find(context, key);
        if (found?.status !== "RUNNING")
          throw new Fault("ResourceNotFoundException", "Task does not exist, or does not run any more.", {
            status: 404,
          });
        await context.resources.write([await moveTaskKind.put(context, { ...found, status: "CANCELLING" })]);
        return found;
      });
      return { ApproximateNumberOfMessagesMoved: task.actual.moved };
    },

    async ListMessageMoveTasks({ SourceArn, MaxResults = 1 }, context) {
      if (MaxResults < 1 || MaxResults > mostTasks)
        throw invalidValue(
          `Value ${MaxResults} for parameter MaxResults is invalid. Reason: it must be from 1 to ${mostTasks}.`,
        );
      if (!(await findQueueOfArn(context, SourceArn))) throw noSuchResource(SourceArn);
      return { Results: (await moveTasksOf(context, SourceArn, MaxResults)).map(shown) };
    },
  },
);

const noSuchResource = (arn: string) =>
  new Fault(
    "ResourceNotFoundException",
    `The resource that you specified for the SourceArn or DestinationArn parameter doesn't exist: ${arn}. ${noSuchQueue().message}`,
    {
      status: 404,
    },
  );

async function isDeadLetterQueue({ account, region, resources }: Context, arn: string): Promise<boolean> {
  const { documents } = await resources.list(queueKind.name, {
    account,
    region,
    labels: { deadLetters: arn },
    limit: 1,
  });
  return documents.length > 0;
}

const writeHandle = (source: string, task: string) => Buffer.from(JSON.stringify({ task, source })).toString("base64");

function readHandle(handle: string): { readonly task: string; readonly source: string } | undefined {
  try {
    const { task, source } = JSON.parse(Buffer.from(handle, "base64").toString("utf8"));
    return typeof task === "string" && typeof source === "string" ? { task, source } : undefined;
  } catch {
    return undefined;
  }
}

function shown({ key, status, created, wanted, actual }: MoveTaskDocument) {
  return {
    ...{
      Status: status,
      SourceArn: wanted.SourceArn,
      DestinationArn: wanted.DestinationArn,
      StartedTimestamp: created,
    },
    TaskHandle: status === "RUNNING" ? writeHandle(wanted.SourceArn, key.name) : undefined,
    MaxNumberOfMessagesPerSecond: wanted.MaxNumberOfMessagesPerSecond,
    ApproximateNumberOfMessagesMoved: actual.moved,
    ApproximateNumberOfMessagesToMove: actual.toMove,
    FailureReason: actual.reason,
  };
}
