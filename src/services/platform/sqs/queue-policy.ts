import { Fault } from "../../../aws/faults.ts";
import { readResourcePolicy } from "../../../aws/resource-policy.ts";
import { againOnConflict } from "../../../frame/again-on-conflict.ts";
import type { Context } from "../../../frame/context.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import {
  findQueue,
  invalidValue,
  missingParameter,
  notBuilt,
  onQueue,
  type QueueDocument,
  queueKind,
} from "./queue-kind.ts";

interface Statement {
  readonly Sid?: string;
}
interface PolicyText {
  readonly Version: string;
  readonly Id?: string;
  readonly Statement: readonly Statement[];
}

const mostStatements = 20;
const mostActions = 7;
const actions = [
  "*",
  "ChangeMessageVisibility",
  "DeleteMessage",
  "GetQueueAttributes",
  "GetQueueUrl",
  "ListDeadLetterSourceQueues",
  "PurgeQueue",
  "ReceiveMessage",
  "SendMessage",
];

/** @throws Fault InvalidAttributeValue for a policy that is none, and for what is not evaluated */
export function checkQueuePolicy(context: Context, text: string): void {
  readResourcePolicy(
    text,
    "sqs",
    (message) => new Fault("InvalidAttributeValue", `Invalid value for the parameter Policy. ${message}`),
    (what, instead) => notBuilt(context, what, instead),
  );
}

/** The policies of queues, by their statements. A whole policy is the attribute Policy. */
export const queuePolicy = defineOperations(
  "sqs",
  { AddPermission: onQueue("AddPermission"), RemovePermission: onQueue("RemovePermission") },
  {
    async AddPermission({ QueueUrl, Label, AWSAccountIds, Actions }, context) {
      if (!/^[A-Za-z0-9_-]{1,80}$/.test(Label))
        throw invalidValue(
          `Value ${Label} for parameter Label is invalid. Reason: Can only include alphanumeric characters, hyphens, or underscores, 80 at most.`,
        );
      for (const action of Actions)
        if (!actions.includes(action))
          throw invalidValue(
            `Value SQS:${action} for parameter ActionName is invalid. Reason: Only the queue owner is allowed to invoke this action.`,
          );
      if (Actions.length === 0) throw missingParameter("Actions");
      if (AWSAccountIds.length === 0)
        throw invalidValue("Value [] for parameter PrincipalId is invalid. Reason: Unable to verify.");
      if (Actions.length > mostActions)
        throw new Fault("OverLimit", `${Actions.length} Actions were found, maximum allowed is ${mostActions}.`, {
          status: 403,
        });
      for (const account of AWSAccountIds)
        if (!/^\d{12}$/.test(account))
          throw invalidValue(
            `Value ${account} for parameter PrincipalId is invalid. Reason: Unable to verify. Give the 12 digits of an account.`,
          );
      await changePolicy(context, QueueUrl, (policy, { key }) => {
        if (policy.Statement.some(({ Sid }) => Sid === Label))
          throw invalidValue(`Value ${Label} for parameter Label is invalid. Reason: Already exists.`);
        if (policy.Statement.length >= mostStatements)
          throw new Fault("OverLimit", `A policy has ${mostStatements} statements at most.`, { status: 403 });
        const principals = AWSAccountIds.map((account) => `arn:aws:iam::${account}:root`);
        const named = Actions.map((action) => `SQS:${action}`);
        const statement = {
          ...{ Sid: Label, Effect: "Allow", Principal: { AWS: principals.length === 1 ? principals[0] : principals } },
          ...{ Action: named.length === 1 ? named[0] : named, Resource: queueKind.arn(key) },
        };
        return { ...policy, Statement: [...policy.Statement, statement] };
      });
      return {};
    },

    async RemovePermission({ QueueUrl, Label }, context) {
      await changePolicy(context, QueueUrl, (policy) => {
        const Statement = policy.Statement.filter(({ Sid }) => Sid !== Label);
        if (Statement.length === policy.Statement.length)
          throw invalidValue(
            `Value ${Label} for parameter Label is invalid. Reason: can't find label on existing policy.`,
          );
        return { ...policy, Statement };
      });
      return {};
    },
  },
);

const changePolicy = (
  context: Context,
  url: string,
  change: (policy: PolicyText, queue: QueueDocument) => PolicyText,
) =>
  againOnConflict(context, async () => {
    const document = await findQueue(context, url);
    const text = document.wanted.Attributes.Policy;
    const arn = queueKind.arn(document.key);
    const made: PolicyText = text
      ? { ...JSON.parse(text), Statement: [JSON.parse(text).Statement].flat() }
      : { Version: "2012-10-17", Id: `${arn}/SQSDefaultPolicy`, Statement: [] };
    const policy = change(made, document);
    const Policy = policy.Statement.length > 0 ? JSON.stringify(policy) : "";
    const wanted = { ...document.wanted, Attributes: { ...document.wanted.Attributes, Policy } };
    await context.resources.write([
      await queueKind.put(context, { ...document, wanted, modified: context.clock.now() }),
    ]);
  });
