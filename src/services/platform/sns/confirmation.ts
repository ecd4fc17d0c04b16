import type { Context } from "../../../frame/context.ts";
import { writeEndedToken } from "./ended-token.ts";
import { keepRequest } from "./http-delivery.ts";
import { addressOf, signMembers } from "./signature.ts";
import { type SubscriptionDocument, subscriptionKind } from "./subscription-kind.ts";
import type { TopicDocument } from "./topic-kind.ts";

/** Asks an endpoint whether it wants the messages of a topic. Until it visits the address in it, it gets none. */
export async function requestConfirmation(
  context: Context,
  topic: TopicDocument,
  subscription: SubscriptionDocument,
): Promise<void> {
  const words = `You have chosen to subscribe to the topic ${subscription.wanted.TopicArn}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`;
  await ask(context, topic, subscription, "SubscriptionConfirmation", words, subscription.actual.token!);
}

/** Tells an endpoint that its subscription has ended, with an address by which it is there again. */
export async function tellEnd(
  context: Context,
  topic: TopicDocument,
  subscription: SubscriptionDocument,
): Promise<void> {
  const token = writeEndedToken(context, subscription);
  if (token === undefined) return;
  const arn = subscriptionKind.arn(subscription.key);
  const words = `You have chosen to deactivate subscription ${arn}.\nTo cancel this operation and restore the subscription, visit the SubscribeURL included in this message.`;
  await ask(context, topic, subscription, "UnsubscribeConfirmation", words, token);
}

async function ask(
  context: Context,
  topic: TopicDocument,
  { key, wanted }: SubscriptionDocument,
  type: "SubscriptionConfirmation" | "UnsubscribeConfirmation",
  words: string,
  Token: string,
): Promise<void> {
  const { TopicArn } = wanted;
  const members = {
    ...{ Type: type, MessageId: context.ids.uuid(), Token, TopicArn, Message: words },
    SubscribeURL: addressOf(context, { Action: "ConfirmSubscription", TopicArn, Token }),
    Timestamp: new Date(context.clock.now()).toISOString(),
  };
  const body = JSON.stringify({ ...members, ...(await signMembers(context, topic, members)) }, null, 2);
  const { account, region } = topic.key;
  await keepRequest(
    context,
    {
      ...{ type, account, region, messageId: members.MessageId, topicArn: TopicArn },
      ...{ subscriptionArn: subscriptionKind.arn(key), isRaw: false },
      ...(type === "UnsubscribeConfirmation" && { ended: wanted }),
    },
    body,
  );
}
