import { createHash, createSign } from "node:crypto";
import { URLSearchParams } from "node:url";
import type { Context } from "../../../frame/context.ts";
import { publicAddress } from "../../../frame/public-address.ts";
import type { Notification, Signed } from "./notification.ts";
import { signingKey } from "./signing-key.ts";
import type { TopicDocument } from "./topic-kind.ts";

/** Where the certificates of topics are served, and requests answered that nobody signs. */
const path = "/_sagebrush/sns/";

/** Returns the address by which anyone makes a request that needs no signature. */
export const addressOf = (context: Context, members: Readonly<Record<string, string>>): string =>
  `${publicAddress(context)}${path}?${new URLSearchParams({ ...members, Version: "2010-03-31" })}`;

const signedMembers = ["Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"];

/** Signs an envelope as the topic's SignatureVersion says: 1 by SHA-1, 2 by SHA-256. */
export async function signMembers(
  context: Context,
  { wanted }: TopicDocument,
  members: Readonly<Record<string, string | undefined>>,
): Promise<Signed> {
  const { certificate, privateKey } = await signingKey(context);
  const version = wanted.Attributes.SignatureVersion ?? "1";
  const lines = signedMembers.flatMap((name) => (members[name] === undefined ? [] : [`${name}\n${members[name]}\n`]));
  const signature = createSign(version === "2" ? "RSA-SHA256" : "RSA-SHA1").update(lines.join(""), "utf8");
  const name = createHash("sha256").update(certificate).digest("hex").slice(0, 32);
  return {
    SignatureVersion: version,
    Signature: signature.sign(privateKey, "base64"),
    SigningCertURL: `${publicAddress(context)}${path}SimpleNotificationService-${name}.pem`,
  };
}

export const sign = (
  context: Context,
  topic: TopicDocument,
  { messageId, subject, timestamp, topicArn }: Notification,
  message: string,
): Promise<Signed> =>
  signMembers(context, topic, {
    ...{ Message: message, MessageId: messageId, Subject: subject, Timestamp: timestamp, TopicArn: topicArn },
    Type: "Notification",
  });
