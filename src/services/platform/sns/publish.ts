import { createHash } from "node:crypto";
import { Fault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import type { InputOf } from "../../../wire/operations.ts";
import { deliver } from "./deliver.ts";
import { keepMessageAttributes, messageAttributesBytes } from "./message-attributes.ts";
import type { Notification } from "./notification.ts";
import { checkBatch } from "./publish-batch.ts";
import { findTopic, invalidParameter, isFifoTopic, notBuilt, onTopic, type TopicDocument } from "./topic-kind.ts";

type Input = InputOf<typeof import("@aws-sdk/client-sns"), "Publish">;
type Published = Pick<
  Input,
  "Message" | "Subject" | "MessageStructure" | "MessageAttributes" | "MessageDeduplicationId" | "MessageGroupId"
>;

const mostBytes = 262_144;
const mostSubject = 100;

const onTarget = (input: Readonly<Partial<Pick<Input, "TopicArn" | "TargetArn">>>) => [
  { action: "sns:Publish", resource: input.TopicArn ?? input.TargetArn ?? "*" },
];

/** Publishing. A message is with every queue that is subscribed, and kept for every other endpoint, when it is answered. */
export const publish = defineOperations(
  "sns",
  { Publish: onTarget, PublishBatch: onTopic("Publish") },
  {
    async Publish(input, context) {
      if (input.PhoneNumber !== undefined) throw notBuilt(context, "PhoneNumber", "publish to a topic");
      const arn = input.TopicArn ?? input.TargetArn;
      if (arn === undefined) throw invalidParameter("TopicArn or TargetArn Reason: no value for required parameter");
      if (/^arn:aws:sns:[^:]*:\d{12}:endpoint\//.test(arn))
        throw notBuilt(context, "A TargetArn that is no topic", "publish to a topic");
      const topic = await findTopic(context, arn);
      const { notification, group, deduplication } = newNotification(context, topic, input);
      return deliver(context, topic, notification, group, deduplication);
    },

    async PublishBatch({ TopicArn, PublishBatchRequestEntries: entries }, context) {
      const topic = await findTopic(context, TopicArn);
      checkBatch(entries);
      // One without a group is no fault of that entry alone.
      for (const { MessageGroupId } of entries) checkGroup(topic, MessageGroupId);
      const bytes = entries.reduce((sum, { Message }) => sum + Buffer.byteLength(Message), 0);
      if (bytes > mostBytes)
        throw new Fault(
          "BatchRequestTooLongException",
          `The length of all the messages put together is more than the limit: ${bytes} bytes; it is ${mostBytes}.`,
        );
      const Successful: { Id: string; MessageId: string; SequenceNumber?: string | undefined }[] = [];
      const Failed: { Id: string; Code: string; Message: string; SenderFault: boolean }[] = [];
      for (const { Id, ...entry } of entries) {
        try {
          const { notification, group, deduplication } = newNotification(context, topic, entry);
          Successful.push({ Id, ...(await deliver(context, topic, notification, group, deduplication)) });
        } catch (error) {
          if (!(error instanceof Fault)) throw error;
          Failed.push({
            Id,
            Code: error.code.replace(/Exception$/, ""),
            Message: error.message,
            SenderFault: error.status < 500,
          });
        }
      }
      return { Successful, Failed };
    },
  },
);

function newNotification(context: Context, topic: TopicDocument, input: Published) {
  const { Message, Subject, MessageStructure, MessageGroupId: group } = input;
  if (Message === "") throw invalidParameter("Empty message");
  const attributes = keepMessageAttributes(input.MessageAttributes);
  if (Buffer.byteLength(Message) + messageAttributesBytes(attributes) > mostBytes)
    throw invalidParameter("Message too long");
  // Subjects of e-mails, which every protocol is told of.
  if (Subject !== undefined && !new RegExp(`^[!-~][ -~]{0,${mostSubject - 1}}$`).test(Subject))
    throw invalidParameter("Subject");
  const notification: Notification = {
    messageId: context.ids.uuid(),
    topicArn: `arn:aws:sns:${topic.key.region}:${topic.key.account}:${topic.wanted.Name}`,
    subject: Subject,
    messages: MessageStructure === undefined ? { default: Message } : readStructure(MessageStructure, Message),
    attributes,
    timestamp: new Date(context.clock.now()).toISOString(),
  };
  if (!isFifoTopic(topic)) {
    if (input.MessageDeduplicationId !== undefined)
      throw invalidParameter(
        "MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type",
      );
    return { notification, group, deduplication: undefined };
  }
  checkGroup(topic, group);
  const isContentBased = topic.wanted.Attributes.ContentBasedDeduplication === "true";
  if (input.MessageDeduplicationId === undefined && !isContentBased)
    throw invalidParameter(
      "The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
    );
  const deduplication = input.MessageDeduplicationId ?? createHash("sha256").update(Message).digest("hex");
  return { notification, group, deduplication };
}

/** A message for each protocol. @throws Fault for what is none, and for one without a default */
function readStructure(structure: string, message: string): Readonly<Record<string, string>> {
  if (structure !== "json") throw invalidParameter(`MessageStructure: ${structure}; it must be json, or be left out`);
  let messages: unknown;
  try {
    messages = JSON.parse(message);
  } catch {
    throw invalidParameter("Message Structure - JSON message body failed to parse");
  }
  if (typeof messages !== "object" || messages === null || Array.isArray(messages))
    throw invalidParameter("Message Structure - JSON message body failed to parse");
  const texts = Object.entries(messages).filter(([, value]) => typeof value === "string");
  if (!texts.some(([protocol]) => protocol === "default"))
    throw invalidParameter("Message Structure - No default entry in JSON message body");
  return Object.fromEntries(texts);
}

function checkGroup(topic: TopicDocument, group: string | undefined): void {
  if (isFifoTopic(topic) && group === undefined)
    throw invalidParameter("The MessageGroupId parameter is required for FIFO topics");
}
