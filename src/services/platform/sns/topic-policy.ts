import { againOnConflict } from "../../../frame/again-on-conflict.ts";
import type { Context } from "../../../frame/context.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import { checkTopicAttribute, defaultTopicPolicy } from "./topic-attributes.ts";
import { findTopic, invalidParameter, onTopic, type TopicDocument, topicKind } from "./topic-kind.ts";

interface PolicyText {
  readonly Statement: readonly { readonly Sid?: string }[];
}

const mostStatements = 20;

/** The policies of topics, by their statements. A whole policy is the attribute Policy. */
export const topicPolicy = defineOperations(
  "sns",
  { AddPermission: onTopic("AddPermission"), RemovePermission: onTopic("RemovePermission") },
  {
    async AddPermission({ TopicArn, Label, AWSAccountId, ActionName }, context) {
      for (const account of AWSAccountId)
        if (!/^\d{12}$/.test(account)) throw invalidParameter(`AWSAccountId: ${account} is no account of 12 digits`);
      if (ActionName.length === 0 || AWSAccountId.length === 0)
        throw invalidParameter("ActionName and AWSAccountId: give one of each at least");
      await changePolicy(context, TopicArn, (policy) => {
        if (policy.Statement.some(({ Sid }) => Sid === Label)) throw invalidParameter("Statement already exists");
        if (policy.Statement.length >= mostStatements)
          throw invalidParameter(`Policy Reason: it has ${mostStatements} statements at most`);
        const principals = AWSAccountId.map((account) => `arn:aws:iam::${account}:root`);
        const actions = ActionName.map((action) => `SNS:${action}`);
        const statement = {
          ...{ Sid: Label, Effect: "Allow", Principal: { AWS: principals.length === 1 ? principals[0] : principals } },
          ...{ Action: actions.length === 1 ? actions[0] : actions, Resource: TopicArn },
        };
        return { ...policy, Statement: [...policy.Statement, statement] };
      });
      return {};
    },

    async RemovePermission({ TopicArn, Label }, context) {
      await changePolicy(context, TopicArn, (policy) => ({
        ...policy,
        Statement: policy.Statement.filter(({ Sid }) => Sid !== Label),
      }));
      return {};
    },
  },
);

const changePolicy = (
  context: Context,
  arn: string,
  change: (policy: PolicyText, topic: TopicDocument) => PolicyText,
) =>
  againOnConflict(context, async () => {
    const document = await findTopic(context, arn);
    const { account } = document.key;
    const text = document.wanted.Attributes.Policy || defaultTopicPolicy(arn, account);
    const policy = JSON.parse(text);
    const Policy = JSON.stringify(change({ ...policy, Statement: [policy.Statement].flat() }, document));
    checkTopicAttribute(context, "Policy", Policy, false);
    const wanted = { ...document.wanted, Attributes: { ...document.wanted.Attributes, Policy } };
    const modified = context.clock.now();
    await context.resources.write([await topicKind.put(context, { ...document, wanted, modified })]);
  });
