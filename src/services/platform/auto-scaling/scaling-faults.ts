import { Fault } from "../../../aws/faults.ts";
import { type Refusals, refusalsOf } from "../../../frame/not-built.ts";
import type { TargetNames } from "./scaling-kinds.ts";

export const { notBuilt, refuseMembers }: Refusals = refusalsOf("application-autoscaling");

/** Says in AWS's words that something of a scalable target is not there: "No scaling policy found for ...". */
export const notFound = (
  what: string,
  { ServiceNamespace, ResourceId, ScalableDimension }: TargetNames,
  more = "",
): Fault =>
  new Fault(
    "ObjectNotFoundException",
    `No ${what} for service namespace: ${ServiceNamespace}, resource ID: ${ResourceId}, scalable dimension: ${ScalableDimension}${more}`,
  );
