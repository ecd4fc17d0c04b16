import type { Grant } from "../aws/caller.ts";
import type { Context } from "./context.ts";

/** What a topic is told. */
export interface TopicNotification {
  /** Of this account and region, or one whose policy lets the caller publish. */
  readonly topicArn: string;
  /** Up to 256 KiB. A document is given as it is, and told as JSON. */
  readonly message: string | object;
  /** Up to 100 visible characters of ASCII; none when left out. */
  readonly subject?: string | undefined;
  /** Texts by which subscriptions may filter. */
  readonly attributes?: Readonly<Record<string, string>> | undefined;
}

/**
 * Publishes to a topic: the one way in which another part of the product does. When it returns, the message is with every
 * queue that is subscribed and kept for every other endpoint, and a kill of the server loses none of it. A repeated
 * call publishes again, so who may be killed between an act and its notification publishes at least once.
 *
 * @param context who publishes: that of a role (`context.as(roleArn)`), which needs `sns:Publish` on the topic; or of the
 *   service, in a reconciler or follower whose `grants` have `publishGrants(topicArn)`
 * @returns the id of the message
 * @throws Fault NotFoundException where there is no such topic, AuthorizationError where the caller may not, and
 *   InvalidParameterException; after these it is of no use to try again
 */
export async function publishNotification(
  context: Pick<Context, "call">,
  { topicArn, message, subject, attributes = {} }: TopicNotification,
): Promise<string> {
  const { MessageId } = await context.call("sns", "Publish", {
    TopicArn: topicArn,
    Message: typeof message === "string" ? message : JSON.stringify(message),
    Subject: subject,
    MessageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: "String", StringValue }]),
    ),
  });
  return MessageId!;
}

/** What the service needs in order to publish to a topic; `*` stands for any. */
export const publishGrants = (topicArn: string): readonly Grant[] => [
  { actions: ["sns:Publish"], resources: [topicArn === "*" ? "arn:aws:sns:*:*:*" : topicArn] },
];
