import type { Context } from "../../../frame/context.ts";
import { defineConsumer } from "../../../frame/define-consumer.ts";
import type { QueueOf } from "../../../stores/queues/port.ts";
import { deadLetter } from "./dead-letter.ts";
import { contentTypeOf, delayBefore, retriesOf } from "./delivery-policy.ts";
import { post } from "./post.ts";
import { subscriptionKind, type WantedSubscription } from "./subscription-kind.ts";
import { topicKind } from "./topic-kind.ts";

/** What is kept of a request beside its body. */
interface Details {
  readonly type: "Notification" | "SubscriptionConfirmation" | "UnsubscribeConfirmation";
  readonly account: string;
  readonly region: string;
  readonly messageId: string;
  readonly topicArn: string;
  readonly subscriptionArn: string;
  readonly isRaw: boolean;
  /** What was wanted of a subscription that is no more. */
  readonly ended?: WantedSubscription;
}

/** AWS tries for 13 days at most. */
const queue: QueueOf = { id: "sns-http", retentionMilliseconds: 13 * 86_400_000 };

/** Keeps a request to an endpoint until it is answered. */
export async function keepRequest(context: Context, details: Details, body: string): Promise<void> {
  const { messageId } = details;
  await context.queues.send(queue, [{ messageId, body, details: JSON.stringify(details), delayMilliseconds: 0 }]);
}

const subscriptionId = ({ subscriptionArn }: Details): string =>
  subscriptionArn.slice(subscriptionArn.lastIndexOf(":") + 1);

const isDelivered = (status: number) => status >= 200 && status < 300;
/** A refusal is the endpoint's last word, but for one of too many requests. */
const isFinal = (status: number) => status >= 400 && status < 500 && status !== 429;

/** Sends what topics have for HTTP endpoints, and tries again as delivery policies say. */
export const httpDelivery = defineConsumer({
  name: "sns-http",
  queue,
  atOnce: 16,
  // A slow endpoint holds up nothing but what it is sent itself.
  laneOf: ({ details }) => subscriptionId(JSON.parse(details) as Details),
  hiddenMilliseconds: 60_000,
  async handle({ body, details, receives }, contextOf) {
    const parsed = JSON.parse(details) as Details;
    const { account, ended, region, isRaw, messageId, subscriptionArn, topicArn, type } = parsed;
    const context = contextOf({ account, region }, topicArn);
    const key = subscriptionKind.parse(subscriptionArn);
    const subscription = key && (await subscriptionKind.find(context, key));
    const topicKey = topicKind.parse(topicArn);
    const topic = topicKey && (await topicKind.find(context, topicKey));
    // Nobody waits for it any more.
    const wanted = ended ?? subscription?.wanted;
    if (!wanted || !topic) return undefined;
    const { Attributes, Endpoint } = wanted;
    const policies = [topic.wanted.Attributes.DeliveryPolicy, Attributes.DeliveryPolicy] as const;
    const status = await post(
      Endpoint,
      {
        ...{ "x-amz-sns-message-type": type, "x-amz-sns-message-id": messageId, "x-amz-sns-topic-arn": topicArn },
        "Content-Type": contentTypeOf(...policies) ?? "text/plain; charset=UTF-8",
        "User-Agent": "Amazon Simple Notification Service Agent",
        ...(type === "Notification" && { "x-amz-sns-subscription-arn": subscriptionArn }),
        ...(isRaw && { "x-amz-sns-rawdelivery": "true" }),
      },
      body,
      context.settings.privateEndpoints === "on",
    ).catch(() => 0);
    if (isDelivered(status)) return undefined;
    const seconds = isFinal(status) ? undefined : delayBefore(receives, retriesOf(...policies));
    if (seconds !== undefined) return seconds * 1000;
    if (subscription && type === "Notification") await deadLetter(context, topic, subscription, body, { messageId });
    return undefined;
  },
});
