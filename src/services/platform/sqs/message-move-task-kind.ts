import type { Context } from "../../../frame/context.ts";
import { defineKind } from "../../../frame/define-kind.ts";
import type { ResourceDocument } from "../../../stores/resources/port.ts";

interface WantedMoveTask {
  readonly SourceArn: string;
  /** Without one, each message goes back to the queue that it came from. */
  readonly DestinationArn?: string | undefined;
  readonly MaxNumberOfMessagesPerSecond?: number | undefined;
}
interface ActualMoveTask {
  readonly moved: number;
  /** How many there were at the beginning. */
  readonly toMove: number;
  readonly reason?: string;
}
export type MoveTaskDocument = ResourceDocument<WantedMoveTask, ActualMoveTask>;
type Status = "RUNNING" | "CANCELLING" | "COMPLETED" | "CANCELLED" | "FAILED";

/** The moving of dead letters to other queues. */
export const moveTaskKind = defineKind<WantedMoveTask, ActualMoveTask, Status>({
  service: "sqs",
  kind: "message-move-task",
  key: ["TaskId"],
  exactCase: true,
  title: "Message move task",
  listedBy: "ListMessageMoveTasks",
  statuses: {
    RUNNING: { final: false },
    CANCELLING: { final: false },
    COMPLETED: { final: true, tone: "good" },
    CANCELLED: { final: true },
    FAILED: { final: true, tone: "bad" },
  },
  running: ["RUNNING", "CANCELLING"],
  labels: { source: ({ wanted }) => wanted.SourceArn },
});

/** Returns the tasks of a queue, the newest first. */
export async function moveTasksOf(context: Context, source: string, limit: number): Promise<MoveTaskDocument[]> {
  const { account, region } = context;
  const query = { account, region, labels: { source }, sort: { by: "created", descending: true } as const, limit };
  const { documents } = await context.resources.list(moveTaskKind.name, query);
  return documents.map(moveTaskKind.read);
}
