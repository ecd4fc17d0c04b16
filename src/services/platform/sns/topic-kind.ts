import { Fault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { defineKind, type Nothing } from "../../../frame/define-kind.ts";
import type { Place } from "../../../frame/kind-naming.ts";
import { type Refusals, refusalsOf } from "../../../frame/not-built.ts";
import type { Unchecked } from "../../../frame/permissions.ts";
import type { Tag } from "../../../frame/resource-tags.ts";
import type { QueueOf } from "../../../stores/queues/port.ts";
import type { ResourceDocument } from "../../../stores/resources/port.ts";

export interface WantedTopic {
  readonly Name: string;
  /** Those that were given. */
  readonly Attributes: Readonly<Record<string, string>>;
  readonly Tags: readonly Tag[];
}
export type TopicDocument = ResourceDocument<WantedTopic, Nothing>;

/** A topic. What is published to it goes to its subscriptions. */
export const topicKind = defineKind<WantedTopic, Nothing>({
  service: "sns",
  kind: "topic",
  arn: "{TopicName}",
  exactCase: true,
  title: "Topic",
  listedBy: "ListTopics",
  tags: true,
  ownPolicy: true,
});

export const { notBuilt, refuseMembers }: Refusals = refusalsOf("sns");

/** @param reason as AWS writes it behind "Invalid parameter: " */
export const invalidParameter = (reason: string): Fault =>
  new Fault("InvalidParameterException", `Invalid parameter: ${reason}`);
export const noSuchTopic = (): Fault => new Fault("NotFoundException", "Topic does not exist", { status: 404 });

export const onTopic =
  (action: string) =>
  ({ TopicArn = "*" }: Unchecked<{ readonly TopicArn?: string | undefined }>, place: Place) => [
    { action: `sns:${action}`, resource: TopicArn === "*" ? topicKind.pattern(place, {}) : TopicArn },
  ];

/** Returns the topic of an ARN. @throws Fault for what is no ARN of a topic, and for one that is not there */
export async function findTopic(context: Context, arn: string | undefined): Promise<TopicDocument> {
  const key = arn === undefined ? undefined : topicKind.parse(arn);
  if (!key)
    throw invalidParameter(
      `TopicArn Reason: An ARN must have at least 6 elements, not ${arn?.split(":").length ?? 0}: ${arn}`,
    );
  const found = topicKind.isIn(context, key) ? await topicKind.find(context, key) : undefined;
  if (!found) throw noSuchTopic();
  return found;
}

/** Where a FIFO topic numbers its messages. */
export const numbersOf = ({ id }: Pick<TopicDocument, "id">): QueueOf => ({
  id: `topic-${id}`,
  ...{ retentionMilliseconds: 300_000, fifo: { deduplicatesInGroup: false } },
});

export const isFifoTopic = ({ wanted }: TopicDocument): boolean => wanted.Attributes.FifoTopic === "true";
