import { Fault } from "../../../aws/faults.ts";
import { againOnConflict } from "../../../frame/again-on-conflict.ts";
import type { Context } from "../../../frame/context.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import { listPage, type PageMembers } from "../../../frame/list-page.ts";
import { checkTags } from "../../../frame/resource-tags.ts";
import { Conflict } from "../../../stores/resources/port.ts";
import { moveTasksOf } from "./message-move-task-kind.ts";
import { attributeNames, attributeOf, checkAttributes, shownAttributes } from "./queue-attributes.ts";
import {
  findQueue,
  findQueueNamed,
  invalidValue,
  noSuchQueue,
  notBuilt,
  onQueue,
  type QueueDocument,
  queueKind,
  queueOf,
  queueUrl,
  type WantedQueue,
} from "./queue-kind.ts";
import { checkQueuePolicy } from "./queue-policy.ts";
import { checkRedrive, readAllowance, withNumber } from "./redrive-policy.ts";

const page: PageMembers = {
  size: 1_000,
  invalidToken: () => invalidValue("Invalid or expired next token. Use the NextToken of the page before, unchanged."),
};
const fifoSuffix = ".fifo";
const counted = [
  "ApproximateNumberOfMessages",
  "ApproximateNumberOfMessagesNotVisible",
  "ApproximateNumberOfMessagesDelayed",
];
const ownAttributes = ["CreatedTimestamp", "LastModifiedTimestamp", "QueueArn"];

type Given = Readonly<Record<string, string>>;

const onName =
  (operation: string) =>
  (
    input: { readonly QueueName?: string; readonly QueueOwnerAWSAccountId?: string },
    place: { account: string; region: string },
  ) => [
    {
      action: `sqs:${operation}`,
      resource: queueKind.pattern(
        { ...place, account: ownerOf(input.QueueOwnerAWSAccountId) ?? place.account },
        { QueueName: input.QueueName ?? "*" },
      ),
    },
  ];

const ownerOf = (account: string | undefined) => (account && /^\d{12}$/.test(account) ? account : undefined);

export const queue = defineOperations(
  "sqs",
  {
    CreateQueue: onName("CreateQueue"),
    GetQueueUrl: onName("GetQueueUrl"),
    DeleteQueue: onQueue("DeleteQueue"),
    GetQueueAttributes: onQueue("GetQueueAttributes"),
    SetQueueAttributes: onQueue("SetQueueAttributes"),
    PurgeQueue: onQueue("PurgeQueue"),
    ListDeadLetterSourceQueues: onQueue("ListDeadLetterSourceQueues"),
    ListQueues: () => [{ action: "sqs:ListQueues", resource: "*" }],
  },
  {
    async CreateQueue({ QueueName, Attributes = {}, tags = {} }, context) {
      const isFifo = Attributes.FifoQueue === "true";
      checkName(QueueName, isFifo, Attributes.FifoQueue);
      const given = readGiven(Attributes as Given, isFifo);
      const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value: Value! }));
      checkTags(Tags, invalidValue);
      const key = queueKind.key(context, { QueueName });
      const found = await findQueueNamed(context, QueueName);
      if (found) return { QueueUrl: queueUrl(context, sameAs(found, given)) };
      await checkTogether(context, given, { ...key, arn: queueKind.arn(key), isFifo });
      const now = context.clock.now();
      // A standard queue has no attribute FifoQueue.
      const { FifoQueue: _standard, ...standard } = given;
      const wanted: WantedQueue = { QueueName, Attributes: isFifo ? given : standard, Tags };
      const made = {
        key,
        id: context.ids.ulid(),
        origin: context.origin,
        created: now,
        modified: now,
        wanted,
        actual: {},
      };
      try {
        await context.resources.write([await queueKind.put(context, made)]);
      } catch (error) {
        if (!(error instanceof Conflict)) throw error;
        const other = await findQueueNamed(context, QueueName);
        if (!other) throw error;
        sameAs(other, given);
      }
      return { QueueUrl: queueUrl(context, made as unknown as QueueDocument) };
    },

    async GetQueueUrl({ QueueName, QueueOwnerAWSAccountId }, context) {
      const found = await findQueueNamed(context, QueueName, QueueOwnerAWSAccountId);
      if (!found) throw noSuchQueue();
      return { QueueUrl: queueUrl(context, found) };
    },

    async DeleteQueue({ QueueUrl }, context) {
      const deleted = await againOnConflict(context, async () => {
        const found = await findQueue(context, QueueUrl);
        await context.resources.write([{ delete: found.key, expected: found.version }]);
        return found;
      });
      await context.queues.drop(queueOf(deleted).id);
      for (const task of await moveTasksOf(context, queueKind.arn(deleted.key), 100))
        await context.resources.write([{ delete: task.key, expected: task.version }]);
      return {};
    },

    async GetQueueAttributes({ QueueUrl, AttributeNames = [] }, context) {
      const document = await findQueue(context, QueueUrl);
      const known = [...attributeNames, ...counted, ...ownAttributes];
      for (const name of AttributeNames)
        if (name !== "All" && !known.includes(name))
          throw new Fault("InvalidAttributeName", `Unknown Attribute ${name}.`);
      const asked = (name: string) => AttributeNames.includes("All" as never) || AttributeNames.includes(name as never);
      const all: Record<string, string> = { ...shownAttributes(document.wanted) };
      if (counted.some(asked)) {
        const { ready, hidden, delayed } = await context.queues.counts(queueOf(document));
        for (const [index, count] of [ready, hidden, delayed].entries()) all[counted[index]!] = String(count);
      }
      all.CreatedTimestamp = secondsText(document.created);
      all.LastModifiedTimestamp = secondsText(document.modified);
      all.QueueArn = queueKind.arn(document.key);
      const Attributes = Object.fromEntries(Object.entries(all).filter(([name]) => asked(name)));
      return { Attributes: Object.keys(Attributes).length > 0 ? Attributes : undefined };
    },

    async SetQueueAttributes({ QueueUrl, Attributes }, context) {
      await againOnConflict(context, async () => {
        const document = await findQueue(context, QueueUrl);
        const isFifo = document.wanted.Attributes.FifoQueue === "true";
        const given = readGiven(Attributes as Given, isFifo);
        if (given.FifoQueue !== undefined && (given.FifoQueue === "true") !== isFifo)
          throw new Fault("InvalidAttributeName", "Modifying queue type is not supported: FifoQueue stays as it is.");
        await checkTogether(context, given, { ...document.key, arn: queueKind.arn(document.key), isFifo });
        const { FifoQueue: _same, ...changed } = given;
        const wanted = { ...document.wanted, Attributes: { ...document.wanted.Attributes, ...changed } };
        const modified = context.clock.now();
        await context.resources.write([await queueKind.put(context, { ...document, wanted, modified })]);
      });
      return {};
    },

    async PurgeQueue({ QueueUrl }, context) {
      await context.queues.purge(queueOf(await findQueue(context, QueueUrl)));
      return {};
    },

    async ListQueues(input, context) {
      const { QueueNamePrefix: prefix = "", MaxResults } = input;
      const { account, region } = context;
      const { documents, next } = await listPage(page, input, ({ after, limit }) =>
        context.resources.list(queueKind.name, {
          ...{ account, region, after, limit, namePrefix: prefix, sort: { by: "name" } },
        }),
      );
      const QueueUrls = documents.map((document) => queueUrl(context, queueKind.read(document)));
      return {
        QueueUrls: QueueUrls.length > 0 ? QueueUrls : undefined,
        NextToken: MaxResults === undefined ? undefined : next,
      };
    },

    async ListDeadLetterSourceQueues({ QueueUrl, ...input }, context) {
      const { key } = await findQueue(context, QueueUrl);
      const { account, region } = key;
      const { documents, next } = await listPage(page, input, ({ after, limit }) =>
        context.resources.list(queueKind.name, {
          ...{ account, region, after, limit, sort: { by: "name" } },
          labels: { deadLetters: queueKind.arn(key) },
        }),
      );
      return {
        queueUrls: documents.map((document) => queueUrl(context, queueKind.read(document))),
        NextToken: input.MaxResults === undefined ? undefined : next,
      };
    },
  },
);

function readGiven(attributes: Given, isFifo: boolean): Given {
  const given = checkAttributes(attributes, isFifo);
  return given.RedrivePolicy ? { ...given, RedrivePolicy: withNumber(given.RedrivePolicy) } : given;
}

const secondsText = (milliseconds: number) => String(Math.floor(milliseconds / 1000));

function checkName(name: string, isFifo: boolean, asked: string | undefined): void {
  const stem = isFifo && name.endsWith(fifoSuffix) ? name.slice(0, -fifoSuffix.length) : name;
  if (name.length > 80 || !/^[A-Za-z0-9_-]+$/.test(stem)) {
    if (!isFifo && name.endsWith(fifoSuffix) && asked === undefined)
      throw invalidValue("The name of a queue that ends with .fifo needs the attribute FifoQueue: set it to true.");
    throw invalidValue("Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length");
  }
  if (isFifo && stem === name)
    throw invalidValue(
      "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.",
    );
}

/** @throws Fault QueueNameExists where a queue has another value than is asked for */
function sameAs(document: QueueDocument, given: Given): QueueDocument {
  for (const [name, value] of Object.entries(given)) {
    const kept = attributeOf(document.wanted, name as never);
    const present = name === "RedrivePolicy" && kept ? withNumber(kept) : kept;
    if (present !== value && !(name === "FifoQueue" && value === "false"))
      throw new Fault(
        "QueueNameExists",
        `A queue already exists with the same name and a different value for attribute ${name}`,
      );
  }
  return document;
}

/** Checks what attributes name, and refuses what is not built. */
async function checkTogether(
  context: Context,
  given: Given,
  source: { readonly account: string; readonly region: string; readonly arn: string; readonly isFifo: boolean },
): Promise<void> {
  if (given.KmsMasterKeyId) throw notBuilt(context, "KmsMasterKeyId");
  if (given.SqsManagedSseEnabled === "true")
    throw notBuilt(context, "SqsManagedSseEnabled true", "leave it out: messages lie in the home's files as they are");
  if (given.RedrivePolicy) await checkRedrive(context, given.RedrivePolicy, source);
  if (given.RedriveAllowPolicy) readAllowance(given.RedriveAllowPolicy);
  if (given.Policy) checkQueuePolicy(context, given.Policy);
}
