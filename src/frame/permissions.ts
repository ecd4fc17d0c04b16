import type { Place } from "./kind-naming.ts";

/** What a request wants to do, and to what. */
export interface Permission {
  /** "s3:GetObject". */
  readonly action: string;
  /** An ARN, or `*` where the operation concerns no resource that a grant could name. */
  readonly resource: string;
}

/** The permissions that an operation needs, by its input; none: everyone may. */
// biome-ignore lint/suspicious/noExplicitAny: each is written beside the handler whose input it takes
export type PermissionsOf = (input: any, place: Place) => readonly Permission[];
