import type { WireServiceId } from "../wire/wire-services.ts";
import type { Place } from "./kind-naming.ts";

/** What a call wants to do, and to what. */
export interface Permission {
  /** "s3:GetObject". */
  readonly action: string;
  /** An ARN, or `*` where the action concerns no resource that a grant can name. */
  readonly resource: string;
}

/**
 * The permissions that an operation needs, from its input; an empty list: anyone may. They are asked for before the
 * constraints are checked, so a required member may be missing.
 */
// biome-ignore lint/suspicious/noExplicitAny: inputs of every operation; each is typed where it is written
export type PermissionsOf = (input: any, place: Place) => readonly Permission[];

/** An input whose types are checked and whose constraints are not: every member may be missing. */
export type Unchecked<T> = T extends Date | Uint8Array | ((...args: never[]) => unknown)
  ? T
  : T extends readonly (infer E)[]
    ? readonly Unchecked<E>[]
    : T extends object
      ? { readonly [K in keyof T]?: Unchecked<T[K]> | undefined }
      : T;

/** The action that has the name of its operation: "sagemaker:CreateModel". Endpoints of one service share a prefix. */
export const actionOf = (service: WireServiceId, operation: string): string =>
  `${service.replace(/-runtime$/, "")}:${operation}`;
