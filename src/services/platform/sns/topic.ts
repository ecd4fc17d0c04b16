import { againOnConflict } from "../../../frame/again-on-conflict.ts";
import { closeParent } from "../../../frame/children.ts";
import type { Context } from "../../../frame/context.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import { listPage, type PageMembers } from "../../../frame/list-page.ts";
import { checkTags, type Tag } from "../../../frame/resource-tags.ts";
import { Conflict } from "../../../stores/resources/port.ts";
import { subscriptionsOf } from "./subscription-kind.ts";
import { checkTopicAttribute, defaultTopicPolicy } from "./topic-attributes.ts";
import {
  findTopic,
  invalidParameter,
  isFifoTopic,
  numbersOf,
  onTopic,
  refuseMembers,
  type TopicDocument,
  topicKind,
} from "./topic-kind.ts";

export const snsPage: PageMembers = { size: 100, invalidToken: () => invalidParameter("NextToken") };
const fifoSuffix = ".fifo";

/** Topics. */
export const topic = defineOperations(
  "sns",
  {
    CreateTopic: ({ Name = "*" }, place) => [
      { action: "sns:CreateTopic", resource: topicKind.pattern(place, { TopicName: Name }) },
    ],
    DeleteTopic: onTopic("DeleteTopic"),
    GetTopicAttributes: onTopic("GetTopicAttributes"),
    SetTopicAttributes: onTopic("SetTopicAttributes"),
    ListTopics: () => [{ action: "sns:ListTopics", resource: "*" }],
  },
  {
    async CreateTopic({ Name, Attributes = {}, Tags = [], ...input }, context) {
      refuseMembers(context, input, "", ["DataProtectionPolicy"]);
      const given = Attributes as Readonly<Record<string, string>>;
      const isFifo = given.FifoTopic === "true";
      checkName(Name, isFifo);
      for (const [name, value] of Object.entries(given)) checkTopicAttribute(context, name, value, isFifo);
      const tags = Tags.map(({ Key, Value }) => ({ Key: Key!, Value: Value! }));
      checkTags(tags, invalidParameter);
      const key = topicKind.key(context, { TopicName: Name });
      const TopicArn = topicKind.arn(key);
      const same = async () => {
        const found = await topicKind.find(context, key);
        if (found) checkSame(found, given, tags);
        return found;
      };
      if (await same()) return { TopicArn };
      const now = context.clock.now();
      const wanted = { Name, Attributes: given, Tags: tags };
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
        await context.resources.write([await topicKind.put(context, made)]);
      } catch (error) {
        if (!(error instanceof Conflict) || !(await same())) throw error;
      }
      return { TopicArn };
    },

    /** Deletes its subscriptions too. A topic that is not there is deleted. */
    async DeleteTopic({ TopicArn }, context) {
      const key = topicKind.parse(TopicArn);
      if (!key) throw invalidParameter("TopicArn");
      const deleted = await againOnConflict(context, async () => {
        const found = topicKind.isIn(context, key) ? await topicKind.find(context, key) : undefined;
        if (!found) return undefined;
        const { changes, document } = await closeParent(context, found, () => invalidParameter("TopicArn"));
        await context.resources.write([{ delete: key, expected: document.version }, ...changes]);
        return found;
      });
      if (deleted) await context.queues.drop(numbersOf(deleted).id);
      return {};
    },

    async GetTopicAttributes({ TopicArn }, context) {
      const document = await findTopic(context, TopicArn);
      const { key, wanted } = document;
      // A standard topic has no attribute FifoTopic.
      const { FifoTopic: _kind, ...own } = wanted.Attributes;
      const counts = await countSubscriptions(context, document);
      const Policy = wanted.Attributes.Policy || defaultTopicPolicy(TopicArn, key.account);
      return {
        Attributes: {
          ...{ DisplayName: "", ...own, Policy, TopicArn, Owner: key.account, ...counts },
          ...(isFifoTopic(document) && {
            FifoTopic: "true",
            ContentBasedDeduplication: wanted.Attributes.ContentBasedDeduplication ?? "false",
          }),
          EffectiveDeliveryPolicy: wanted.Attributes.DeliveryPolicy || effectiveDeliveryPolicy,
        },
      };
    },

    async SetTopicAttributes({ TopicArn, AttributeName, AttributeValue = "" }, context) {
      await againOnConflict(context, async () => {
        const found = await findTopic(context, TopicArn);
        if (AttributeName === "FifoTopic") throw invalidParameter("AttributeName: FifoTopic stays as it is");
        checkTopicAttribute(context, AttributeName, AttributeValue, isFifoTopic(found));
        const wanted = { ...found.wanted, Attributes: { ...found.wanted.Attributes, [AttributeName]: AttributeValue } };
        const modified = context.clock.now();
        await context.resources.write([await topicKind.put(context, { ...found, wanted, modified })]);
      });
      return {};
    },

    async ListTopics(input, context) {
      const { account, region } = context;
      const { documents, next } = await listPage(snsPage, input, ({ after, limit }) =>
        context.resources.list(topicKind.name, { account, region, after, limit, sort: { by: "name" } }),
      );
      return {
        Topics: documents.map(topicKind.read).map(({ key }) => ({ TopicArn: topicKind.arn(key) })),
        NextToken: next,
      };
    },
  },
);

function checkName(name: string, isFifo: boolean): void {
  const stem = isFifo && name.endsWith(fifoSuffix) ? name.slice(0, -fifoSuffix.length) : name;
  if (!/^[A-Za-z0-9_-]{1,256}$/.test(stem)) throw invalidParameter("Topic Name");
  if (isFifo && stem === name)
    throw invalidParameter(
      "Fifo Topic names must end with .fifo and must be made up of only uppercase and lowercase ASCII letters, numbers, underscores, and hyphens, and must be between 1 and 256 characters long.",
    );
}

function checkSame({ wanted }: TopicDocument, given: Readonly<Record<string, string>>, tags: readonly Tag[]): void {
  for (const [name, value] of Object.entries(given))
    if ((wanted.Attributes[name] ?? "") !== value && !(name === "FifoTopic" && value === "false"))
      throw invalidParameter("Attributes Reason: Topic already exists with different attributes");
  const present = new Map(wanted.Tags.map(({ Key, Value }) => [Key, Value]));
  if (tags.length > 0 && (tags.length !== present.size || tags.some(({ Key, Value }) => present.get(Key) !== Value)))
    throw invalidParameter("Tags Reason: Topic already exists with different tags");
}

async function countSubscriptions(context: Context, { key, wanted }: TopicDocument) {
  const counts = { confirmed: 0, pending: 0 };
  for (const { status } of await subscriptionsOf(context, key))
    counts[status === "Confirmed" ? "confirmed" : "pending"]++;
  return {
    SubscriptionsConfirmed: String(counts.confirmed),
    SubscriptionsPending: String(counts.pending),
    SubscriptionsDeleted: "0",
    ...(wanted.Attributes.DeliveryPolicy && { DeliveryPolicy: wanted.Attributes.DeliveryPolicy }),
  };
}

const effectiveDeliveryPolicy = JSON.stringify({
  http: {
    defaultHealthyRetryPolicy: {
      ...{ minDelayTarget: 20, maxDelayTarget: 20, numRetries: 3, numMaxDelayRetries: 0, numNoDelayRetries: 0 },
      ...{ numMinDelayRetries: 0, backoffFunction: "linear" },
    },
    disableSubscriptionOverrides: false,
    defaultRequestPolicy: { headerContentType: "text/plain; charset=UTF-8" },
  },
});
