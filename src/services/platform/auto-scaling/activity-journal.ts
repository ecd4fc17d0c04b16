import type { Place } from "../../../frame/kind-naming.ts";
import type { JournalStore } from "../../../stores/journals/port.ts";
import type { OutputOf } from "../../../wire/operations.ts";

type Described = OutputOf<typeof import("@aws-sdk/client-application-auto-scaling"), "DescribeScalingActivities">;
type ShownActivity = NonNullable<Described["ScalingActivities"]>[number];

/** An activity as it is shown, with times in milliseconds. */
export type ActivityFacts = {
  readonly [K in "ActivityId" | "Description" | "Cause" | "StatusCode" | "StatusMessage"]: ShownActivity[K];
} & { readonly start: number; readonly end?: number };

/** An activity that has ended, in the journal of its account and region. */
export type EndedActivity = ActivityFacts &
  Pick<ShownActivity, "ServiceNamespace" | "ResourceId" | "ScalableDimension">;

export const activitiesPrefix = "scaling-activities/";
export const activitiesOf = ({ account, region }: Place): string => `${activitiesPrefix}${account}/${region}`;

/** Appends an activity that has ended. After a kill it may come twice; readers know it by its identifier. */
export const keepActivity = (journals: JournalStore, place: Place, activity: EndedActivity): Promise<number> =>
  journals.append(activitiesOf(place), [{ time: activity.start, data: JSON.stringify(activity) }]);

export const shownActivity = ({ start, end, ...activity }: EndedActivity): ShownActivity => ({
  ActivityId: activity.ActivityId,
  ServiceNamespace: activity.ServiceNamespace,
  ResourceId: activity.ResourceId,
  ScalableDimension: activity.ScalableDimension,
  Description: activity.Description,
  Cause: activity.Cause,
  StartTime: new Date(start),
  EndTime: end === undefined ? undefined : new Date(end),
  StatusCode: activity.StatusCode,
  StatusMessage: activity.StatusMessage,
});
