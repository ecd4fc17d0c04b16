import { readResourcePolicy } from "../../../aws/resource-policy.ts";
import type { Context } from "../../../frame/context.ts";
import { checkDeliveryPolicy } from "./delivery-policy.ts";
import { invalidParameter, notBuilt } from "./topic-kind.ts";

const booleans = ["true", "false"];
const values: Readonly<Record<string, readonly string[] | undefined>> = {
  DisplayName: undefined,
  Policy: undefined,
  DeliveryPolicy: undefined,
  FifoTopic: booleans,
  ContentBasedDeduplication: booleans,
  FifoThroughputScope: ["Topic", "MessageGroup"],
  SignatureVersion: ["1", "2"],
  TracingConfig: ["PassThrough", "Active"],
};
/** What AWS has besides. */
const unbuilt =
  /^(KmsMasterKeyId|ArchivePolicy|DataProtectionPolicy|(HTTP|Firehose|Lambda|Application|SQS)(SuccessFeedbackRoleArn|FailureFeedbackRoleArn|SuccessFeedbackSampleRate))$/;

/** @throws Fault for an attribute that topics have not, a value that it does not take, and what is not built */
export function checkTopicAttribute(context: Context, name: string, value: string, isFifo: boolean): void {
  if (unbuilt.test(name)) {
    if (value === "") return;
    throw notBuilt(context, `The attribute ${name}`);
  }
  if (!Object.hasOwn(values, name))
    throw invalidParameter(`AttributeName: ${name}; it must be one of ${Object.keys(values).join(", ")}`);
  const allowed = values[name];
  if (allowed && !allowed.includes(value))
    throw invalidParameter(`${name}: ${value}; it must be ${allowed.join(" or ")}`);
  if (name === "TracingConfig" && value === "Active") throw notBuilt(context, "TracingConfig Active");
  if (!isFifo && (name === "ContentBasedDeduplication" || name === "FifoThroughputScope"))
    throw invalidParameter(`${name} can only be set on FIFO topics`);
  if (name === "DisplayName" && value.length > 100)
    throw invalidParameter("DisplayName: it has 100 characters at most");
  if (name === "DeliveryPolicy" && value !== "") checkDeliveryPolicy(context, value);
  if (name === "Policy" && value !== "")
    readResourcePolicy(
      value,
      "sns",
      (message) => invalidParameter(`Policy: ${message}`),
      (what, instead) => notBuilt(context, what, instead),
    );
}

const actions = [
  "GetTopicAttributes",
  "SetTopicAttributes",
  "AddPermission",
  "RemovePermission",
  "DeleteTopic",
  "Subscribe",
  "ListSubscriptionsByTopic",
  "Publish",
];

/** The policy that AWS shows of a topic that was given none: its owner may do everything. */
export const defaultTopicPolicy = (arn: string, owner: string): string =>
  JSON.stringify({
    Version: "2008-10-17",
    Id: "__default_policy_ID",
    Statement: [
      {
        Effect: "Allow",
        Sid: "__default_statement_ID",
        Principal: { AWS: "*" },
        Action: actions.map((action) => `SNS:${action}`),
        Resource: arn,
        Condition: { StringEquals: { "AWS:SourceOwner": owner } },
      },
    ],
  });
