import type { Context } from "../../../frame/context.ts";

/** What can be scaled, as it is now. */
export interface ScalableResource {
  readonly arn: string;
  readonly capacity: number;
  readonly desired: number;
  /** Whether it is being changed, by this or another cause, and takes no other change. */
  readonly isBusy: boolean;
  /** The least capacity that it may have, where that is less than others of its dimension may. */
  readonly least?: number;
  /** Why the last change failed. */
  readonly failureReason?: string | undefined;
}

/** What of something is scaled, how it is read and how it is set. */
export interface ScalableDimension {
  readonly resource: RegExp;
  /** In descriptions of activities: "Setting desired instance count to 2." */
  readonly noun: string;
  readonly least: number;
  /** Says that it is not there. */
  readonly missing: (resourceId: string) => string;
  read(context: Pick<Context, "call">, parts: readonly string[]): Promise<ScalableResource | undefined>;
  set(context: Pick<Context, "call">, parts: readonly string[], capacity: number): Promise<void>;
}
