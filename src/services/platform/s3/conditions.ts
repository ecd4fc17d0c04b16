import { Fault } from "../../../aws/faults.ts";
import { preconditionFailed } from "../../../aws/object-faults.ts";
import type { Context } from "../../../frame/context.ts";
import type { StoredObject, WriteCondition } from "../../../stores/objects/port.ts";
import { invalidArgument, notBuilt } from "./s3-faults.ts";

export interface ReadConditions {
  readonly IfMatch?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
  readonly IfModifiedSince?: Date | undefined;
  readonly IfUnmodifiedSince?: Date | undefined;
}

/**
 * Returns the condition that does not hold for the object, checked in the order of RFC 9110 section 13.2.2: where an
 * ETag is given the date beside it is ignored. Dates on the wire have whole seconds.
 */
function failedCondition(conditions: ReadConditions, object: StoredObject): keyof ReadConditions | undefined {
  const { IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince } = conditions;
  const modified = Math.floor(object.modified / 1000) * 1000;
  if (IfMatch !== undefined) {
    if (!names(IfMatch, object.etag)) return "IfMatch";
  } else if (IfUnmodifiedSince && modified > IfUnmodifiedSince.getTime()) return "IfUnmodifiedSince";
  if (IfNoneMatch !== undefined) {
    if (names(IfNoneMatch, object.etag)) return "IfNoneMatch";
  } else if (IfModifiedSince && modified <= IfModifiedSince.getTime()) return "IfModifiedSince";
  return undefined;
}

/** @throws Fault NotModified (304) or PreconditionFailed (412) */
export function checkReadConditions(conditions: ReadConditions, object: StoredObject): void {
  const failed = failedCondition(conditions, object);
  if (failed === "IfNoneMatch" || failed === "IfModifiedSince")
    throw new Fault("NotModified", "Not Modified", { status: 304, members: { ETag: quoted(object.etag) } });
  if (failed) throw preconditionFailed(headerOf[failed]);
}

/** Checks the conditions of a copy on its source. @throws Fault PreconditionFailed */
export function checkCopyConditions(conditions: ReadConditions, object: StoredObject): void {
  const failed = failedCondition(conditions, object);
  if (failed) throw preconditionFailed(`x-amz-copy-source-${headerOf[failed]}`);
}

/** @throws Fault for conditions that S3 does not define for writes */
export function writeCondition(
  { IfMatch, IfNoneMatch }: Pick<ReadConditions, "IfMatch" | "IfNoneMatch">,
  context: Context,
): WriteCondition | undefined {
  if (IfMatch !== undefined && IfNoneMatch !== undefined)
    throw notBuilt(context, "If-Match together with If-None-Match");
  if (IfNoneMatch !== undefined && IfNoneMatch !== "*")
    throw notBuilt(context, `If-None-Match with another value than "*"`);
  if (IfNoneMatch !== undefined) return "absent";
  if (IfMatch === undefined) return undefined;
  if (IfMatch === "*") throw invalidArgument("If-Match of a write must be an ETag", "If-Match", IfMatch);
  return { etag: unquoted(IfMatch) };
}

export const quoted = (etag: string): string => `"${etag}"`;

export const unquoted = (etag: string): string => etag.trim().replace(/^(W\/)?"?|"?$/g, "");

const names = (list: string, etag: string): boolean =>
  list.trim() === "*" || list.split(",").some((entry) => unquoted(entry) === etag);

const headerOf: Readonly<Record<keyof ReadConditions, string>> = {
  IfMatch: "If-Match",
  IfNoneMatch: "If-None-Match",
  IfModifiedSince: "If-Modified-Since",
  IfUnmodifiedSince: "If-Unmodified-Since",
};
