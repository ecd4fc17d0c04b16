import { Fault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { defineKind, parentText } from "../../../frame/define-kind.ts";
import type { Place } from "../../../frame/kind-naming.ts";
import type { Unchecked } from "../../../frame/permissions.ts";
import { allDocuments, type ResourceDocument, type ResourceKey } from "../../../stores/resources/port.ts";
import { invalidParameter, topicKind } from "./topic-kind.ts";

export interface WantedSubscription {
  readonly TopicArn: string;
  readonly Protocol: "sqs" | "http" | "https";
  readonly Endpoint: string;
  /** The account that has subscribed. */
  readonly Owner: string;
  readonly Attributes: Readonly<Record<string, string>>;
}
interface ActualSubscription {
  /** By which the endpoint confirms. */
  readonly token?: string;
  readonly confirmed?: number;
  /** Whether only its owner may end it. */
  readonly authenticated?: boolean;
}
export type SubscriptionDocument = ResourceDocument<WantedSubscription, ActualSubscription>;

/** What a topic's messages are sent to. */
export const subscriptionKind = defineKind<WantedSubscription, ActualSubscription, "PendingConfirmation" | "Confirmed">(
  {
    service: "sns",
    kind: "subscription",
    arn: "{TopicName}:{SubscriptionId}",
    exactCase: true,
    title: "Subscription",
    listedBy: "ListSubscriptions",
    parent: { kind: "sns/topic", deletion: "takes children" },
    statuses: { PendingConfirmation: { final: true }, Confirmed: { final: true, tone: "good" } },
    labels: { endpoint: ({ wanted }) => `${wanted.Protocol} ${wanted.Endpoint}`.slice(0, 1_000) },
  },
);

export const noSuchSubscription = (): Fault =>
  new Fault("NotFoundException", "Subscription does not exist", { status: 404 });

export const onSubscription =
  (action: string) =>
  ({ SubscriptionArn = "*" }: Unchecked<{ readonly SubscriptionArn?: string | undefined }>, place: Place) => {
    // Permissions are those of the topic, whose ARN a subscription's begins with.
    const key = subscriptionKind.parse(SubscriptionArn);
    const topic = key ? topicKind.pattern(key, { TopicName: subscriptionKind.variables(key).TopicName! }) : undefined;
    return [{ action: `sns:${action}`, resource: topic ?? topicKind.pattern(place, {}) }];
  };

/** @throws Fault for what is no ARN of a subscription, and for one that is not there */
export async function findSubscription(context: Context, arn: string): Promise<SubscriptionDocument> {
  const key = subscriptionKind.parse(arn);
  const elements = arn.split(":").length;
  if (!key && elements < 6)
    throw invalidParameter(`SubscriptionArn Reason: An ARN must have at least 6 elements, not ${elements}`);
  const found = key && subscriptionKind.isIn(context, key) ? await subscriptionKind.find(context, key) : undefined;
  if (!found) throw noSuchSubscription();
  return found;
}

/** Reads the subscriptions of a topic. */
export async function subscriptionsOf(
  context: Pick<Context, "resources">,
  topic: ResourceKey,
  filter: { readonly status?: string; readonly labels?: { readonly endpoint: string } } = {},
): Promise<SubscriptionDocument[]> {
  const { account, region } = topic;
  const query = { account, region, parent: parentText(topic), ...filter };
  const found: SubscriptionDocument[] = [];
  for await (const document of allDocuments(context.resources, subscriptionKind.name, query))
    found.push(subscriptionKind.read(document));
  return found;
}
