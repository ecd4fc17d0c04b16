import { Fault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { asTopic, deadLetter, urlOf } from "./dead-letter.ts";
import { attributesForFilter, passesFilter, readFilterPolicy } from "./filter-policy.ts";
import { keepRequest } from "./http-delivery.ts";
import { envelope, type Notification } from "./notification.ts";
import { addressOf, sign } from "./signature.ts";
import { type SubscriptionDocument, subscriptionKind, subscriptionsOf } from "./subscription-kind.ts";
import { isFifoTopic, numbersOf, type TopicDocument } from "./topic-kind.ts";

/** What goes along with a message in a FIFO topic. */
interface Fifo {
  readonly group: string | undefined;
  readonly deduplication: string | undefined;
}

/**
 * Gives a message to all subscriptions whose filter lets it through.
 * @throws Fault InternalError when a queue could not keep it; it may be published again
 */
export async function deliver(
  context: Context,
  topic: TopicDocument,
  notification: Notification,
  group: string | undefined,
  deduplication: string | undefined,
): Promise<{ MessageId: string; SequenceNumber?: string }> {
  const MessageId = notification.messageId;
  if (!isFifoTopic(topic)) {
    await toSubscriptions(context, topic, notification, { group, deduplication: undefined });
    return { MessageId };
  }
  const isOfGroup = topic.wanted.Attributes.FifoThroughputScope === "MessageGroup";
  const id = isOfGroup ? `${group} ${deduplication}` : deduplication!;
  const { isDone, messageId, sequence } = await context.queues.number(numbersOf(topic), id, MessageId);
  if (!isDone) {
    // Where a call before has failed, queues that have the message already take it once.
    await toSubscriptions(context, topic, { ...notification, messageId, sequence }, { group, deduplication });
    await context.queues.done(numbersOf(topic), id);
  }
  return { MessageId: messageId, SequenceNumber: sequence };
}

async function toSubscriptions(context: Context, topic: TopicDocument, notification: Notification, fifo: Fifo) {
  const subscriptions = await subscriptionsOf(context, topic.key, { status: "Confirmed" });
  const passing = subscriptions.filter((one) => passes(one, notification));
  const outcomes = await Promise.allSettled(
    passing.map((one) =>
      one.wanted.Protocol === "sqs"
        ? toQueue(context, topic, one, notification, fifo)
        : toEndpoint(context, topic, one, notification),
    ),
  );
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
}

const messageFor = ({ messages }: Notification, protocol: string): string => messages[protocol] ?? messages.default!;

function passes({ wanted }: SubscriptionDocument, notification: Notification): boolean {
  const { FilterPolicy, FilterPolicyScope } = wanted.Attributes;
  if (!FilterPolicy) return true;
  const policy = readFilterPolicy(FilterPolicy);
  if (FilterPolicyScope !== "MessageBody") return passesFilter(policy, attributesForFilter(notification.attributes));
  try {
    const body: unknown = JSON.parse(messageFor(notification, wanted.Protocol));
    return typeof body === "object" && body !== null && !Array.isArray(body) && passesFilter(policy, body);
  } catch {
    return false;
  }
}

const mostRawAttributes = 10;

async function toQueue(
  context: Context,
  topic: TopicDocument,
  subscription: SubscriptionDocument,
  notification: Notification,
  { group, deduplication }: Fifo,
): Promise<void> {
  const { Endpoint, Attributes } = subscription.wanted;
  const isRaw = Attributes.RawMessageDelivery?.toLowerCase() === "true";
  const message = messageFor(notification, "sqs");
  const raw = Object.entries(notification.attributes);
  // AWS drops a raw message with more attributes than a queue takes.
  if (isRaw && raw.length > mostRawAttributes)
    return deadLetter(context, topic, subscription, message, { ...notification, group, deduplication });
  const MessageBody = isRaw
    ? message
    : envelope(
        notification,
        message,
        await sign(context, topic, notification, message),
        unsubscribeUrl(context, subscription),
      );
  const isFifo = Endpoint.endsWith(".fifo");
  try {
    await asTopic(context, topic).call("sqs", "SendMessage", {
      ...{ QueueUrl: urlOf(Endpoint), MessageBody, MessageGroupId: group },
      ...(isFifo && { MessageDeduplicationId: deduplication }),
      ...(isRaw && raw.length > 0 && { MessageAttributes: attributesForQueue(notification) }),
    });
  } catch (error) {
    if (!(error instanceof Fault) || error.status >= 500) throw error;
    // What the queue refuses is not sent to it again.
    await deadLetter(context, topic, subscription, MessageBody, { ...notification, group, deduplication });
  }
}

const unsubscribeUrl = (context: Context, { key }: SubscriptionDocument): string =>
  addressOf(context, { Action: "Unsubscribe", SubscriptionArn: subscriptionKind.arn(key) });

async function toEndpoint(
  context: Context,
  topic: TopicDocument,
  subscription: SubscriptionDocument,
  notification: Notification,
): Promise<void> {
  const { Attributes, Protocol } = subscription.wanted;
  const isRaw = Attributes.RawMessageDelivery?.toLowerCase() === "true";
  const message = messageFor(notification, Protocol);
  const body = isRaw
    ? message
    : envelope(
        notification,
        message,
        await sign(context, topic, notification, message),
        unsubscribeUrl(context, subscription),
      );
  const { account, region } = topic.key;
  const { messageId, topicArn } = notification;
  const subscriptionArn = subscriptionKind.arn(subscription.key);
  await keepRequest(
    context,
    { type: "Notification", account, region, messageId, topicArn, subscriptionArn, isRaw },
    body,
  );
}

const attributesForQueue = ({ attributes }: Notification) =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, { Type, Value }]) => [
      name,
      Type.startsWith("Binary")
        ? { DataType: Type, BinaryValue: Buffer.from(Value, "base64") }
        : { DataType: Type === "String.Array" ? "String" : Type, StringValue: Value },
    ]),
  );
