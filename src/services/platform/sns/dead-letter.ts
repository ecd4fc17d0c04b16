import { Fault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { deadLettersOf } from "./subscription-attributes.ts";
import type { SubscriptionDocument } from "./subscription-kind.ts";
import type { TopicDocument } from "./topic-kind.ts";

/** Returns the context of a topic, whose ARN the policies of queues may name. */
export const asTopic = (context: Context, { key, wanted }: TopicDocument): Context =>
  context.asService({
    ...{ service: "sns.amazonaws.com", arn: `arn:aws:sns:${key.region}:${key.account}:${wanted.Name}` },
    account: key.account,
  });

/** The URL of a queue by its ARN, for calls in process. */
export const urlOf = (queueArn: string): string => {
  const [account, name] = queueArn.split(":").slice(4);
  return `/${account}/${name}`;
};

/** Sends what could not be delivered to the dead letters of the subscription; without any it is gone, as on AWS. */
export async function deadLetter(
  context: Context,
  topic: TopicDocument,
  { wanted }: SubscriptionDocument,
  MessageBody: string,
  of: { readonly messageId: string; readonly group?: string | undefined; readonly deduplication?: string | undefined },
): Promise<void> {
  const target = deadLettersOf(wanted.Attributes.RedrivePolicy);
  if (target === undefined) return;
  const { deduplication, group, messageId } = of;
  const isFifo = target.endsWith(".fifo");
  try {
    await asTopic(context, topic).call("sqs", "SendMessage", {
      ...{ QueueUrl: urlOf(target), MessageBody, MessageGroupId: isFifo ? (group ?? messageId) : group },
      ...(isFifo && { MessageDeduplicationId: deduplication ?? messageId }),
    });
  } catch (error) {
    if (!(error instanceof Fault) || error.status >= 500) throw error;
  }
}
