import { createHash } from "node:crypto";
import { Fault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import type { HandleOutcome, NewMessage, SentMessage, TakenMessage } from "../../../stores/queues/port.ts";
import type { InputOf } from "../../../wire/operations.ts";
import {
  attributesMd5,
  chosenAttributes,
  isAllowedText,
  type KeptAttributes,
  keepAttributes,
  showAttribute,
} from "./message-attributes.ts";
import { checkBatch, inBatch } from "./message-batch.ts";
import { attributeOf, numberOf } from "./queue-attributes.ts";
import {
  findQueue,
  findQueueOfArn,
  invalidValue,
  isFifo,
  missingParameter,
  mostInFlight,
  onQueue,
  type QueueDocument,
  queueKind,
  queueOf,
  redriveOf,
} from "./queue-kind.ts";

type SQS = typeof import("@aws-sdk/client-sqs");
type SendInput = Omit<InputOf<SQS, "SendMessage">, "QueueUrl">;

/** What is kept of a message beside its body. */
interface Details {
  readonly attributes?: KeptAttributes;
  readonly system?: KeptAttributes;
  readonly sender: string;
}

const mostHidden = 43_200;
const mostTaken = 10;
const mostBatchBytes = 1_048_576;
const systemNames = [
  "SenderId",
  "SentTimestamp",
  "ApproximateReceiveCount",
  "ApproximateFirstReceiveTimestamp",
  "SequenceNumber",
  "MessageDeduplicationId",
  "MessageGroupId",
  "AWSTraceHeader",
  "DeadLetterQueueSourceArn",
] as const;
type SystemName = (typeof systemNames)[number];

/** The messages of queues. What is sent, taken, hidden or removed is durable when the answer is sent. */
export const message = defineOperations(
  "sqs",
  {
    SendMessage: onQueue("SendMessage"),
    SendMessageBatch: onQueue("SendMessage"),
    ReceiveMessage: onQueue("ReceiveMessage"),
    DeleteMessage: onQueue("DeleteMessage"),
    DeleteMessageBatch: onQueue("DeleteMessage"),
    ChangeMessageVisibility: onQueue("ChangeMessageVisibility"),
    ChangeMessageVisibilityBatch: onQueue("ChangeMessageVisibility"),
  },
  {
    async SendMessage({ QueueUrl, ...input }, context) {
      const queue = await findQueue(context, QueueUrl);
      const message = newMessage(queue, input, context);
      const [sent] = await context.queues.send(queueOf(queue), [message]);
      return answerOf(queue, message, sent!);
    },

    async SendMessageBatch({ QueueUrl, Entries }, context) {
      const queue = await findQueue(context, QueueUrl);
      checkBatch(Entries, "SendMessageBatchRequestEntry");
      // One without a group is no fault of that entry alone.
      if (isFifo(queue) && Entries.some(({ MessageGroupId }) => MessageGroupId === undefined))
        throw missingParameter("MessageGroupId");
      if (Entries.some(({ MessageDeduplicationId }) => MessageDeduplicationId === undefined)) checkByContent(queue);
      const bytes = Entries.reduce((sum, entry) => sum + bytesOf(entry), 0);
      if (bytes > mostBatchBytes)
        throw new Fault(
          "BatchRequestTooLong",
          `Batch requests cannot be longer than ${mostBatchBytes} bytes. You have sent ${bytes} bytes.`,
        );
      const { done, Failed } = await inBatch(Entries, async (entry) => newMessage(queue, entry, context));
      const messages = done.map(({ result }) => result);
      const sent = messages.length > 0 ? await context.queues.send(queueOf(queue), messages) : [];
      const Successful = done.map(({ Id, result }, index) => ({ Id, ...answerOf(queue, result, sent[index]!) }));
      return { Successful, Failed };
    },

    async ReceiveMessage(input, context) {
      const queue = await findQueue(context, input.QueueUrl);
      const { MaxNumberOfMessages: limit = 1, VisibilityTimeout, WaitTimeSeconds } = input;
      if (limit < 1 || limit > mostTaken)
        throw invalidValue(
          `Value ${limit} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and ${mostTaken}, if provided.`,
        );
      const hidden = VisibilityTimeout ?? numberOf(queue.wanted, "VisibilityTimeout");
      checkHidden(hidden);
      const wait = WaitTimeSeconds ?? numberOf(queue.wanted, "ReceiveMessageWaitTimeSeconds");
      if (wait < 0 || wait > 20)
        throw invalidValue(
          `Value ${wait} for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.`,
        );
      const system = askedSystemNames([...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])]);
      if (input.ReceiveRequestAttemptId !== undefined && !isFifo(queue))
        throw invalidValue("The request includes ReceiveRequestAttemptId, which is for FIFO queues alone.");
      const taken = await context.queues.receive(queueOf(queue), {
        ...{ limit, hiddenMilliseconds: hidden * 1000, waitMilliseconds: wait * 1000, signal: context.signal },
        attempt: input.ReceiveRequestAttemptId,
        deadLetters: await deadLettersOf(queue, context),
      });
      // As on AWS, who waits and who reads a FIFO queue is told of nothing.
      if (taken.length === 0 && wait === 0 && !isFifo(queue)) await checkInFlight(queue, context);
      const names = input.MessageAttributeNames ?? [];
      return { Messages: taken.length > 0 ? taken.map((one) => shown(one, system, names)) : undefined };
    },

    async DeleteMessage({ QueueUrl, ReceiptHandle }, context) {
      const queue = await findQueue(context, QueueUrl);
      const [outcome] = await context.queues.remove(queueOf(queue), [ReceiptHandle]);
      checkDeleted(queue, ReceiptHandle, outcome!);
      return {};
    },

    async DeleteMessageBatch({ QueueUrl, Entries }, context) {
      const queue = await findQueue(context, QueueUrl);
      checkBatch(Entries, "DeleteMessageBatchRequestEntry");
      const handles = Entries.map(({ ReceiptHandle }) => ReceiptHandle);
      const outcomes = await context.queues.remove(queueOf(queue), handles);
      const { done, Failed } = await inBatch(Entries, async ({ ReceiptHandle }, index) =>
        checkDeleted(queue, ReceiptHandle, outcomes[index]!),
      );
      return { Successful: done.map(({ Id }) => ({ Id })), Failed };
    },

    async ChangeMessageVisibility({ QueueUrl, ReceiptHandle: handle, VisibilityTimeout }, context) {
      const queue = await findQueue(context, QueueUrl);
      checkHidden(VisibilityTimeout);
      await changeVisibility(context, queue, handle, VisibilityTimeout);
      return {};
    },

    async ChangeMessageVisibilityBatch({ QueueUrl, Entries }, context) {
      const queue = await findQueue(context, QueueUrl);
      checkBatch(Entries, "ChangeMessageVisibilityBatchRequestEntry");
      const { done, Failed } = await inBatch(Entries, async ({ ReceiptHandle: handle, VisibilityTimeout = 0 }) => {
        checkHidden(VisibilityTimeout);
        await changeVisibility(context, queue, handle, VisibilityTimeout);
      });
      return { Successful: done.map(({ Id }) => ({ Id })), Failed };
    },
  },
);

/** What a message counts as, whether or not it is refused. */
const bytesOf = ({ MessageBody = "", MessageAttributes = {} }: SendInput): number =>
  Object.entries(MessageAttributes).reduce((sum, [name, one]) => {
    const value = one?.BinaryValue?.length ?? Buffer.byteLength(one?.StringValue ?? "");
    return sum + Buffer.byteLength(name) + Buffer.byteLength(one?.DataType ?? "") + value;
  }, Buffer.byteLength(MessageBody));

/** @throws Fault where a FIFO queue does not know a message again by its content */
function checkByContent(queue: QueueDocument): void {
  if (isFifo(queue) && attributeOf(queue.wanted, "ContentBasedDeduplication") !== "true")
    throw invalidValue(
      "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
    );
}

function newMessage(queue: QueueDocument, input: SendInput, context: Context): NewMessage {
  const { MessageBody: body, DelaySeconds, MessageGroupId: group } = input;
  if (body === undefined || body === "") throw missingParameter("MessageBody");
  if (!isAllowedText(body))
    throw new Fault(
      "InvalidMessageContents",
      "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | [#x20 to #xD7FF] | [#xE000 to #xFFFD] | [#x10000 to #x10FFFF].",
    );
  const attributes = keepAttributes(input.MessageAttributes);
  const system = keepSystem(input.MessageSystemAttributes);
  const sizeBytes = bytesOf(input);
  const most = numberOf(queue.wanted, "MaximumMessageSize");
  if (sizeBytes > most)
    throw invalidValue(`One or more parameters are invalid. Reason: Message must be shorter than ${most} bytes.`);
  if (DelaySeconds !== undefined && !(DelaySeconds >= 0 && DelaySeconds <= 900))
    throw invalidValue(
      `Value ${DelaySeconds} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.`,
    );
  const details: Details = {
    ...(Object.keys(attributes).length > 0 && { attributes }),
    ...(Object.keys(system).length > 0 && { system }),
    sender: context.caller.userId,
  };
  const delay = DelaySeconds ?? numberOf(queue.wanted, "DelaySeconds");
  const message = {
    ...{ messageId: context.ids.uuid(), body, details: JSON.stringify(details), delayMilliseconds: delay * 1000 },
    group,
    deduplication: input.MessageDeduplicationId,
  };
  if (group !== undefined) checkId("MessageGroupId", group);
  if (message.deduplication !== undefined) checkId("MessageDeduplicationId", message.deduplication);
  if (!isFifo(queue)) {
    if (message.deduplication !== undefined)
      throw invalidValue(
        `Value ${message.deduplication} for parameter MessageDeduplicationId is invalid. Reason: The request include parameter that is not valid for this queue type.`,
      );
    return message;
  }
  if (group === undefined) throw missingParameter("MessageGroupId");
  if (DelaySeconds !== undefined && DelaySeconds !== numberOf(queue.wanted, "DelaySeconds") && DelaySeconds !== 0)
    throw invalidValue(
      `Value ${DelaySeconds} for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.`,
    );
  if (message.deduplication === undefined) {
    checkByContent(queue);
    message.deduplication = createHash("sha256").update(body).digest("hex");
  }
  const own = numberOf(queue.wanted, "DelaySeconds") * 1000;
  return { ...message, delayMilliseconds: own };
}

function checkId(name: string, value: string): void {
  if (!/^[!-~]{1,128}$/.test(value))
    throw invalidValue(
      `Value ${value} for parameter ${name} is invalid. Reason: ${name} can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
    );
}

function keepSystem(given: SendInput["MessageSystemAttributes"]): KeptAttributes {
  for (const [name, value] of Object.entries(given ?? {})) {
    if (name !== "AWSTraceHeader")
      throw invalidValue(`Message system attribute name '${name}' is invalid. It must be AWSTraceHeader.`);
    if (value?.DataType !== "String")
      throw invalidValue("The message system attribute 'AWSTraceHeader' must be of the type String.");
  }
  // Its name begins as reserved ones do, so it is kept as it is.
  const trace = given?.AWSTraceHeader?.StringValue;
  return trace === undefined ? {} : { AWSTraceHeader: { t: "String", v: trace } };
}

function answerOf(queue: QueueDocument, { body, details }: NewMessage, { messageId, sequence }: SentMessage) {
  const { attributes = {}, system = {} } = JSON.parse(details) as Details;
  return {
    ...{ MessageId: messageId, MD5OfMessageBody: md5(body), MD5OfMessageAttributes: attributesMd5(attributes) },
    MD5OfMessageSystemAttributes: attributesMd5(system),
    SequenceNumber: isFifo(queue) ? sequence : undefined,
  };
}

const md5 = (text: string) => createHash("md5").update(text).digest("hex");

function askedSystemNames(asked: readonly string[]): readonly SystemName[] {
  for (const name of asked)
    if (name !== "All" && !systemNames.includes(name as SystemName))
      throw new Fault("InvalidAttributeName", `Unknown Attribute ${name}.`);
  return asked.includes("All") ? systemNames : systemNames.filter((name) => asked.includes(name));
}

function shown(taken: TakenMessage, system: readonly SystemName[], names: readonly string[]) {
  const { attributes = {}, system: kept = {}, sender } = JSON.parse(taken.details) as Details;
  const values: Readonly<Record<SystemName, string | undefined>> = {
    SenderId: sender,
    SentTimestamp: String(taken.sent),
    ApproximateReceiveCount: String(taken.receives),
    ApproximateFirstReceiveTimestamp: String(taken.firstReceived),
    SequenceNumber: taken.deduplication === undefined ? undefined : taken.sequence,
    MessageDeduplicationId: taken.deduplication,
    MessageGroupId: taken.group,
    AWSTraceHeader: kept.AWSTraceHeader?.v,
    DeadLetterQueueSourceArn: taken.source,
  };
  const Attributes: Partial<Record<SystemName, string>> = {};
  for (const name of system) if (values[name] !== undefined) Attributes[name] = values[name];
  const chosen = chosenAttributes(attributes, names);
  const MessageAttributes = Object.fromEntries(Object.entries(chosen).map(([name, one]) => [name, showAttribute(one)]));
  return {
    ...{ MessageId: taken.messageId, ReceiptHandle: taken.handle, MD5OfBody: md5(taken.body), Body: taken.body },
    Attributes: Object.keys(Attributes).length > 0 ? Attributes : undefined,
    MD5OfMessageAttributes: attributesMd5(chosen),
    MessageAttributes: Object.keys(chosen).length > 0 ? MessageAttributes : undefined,
  };
}

/** Where the messages of a queue go that are taken too often; nowhere while that queue is not there. */
async function deadLettersOf({ key, wanted }: QueueDocument, context: Context) {
  const redrive = redriveOf(wanted);
  const target = redrive && (await findQueueOfArn(context, redrive.target));
  return target && { to: queueOf(target), receives: redrive.receives, source: queueKind.arn(key) };
}

function checkHidden(seconds: number): void {
  if (!(seconds >= 0 && seconds <= mostHidden))
    throw invalidValue(
      `Value ${seconds} for parameter VisibilityTimeout is invalid. Reason: VisibilityTimeout must be an integer between 0 and ${mostHidden}.`,
    );
}

const invalidHandle = () =>
  new Fault("ReceiptHandleIsInvalid", "The input receipt handle is invalid.", { status: 404 });
const expired = (handle: string) =>
  invalidValue(`Value ${handle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.`);

/** A message of a standard queue that is gone is removed; one that somebody else has taken since stays with them. */
function checkDeleted(queue: QueueDocument, handle: string, outcome: HandleOutcome): void {
  if (outcome === "invalid") throw invalidHandle();
  if (isFifo(queue) && outcome === "visible") throw expired(handle);
}

async function checkInFlight(queue: QueueDocument, { queues }: Context): Promise<void> {
  const most = mostInFlight(queue);
  const { hidden } = await queues.counts(queueOf(queue));
  if (hidden >= most)
    throw new Fault(
      "OverLimit",
      `Too many messages in flight: ${hidden}, and ${most} are the most. Delete those that are done with.`,
      { status: 403 },
    );
}

async function changeVisibility(
  context: Context,
  queue: QueueDocument,
  handle: string,
  seconds: number,
): Promise<void> {
  const change = { handle, milliseconds: seconds * 1000, mostMilliseconds: mostHidden * 1000 };
  const [outcome] = await context.queues.hide(queueOf(queue), [change]);
  checkChanged(handle, seconds, outcome!);
}

function checkChanged(handle: string, seconds: number, outcome: HandleOutcome): void {
  if (outcome === "invalid") throw invalidHandle();
  if (outcome === "stale")
    throw invalidValue(
      `Value ${handle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
    );
  if (outcome === "beyond")
    throw invalidValue(
      `Value ${seconds} for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is beyond the limit [${mostHidden} seconds]`,
    );
  if (outcome === "visible")
    throw new Fault(
      "MessageNotInflight",
      `The message of the receipt handle ${handle} is not in flight: its visibility timeout is over.`,
    );
}
