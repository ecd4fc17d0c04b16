import { type WireServiceId, wireServiceOf } from "../wire/wire-services.ts";
import type { Place } from "./kind-naming.ts";

/** An action that a call wants to do, and the resource it concerns. */
export interface Permission {
  /** Such as "s3:GetObject". */
  readonly action: string;
  /** An ARN, or `*` when the action concerns no resource that a grant can name. */
  readonly resource: string;
  /**
   * Asked for by the handler, with `context.decide`, because a refusal concerns a part of the input: one ARN of many.
   */
  readonly byHandler?: true;
}

/** What a caller's grants say of a permission, in IAM's words. */
export interface Decision {
  readonly decision: "allowed" | "explicitDeny" | "implicitDeny";
  /** The text of the refusal; absent when it is allowed. */
  readonly refusal?: string;
}

/**
 * Returns the permissions that an operation with this input needs; with an empty list anyone may call it. They are
 * checked before the constraints, so a required member may be missing.
 */
// biome-ignore lint/suspicious/noExplicitAny: inputs of every operation; each is typed where it is written
export type PermissionsOf = (input: any, place: Place) => readonly Permission[];

/** An input whose types are checked but whose constraints are not: every member may be missing. */
export type Unchecked<T> = T extends Date | Uint8Array | ((...args: never[]) => unknown)
  ? T
  : T extends readonly (infer E)[]
    ? readonly Unchecked<E>[]
    : T extends object
      ? { readonly [K in keyof T]?: Unchecked<T[K]> | undefined }
      : T;

/** Returns the action named like its operation: "sagemaker:CreateModel". */
export const actionOf = (service: WireServiceId, operation: string): string =>
  `${wireServiceOf(service).actionPrefix ?? service}:${operation}`;
