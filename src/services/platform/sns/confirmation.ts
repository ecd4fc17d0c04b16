import type { Context } from "../../../frame/context.ts";
import { keepRequest } from "./http-delivery.ts";
import { addressOf, signMembers } from "./signature.ts";
import { type SubscriptionDocument, subscriptionKind } from "./subscription-kind.ts";
import type { TopicDocument } from "./topic-kind.ts";

/** Asks an endpoint whether it wants the messages of a topic. Until it visits the address in it, it gets none. */
export async function requestConfirmation(
  context: Context,
  topic: TopicDocument,
  { key, wanted, actual }: SubscriptionDocument,
): Promise<void> {
  const { TopicArn } = wanted;
  const members = {
    ...{ Type: "SubscriptionConfirmation", MessageId: context.ids.uuid(), Token: actual.token!, TopicArn },
    Message: `You have chosen to subscribe to the topic ${TopicArn}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`,
    SubscribeURL: addressOf(context, { Action: "ConfirmSubscription", TopicArn, Token: actual.token! }),
    Timestamp: new Date(context.clock.now()).toISOString(),
  };
  const body = JSON.stringify({ ...members, ...(await signMembers(context, topic, members)) }, null, 2);
  const { account, region } = topic.key;
  await keepRequest(
    context,
    {
      ...{ type: "SubscriptionConfirmation", account, region, messageId: members.MessageId, topicArn: TopicArn },
      ...{ subscriptionArn: subscriptionKind.arn(key), isRaw: false },
    },
    body,
  );
}
