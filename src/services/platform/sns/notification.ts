import type { KeptMessageAttributes } from "./message-attributes.ts";

/** What is told to subscribers. */
export interface Notification {
  readonly messageId: string;
  readonly topicArn: string;
  readonly subject?: string | undefined;
  /** What each protocol gets; `default` is for those that have none of their own. */
  readonly messages: Readonly<Record<string, string>>;
  readonly attributes: KeptMessageAttributes;
  /** ISO 8601 in UTC, to the millisecond. */
  readonly timestamp: string;
  /** In a FIFO topic. */
  readonly sequence?: string | undefined;
}

/** How an envelope is signed; see signature.ts. */
export interface Signed {
  readonly SignatureVersion: string;
  readonly Signature: string;
  readonly SigningCertURL: string;
}

/** The JSON document in which a message comes that is not delivered raw. */
export function envelope(notification: Notification, message: string, signed: Signed, unsubscribeUrl: string): string {
  const { attributes, messageId, sequence, subject, timestamp, topicArn } = notification;
  const shown = Object.entries(attributes);
  return JSON.stringify(
    {
      ...{ Type: "Notification", MessageId: messageId, SequenceNumber: sequence, TopicArn: topicArn, Subject: subject },
      ...{ Message: message, Timestamp: timestamp, ...signed, UnsubscribeURL: unsubscribeUrl },
      ...(shown.length > 0 && { MessageAttributes: Object.fromEntries(shown) }),
    },
    null,
    2,
  );
}
