import { Fault } from "../../../aws/faults.ts";
import { againOnConflict } from "../../../frame/again-on-conflict.ts";
import { parentFence } from "../../../frame/children.ts";
import type { Context } from "../../../frame/context.ts";
import { parentText } from "../../../frame/define-kind.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import { listPage } from "../../../frame/list-page.ts";
import { requestConfirmation, tellEnd } from "./confirmation.ts";
import { type EndedSubscription, readEndedToken } from "./ended-token.ts";
import { checkEndpoint } from "./endpoint-address.ts";
import { checkSubscriptionAttribute, sameSubscription, shownSubscription } from "./subscription-attributes.ts";
import {
  findSubscription,
  noSuchSubscription,
  onSubscription,
  type SubscriptionDocument,
  subscriptionKind,
  subscriptionsOf,
  type WantedSubscription,
} from "./subscription-kind.ts";
import { snsPage } from "./topic.ts";
import {
  findTopic,
  invalidParameter,
  isFifoTopic,
  noSuchTopic,
  notBuilt,
  onTopic,
  type TopicDocument,
  topicKind,
} from "./topic-kind.ts";

const protocols = ["http", "https", "email", "email-json", "sms", "sqs", "application", "lambda", "firehose"];
const pending = "PendingConfirmation";
const anyTopic = (action: string) => () => [{ action: `sns:${action}`, resource: "*" }];

/** Subscriptions of topics. */
export const subscription = defineOperations(
  "sns",
  {
    Subscribe: onTopic("Subscribe"),
    ConfirmSubscription: onTopic("ConfirmSubscription"),
    Unsubscribe: onSubscription("Unsubscribe"),
    GetSubscriptionAttributes: onSubscription("GetSubscriptionAttributes"),
    SetSubscriptionAttributes: onSubscription("SetSubscriptionAttributes"),
    ListSubscriptions: anyTopic("ListSubscriptions"),
    ListSubscriptionsByTopic: onTopic("ListSubscriptionsByTopic"),
  },
  {
    async Subscribe({ TopicArn, Protocol, Endpoint = "", Attributes = {}, ReturnSubscriptionArn = false }, context) {
      const topic = await findTopic(context, TopicArn);
      const protocol = checkProtocol(context, Protocol);
      await checkEndpoint(context, protocol, Endpoint, isFifoTopic(topic));
      const given = Attributes as Readonly<Record<string, string>>;
      for (const [name, value] of Object.entries(given)) checkSubscriptionAttribute(context, name, value);
      return againOnConflict(context, async () => {
        const endpoint = `${protocol} ${Endpoint}`.slice(0, 1_000);
        const alike = await subscriptionsOf(context, topic.key, { labels: { endpoint } });
        const same = alike.find(({ wanted }) => wanted.Endpoint === Endpoint);
        if (same) {
          if (!sameSubscription(same, given))
            throw invalidParameter("Attributes Reason: Subscription already exists with different attributes");
          return { SubscriptionArn: shownArn(same, ReturnSubscriptionArn) };
        }
        const made = await newSubscription(context, topic, { protocol, Endpoint, given });
        return { SubscriptionArn: shownArn(made, ReturnSubscriptionArn) };
      });
    },

    async ConfirmSubscription({ TopicArn, Token, AuthenticateOnUnsubscribe }, context) {
      const topic = await findTopic(context, TopicArn);
      const found = (await subscriptionsOf(context, topic.key)).find(({ actual }) => actual.token === Token);
      const ended = found ? undefined : readEndedToken(context, TopicArn, Token);
      if (ended) return { SubscriptionArn: await restore(context, topic, ended) };
      if (!found) throw invalidParameter("Token");
      const confirmed = await againOnConflict(context, async () => {
        const document = await subscriptionKind.find(context, found.key);
        if (!document) throw noSuchSubscription();
        if (document.status === "Confirmed") return document;
        const now = context.clock.now();
        const actual = { ...document.actual, confirmed: now, authenticated: AuthenticateOnUnsubscribe === "true" };
        await context.resources.write([
          await subscriptionKind.put(context, { ...document, status: "Confirmed", modified: now, actual }),
        ]);
        return document;
      });
      return { SubscriptionArn: subscriptionKind.arn(confirmed.key) };
    },

    async Unsubscribe({ SubscriptionArn }, context) {
      const key = subscriptionKind.parse(SubscriptionArn);
      if (!key) throw invalidParameter("SubscriptionArn");
      const gone = await againOnConflict(context, async () => {
        const found = subscriptionKind.isIn(context, key) ? await subscriptionKind.find(context, key) : undefined;
        if (found?.status === pending) throw invalidParameter("This subscription is not confirmed");
        // Whoever knows the address in a message may end a subscription that no caller has confirmed.
        if (found?.actual.authenticated && isAnyone(context))
          throw new Fault("AuthorizationErrorException", "Only who is signed in may end this subscription.", {
            status: 403,
          });
        // One that is not there is ended.
        if (found) await context.resources.write([{ delete: key, expected: found.version }]);
        return found;
      });
      // Whoever has read a message may have ended it; its endpoint is told, and may take that back.
      if (!gone || gone.wanted.Protocol === "sqs" || !isAnyone(context)) return {};
      const topicKey = topicKind.parse(gone.wanted.TopicArn);
      const topic = topicKey && (await topicKind.find(context, topicKey));
      if (topic) await tellEnd(context, topic, gone);
      return {};
    },

    async GetSubscriptionAttributes({ SubscriptionArn }, context) {
      return { Attributes: shownSubscription(await findSubscription(context, SubscriptionArn)) };
    },

    async SetSubscriptionAttributes({ SubscriptionArn, AttributeName, AttributeValue = "" }, context) {
      checkSubscriptionAttribute(context, AttributeName, AttributeValue);
      await againOnConflict(context, async () => {
        const found = await findSubscription(context, SubscriptionArn);
        const { [AttributeName]: _before, ...others } = found.wanted.Attributes;
        const Attributes = AttributeValue === "" ? others : { ...others, [AttributeName]: AttributeValue };
        const wanted = { ...found.wanted, Attributes };
        const modified = context.clock.now();
        await context.resources.write([await subscriptionKind.put(context, { ...found, wanted, modified })]);
      });
      return {};
    },

    async ListSubscriptions(input, context) {
      const { account, region } = context;
      const { documents, next } = await listPage(snsPage, input, ({ after, limit }) =>
        context.resources.list(subscriptionKind.name, { account, region, after, limit }),
      );
      return { Subscriptions: documents.map(subscriptionKind.read).map(listed), NextToken: next };
    },

    async ListSubscriptionsByTopic({ TopicArn, ...input }, context) {
      const { key } = await findTopic(context, TopicArn);
      const { account, region } = key;
      const { documents, next } = await listPage(snsPage, input, ({ after, limit }) =>
        context.resources.list(subscriptionKind.name, { account, region, parent: parentText(key), after, limit }),
      );
      return { Subscriptions: documents.map(subscriptionKind.read).map(listed), NextToken: next };
    },
  },
);

/** Writes a subscription of a topic that is there, and asks its endpoint whether it wants it. */
async function newSubscription(
  context: Context,
  { key: topicKey }: TopicDocument,
  of: {
    readonly protocol: WantedSubscription["Protocol"];
    readonly Endpoint: string;
    readonly given: Readonly<Record<string, string>>;
  },
): Promise<SubscriptionDocument> {
  const topic = await topicKind.find(context, topicKey);
  if (!topic) throw noSuchTopic();
  const isConfirmed = of.protocol === "sqs";
  const now = context.clock.now();
  const wanted: WantedSubscription = {
    ...{ TopicArn: topicKind.arn(topicKey), Protocol: of.protocol, Endpoint: of.Endpoint },
    ...{ Owner: context.account, Attributes: of.given },
  };
  const made = {
    key: subscriptionKind.key(topicKey, { TopicName: topic.wanted.Name, SubscriptionId: context.ids.uuid() }),
    ...{ id: context.ids.ulid(), parent: parentText(topicKey), origin: context.origin, created: now, modified: now },
    status: isConfirmed ? "Confirmed" : pending,
    wanted,
    actual: isConfirmed ? { confirmed: now, authenticated: true } : { token: newToken(context) },
  };
  const fence = await parentFence(context, topic);
  await context.resources.write([await subscriptionKind.put(context, made), fence]);
  const written = made as unknown as SubscriptionDocument;
  if (!isConfirmed) await requestConfirmation(context, topic, written);
  return written;
}

/** Has a subscription be there again that has ended. Returns its ARN, or that of one that its endpoint has since. */
async function restore(context: Context, topic: TopicDocument, { id, wanted }: EndedSubscription): Promise<string> {
  return againOnConflict(context, async () => {
    const endpoint = `${wanted.Protocol} ${wanted.Endpoint}`.slice(0, 1_000);
    const alike = await subscriptionsOf(context, topic.key, { labels: { endpoint } });
    const same = alike.find((one) => one.wanted.Endpoint === wanted.Endpoint);
    if (same) return subscriptionKind.arn(same.key);
    const now = context.clock.now();
    const key = subscriptionKind.key(topic.key, { TopicName: topic.wanted.Name, SubscriptionId: id });
    const made = {
      ...{ key, id: context.ids.ulid(), parent: parentText(topic.key), origin: context.origin, wanted },
      ...{ created: now, modified: now, status: "Confirmed" as const, actual: { confirmed: now } },
    };
    await context.resources.write([await subscriptionKind.put(context, made), await parentFence(context, topic)]);
    return subscriptionKind.arn(key);
  });
}

const isAnyone = ({ caller }: Context) => caller.arn.includes(":assumed-role/SagebrushFront/");

/** @throws Fault for a protocol that AWS has not, and by its name for one that is not built */
function checkProtocol(context: Context, protocol: string): WantedSubscription["Protocol"] {
  if (protocol === "sqs" || protocol === "http" || protocol === "https") return protocol;
  if (!protocols.includes(protocol))
    throw invalidParameter(`Amazon SNS does not support this protocol string: ${protocol}`);
  throw notBuilt(context, `The protocol ${protocol}`, "use sqs, http or https");
}

const newToken = ({ ids }: Context) => (ids.uuid() + ids.uuid()).replaceAll("-", "");

/** An ARN is shown once the endpoint has confirmed, or where it is asked for. */
const shownArn = ({ key, status }: SubscriptionDocument, always = false): string =>
  status === pending && !always ? "pending confirmation" : subscriptionKind.arn(key);

const listed = (document: SubscriptionDocument) => {
  const { Endpoint, Owner, Protocol, TopicArn } = document.wanted;
  const SubscriptionArn = document.status === pending ? pending : subscriptionKind.arn(document.key);
  return { SubscriptionArn, Owner, Protocol, Endpoint, TopicArn };
};
