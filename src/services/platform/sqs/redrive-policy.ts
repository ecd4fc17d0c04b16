import { Fault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import type { Place } from "../../../frame/kind-naming.ts";
import { findQueueOfArn, isFifo, type QueueDocument, queueKind } from "./queue-kind.ts";

const mostReceives = 1_000;
const mostSources = 10;

const refused = (name: string, value: string, reason: string) =>
  new Fault("InvalidParameterValue", `Value ${value} for parameter ${name} is invalid. Reason: ${reason}`);

function parse(name: string, text: string): Readonly<Record<string, unknown>> {
  try {
    const value = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Refused below.
  }
  throw refused(name, text, "Amazon SQS can't create the redrive policy, as it isn't a valid JSON map.");
}

/** Returns a redrive policy with its count as a number, as AWS shows it; a text that is none, as it is. */
export function withNumber(text: string): string {
  try {
    const policy = JSON.parse(text);
    const { maxReceiveCount: count } = policy;
    return typeof count === "string" && /^\d+$/.test(count)
      ? JSON.stringify({ ...policy, maxReceiveCount: Number(count) })
      : text;
  } catch {
    return text;
  }
}

/** Which queues may send their dead letters to a queue. */
interface RedriveAllowance {
  readonly redrivePermission: "allowAll" | "denyAll" | "byQueue";
  readonly sourceQueueArns: readonly string[];
}

export function readAllowance(text: string): RedriveAllowance {
  const name = "RedriveAllowPolicy";
  const { redrivePermission: asked, sourceQueueArns = [], ...more } = parse(name, text);
  const unknown = Object.keys(more)[0];
  if (unknown !== undefined) throw refused(name, text, `It has the unknown member ${unknown}.`);
  if (asked !== "allowAll" && asked !== "denyAll" && asked !== "byQueue")
    throw refused(name, text, "redrivePermission must be allowAll, denyAll or byQueue.");
  const sources: readonly unknown[] = Array.isArray(sourceQueueArns) ? sourceQueueArns : [undefined];
  const isList = sources.every((arn) => typeof arn === "string" && queueKind.parse(arn));
  const isThere = sources.length > 0;
  if (!isList || isThere !== (asked === "byQueue") || sources.length > mostSources)
    throw refused(
      name,
      text,
      `sourceQueueArns must have 1 to ${mostSources} ARNs of queues with byQueue, and none without.`,
    );
  return { redrivePermission: asked, sourceQueueArns: sources as readonly string[] };
}

/**
 * Checks where a queue sends its dead letters: to a queue of its own kind and place, which lets it.
 * @throws Fault InvalidParameterValue
 */
export async function checkRedrive(
  context: Context,
  text: string,
  source: Place & { readonly arn: string; readonly isFifo: boolean },
): Promise<void> {
  const name = "RedrivePolicy";
  const { deadLetterTargetArn: target, maxReceiveCount: count, ...more } = parse(name, text);
  const unknown = Object.keys(more)[0];
  if (unknown !== undefined) throw refused(name, text, `It has the unknown member ${unknown}.`);
  if (typeof target !== "string" || target === "")
    throw refused(name, text, "Redrive policy does not contain mandatory attribute: deadLetterTargetArn.");
  if (count === undefined)
    throw refused(name, text, "Redrive policy does not contain mandatory attribute: maxReceiveCount.");
  const receives = typeof count === "string" && /^\d+$/.test(count) ? Number(count) : count;
  if (!Number.isInteger(receives) || (receives as number) < 1 || (receives as number) > mostReceives)
    throw refused(
      name,
      text,
      `Invalid value for maxReceiveCount: ${count}, valid values are from 1 to ${mostReceives} both inclusive.`,
    );
  const key = queueKind.parse(target);
  if (!key) throw refused(name, text, `Invalid value for deadLetterTargetArn: ${target}. Give the ARN of a queue.`);
  if (key.account !== source.account || key.region !== source.region)
    throw refused(name, text, "Dead letter target must be in the account and the region of its source queue.");
  const found = await findQueueOfArn(context, target);
  if (!found) throw refused(name, text, "Dead letter target does not exist.");
  if (isFifo(found) !== source.isFifo)
    throw refused(name, text, "Dead-letter queue must be same type of queue as the source.");
  if (!lets(found, source.arn))
    throw refused(name, text, `Dead letter target ${target} does not allow this source queue.`);
}

export function lets({ wanted }: QueueDocument, source: string): boolean {
  const policy = wanted.Attributes.RedriveAllowPolicy;
  if (!policy) return true;
  const { redrivePermission, sourceQueueArns } = readAllowance(policy);
  return redrivePermission === "allowAll" || (redrivePermission === "byQueue" && sourceQueueArns.includes(source));
}
