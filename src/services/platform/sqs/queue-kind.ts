import { Fault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { defineKind, type Nothing } from "../../../frame/define-kind.ts";
import type { Place } from "../../../frame/kind-naming.ts";
import { type Refusals, refusalsOf } from "../../../frame/not-built.ts";
import type { Unchecked } from "../../../frame/permissions.ts";
import { publicAddress } from "../../../frame/public-address.ts";
import type { Tag } from "../../../frame/resource-tags.ts";
import type { QueueOf } from "../../../stores/queues/port.ts";
import type { ResourceDocument } from "../../../stores/resources/port.ts";
import { type AttributeName, attributeOf, numberOf } from "./queue-attributes.ts";

export interface WantedQueue {
  readonly QueueName: string;
  /** Those that were given. */
  readonly Attributes: Readonly<Partial<Record<AttributeName, string>>>;
  readonly Tags: readonly Tag[];
}
export type QueueDocument = ResourceDocument<WantedQueue, Nothing>;

/** A queue. Its messages are in the queue store, under the id of its document. */
export const queueKind = defineKind<WantedQueue, Nothing>({
  service: "sqs",
  kind: "queue",
  arn: "{QueueName}",
  exactCase: true,
  title: "Queue",
  listedBy: "ListQueues",
  tags: true,
  ownPolicy: true,
  labels: { deadLetters: ({ wanted }) => redriveOf(wanted)?.target },
});

export const { notBuilt, refuseMembers }: Refusals = refusalsOf("sqs");

export const invalidValue = (reason: string): Fault => new Fault("InvalidParameterValue", reason);
export const missingParameter = (name: string): Fault =>
  new Fault("MissingParameter", `The request must contain the parameter ${name}.`);
export const noSuchQueue = () => new Fault("QueueDoesNotExist", "The specified queue does not exist.");

/** The account and the name that the URL of a queue ends with; AWS takes a name alone too, for a queue of the caller's. */
function readUrl(url: string, own: string): { readonly account: string; readonly name: string } | undefined {
  if (/^[A-Za-z0-9_-]+(\.fifo)?$/.test(url)) return { account: own, name: url };
  const [, account, name] = /(?:^|\/)(\d{12})\/([^/?#]+)\/?$/.exec(url) ?? [];
  return name === undefined ? undefined : { account: account!, name };
}

/** The permission for an operation on the queue that an input names by its URL. */
export const onQueue =
  (action: string) =>
  ({ QueueUrl = "" }: Unchecked<{ readonly QueueUrl?: string | undefined }>, { account, region }: Place) => {
    const named = readUrl(QueueUrl, account);
    const place = { account: named?.account ?? account, region };
    return [{ action: `sqs:${action}`, resource: queueKind.pattern(place, { QueueName: named?.name ?? "*" }) }];
  };

/** Returns the queue of a URL. @throws Fault for a URL that is none, and for a queue that is not there */
export async function findQueue(context: Context, url: string | undefined): Promise<QueueDocument> {
  if (url === undefined) throw missingParameter("QueueUrl");
  const named = readUrl(url, context.account);
  if (!named)
    throw new Fault(
      "InvalidAddress",
      `The address ${url} is not valid for this endpoint. Give the QueueUrl that GetQueueUrl returns.`,
      {
        status: 404,
      },
    );
  const document = await findQueueNamed(context, named.name, named.account);
  if (!document) throw noSuchQueue();
  return document;
}

/** Returns the queue of a name; undefined for none. */
export const findQueueNamed = (context: Context, QueueName: string, account = context.account) =>
  queueKind.find(context, queueKind.key({ account, region: context.region }, { QueueName }));

/** Returns the queue of an ARN; undefined for none, and for one of another region. */
export async function findQueueOfArn(context: Context, arn: string): Promise<QueueDocument | undefined> {
  const key = queueKind.parse(arn);
  return key && queueKind.isIn(context, key) ? queueKind.find(context, key) : undefined;
}

/** The URL of a queue, at the address by which the caller has reached the server. */
export function queueUrl(context: Context, { key, wanted }: QueueDocument): string {
  return `${publicAddress(context)}/${key.account}/${wanted.QueueName}`;
}

/** Where messages go that are taken too often, and how often that is. */
export function redriveOf(wanted: WantedQueue): { readonly target: string; readonly receives: number } | undefined {
  const policy = wanted.Attributes.RedrivePolicy;
  if (!policy) return undefined;
  const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(policy);
  return { target: deadLetterTargetArn, receives: Number(maxReceiveCount) };
}

export const isFifo = ({ wanted }: Pick<QueueDocument, "wanted">): boolean => wanted.Attributes.FifoQueue === "true";

/** The most messages that may be in flight, by AWS's quotas. */
export const mostInFlight = (queue: Pick<QueueDocument, "wanted">): number => (isFifo(queue) ? 20_000 : 120_000);

/** A queue as the queue store knows it. */
export const queueOf = (document: QueueDocument): QueueOf => ({
  id: `queue-${document.id}`,
  retentionMilliseconds: numberOf(document.wanted, "MessageRetentionPeriod") * 1000,
  mostHidden: mostInFlight(document),
  ...(isFifo(document) && {
    fifo: { deduplicatesInGroup: attributeOf(document.wanted, "DeduplicationScope") === "messageGroup" },
  }),
});
