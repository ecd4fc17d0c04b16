import { createHmac, timingSafeEqual } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { Context } from "../../../frame/context.ts";
import { type SubscriptionDocument, subscriptionKind, type WantedSubscription } from "./subscription-kind.ts";

/** A subscription that has ended, as its endpoint may have it again. */
export interface EndedSubscription {
  readonly id: string;
  readonly wanted: WantedSubscription;
}

/** As on AWS, three days. */
const validMilliseconds = 3 * 86_400_000;
/** What an address may hold. */
const mostCharacters = 6_000;

/**
 * Writes a token by which a subscription that has ended is there again: all of it, sealed, so nothing is kept of it here.
 * Returns undefined for one whose attributes are too long for an address.
 */
export function writeEndedToken(context: Context, { key, wanted }: SubscriptionDocument): string | undefined {
  const ended = { id: subscriptionKind.variables(key).SubscriptionId!, wanted };
  const until = context.clock.now() + validMilliseconds;
  const text = deflateRawSync(JSON.stringify({ ...ended, until })).toString("base64url");
  return text.length > mostCharacters ? undefined : `${text}.${seal(context, text).toString("base64url")}`;
}

/** Returns what a token of this topic holds; undefined for another text, and for one whose time is over. */
export function readEndedToken(context: Context, topicArn: string, token: string): EndedSubscription | undefined {
  const [text = "", given = ""] = token.split(".");
  const [own, other] = [seal(context, text), Buffer.from(given, "base64url")];
  if (own.length !== other.length || !timingSafeEqual(own, other)) return undefined;
  const { until, ...ended } = JSON.parse(inflateRawSync(Buffer.from(text, "base64url")).toString());
  return until < context.clock.now() || ended.wanted.TopicArn !== topicArn ? undefined : ended;
}

const seal = ({ settings }: Context, text: string): Buffer =>
  createHmac("sha256", settings.runSecret).update(`an ended subscription ${text}`).digest();
