import type { ResourceDocument } from "../stores/resources/port.ts";

/** How a kind tells of its changes of state, in EventBridge's shape. */
export interface StateChange {
  /** The detail type: "SageMaker Training Job State Change". */
  readonly event: string;
  /** Makes the detail from what Describe says, where they differ. */
  detail?(described: Readonly<Record<string, unknown>>): object;
  /** The states that one write passes through, the last of them included; only the last when left out. */
  passed?(before: ResourceDocument | undefined, after: ResourceDocument): readonly ResourceDocument[];
}
