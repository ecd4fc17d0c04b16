import type { Context } from "../../../frame/context.ts";
import { checkDeliveryPolicy } from "./delivery-policy.ts";
import { readFilterPolicy } from "./filter-policy.ts";
import { type SubscriptionDocument, subscriptionKind } from "./subscription-kind.ts";
import { invalidParameter, notBuilt } from "./topic-kind.ts";

const names = ["DeliveryPolicy", "FilterPolicy", "FilterPolicyScope", "RawMessageDelivery", "RedrivePolicy"];
const unbuilt = ["SubscriptionRoleArn", "ReplayPolicy"];
const scopes = ["MessageAttributes", "MessageBody"];

/** @throws Fault for an attribute that subscriptions have not, and for a value that it does not take */
export function checkSubscriptionAttribute(context: Context, name: string, value: string): void {
  if (unbuilt.includes(name) && value !== "") throw notBuilt(context, `The attribute ${name}`);
  if (!names.includes(name) && !unbuilt.includes(name))
    throw invalidParameter(`AttributeName Reason: ${name} is none; it must be one of ${names.join(", ")}`);
  if (value === "") return;
  if (name === "RawMessageDelivery" && !["true", "false"].includes(value.toLowerCase()))
    throw invalidParameter(`RawMessageDelivery: ${value}; it must be true or false`);
  if (name === "FilterPolicyScope" && !scopes.includes(value))
    throw invalidParameter(
      `FilterPolicyScope: Invalid value [${value}]. Please use either MessageBody or MessageAttributes`,
    );
  if (name === "FilterPolicy") readFilterPolicy(value);
  if (name === "DeliveryPolicy") checkDeliveryPolicy(context, value);
  if (name === "RedrivePolicy") deadLettersOf(value);
}

/** Returns the ARN of the queue that gets what could not be delivered. */
export function deadLettersOf(text: string | undefined): string | undefined {
  if (!text) return undefined;
  let target: unknown;
  try {
    target = JSON.parse(text).deadLetterTargetArn;
  } catch (error) {
    throw invalidParameter(`RedrivePolicy: failed to parse JSON. ${(error as Error).message}`);
  }
  if (typeof target !== "string" || !/^arn:aws:sqs:[a-z0-9-]+:\d{12}:[^:]+$/.test(target))
    throw invalidParameter(
      `RedrivePolicy: deadLetterTargetArn must be the ARN of a queue; it is ${JSON.stringify(target)}`,
    );
  return target;
}

/** Whether an endpoint that subscribes again asks for what it has. */
export const sameSubscription = ({ wanted }: SubscriptionDocument, given: Readonly<Record<string, string>>): boolean =>
  Object.entries(given).every(([name, value]) => (wanted.Attributes[name] ?? defaults[name] ?? "") === value);

const defaults: Readonly<Record<string, string>> = {
  RawMessageDelivery: "false",
  FilterPolicyScope: "MessageAttributes",
};

export function shownSubscription({ key, status, wanted, actual }: SubscriptionDocument): Record<string, string> {
  const { Endpoint, Owner, Protocol, TopicArn } = wanted;
  return {
    ...{ SubscriptionArn: subscriptionKind.arn(key), TopicArn, Owner, Protocol, Endpoint },
    ...{ RawMessageDelivery: "false", ...wanted.Attributes },
    ...(wanted.Attributes.FilterPolicy && {
      FilterPolicyScope: wanted.Attributes.FilterPolicyScope ?? "MessageAttributes",
    }),
    ...(wanted.Attributes.RawMessageDelivery && {
      RawMessageDelivery: wanted.Attributes.RawMessageDelivery.toLowerCase(),
    }),
    PendingConfirmation: String(status !== "Confirmed"),
    ConfirmationWasAuthenticated: String(actual.authenticated ?? false),
    SubscriptionPrincipal: `arn:aws:iam::${Owner}:root`,
  };
}
