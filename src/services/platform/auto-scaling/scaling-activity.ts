import { Fault } from "../../../aws/faults.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import { activitiesOf, type EndedActivity, shownActivity } from "./activity-journal.ts";
import { refuseMembers } from "./scaling-faults.ts";
import { scalableTargetKind } from "./scaling-kinds.ts";

const pageSize = 50;
const readAtOnce = 200;
/** The entries that one call looks at, at most. What is left is for the next page. */
const mostLookedAt = 10_000;

export const scalingActivity = defineOperations("application-autoscaling", {
  async DescribeScalingActivities(input, context) {
    refuseMembers(context, input, "", ["IncludeNotScaledActivities"]);
    const { ServiceNamespace, ResourceId, ScalableDimension, MaxResults = pageSize, NextToken } = input;
    const isWanted = (one: Pick<EndedActivity, "ServiceNamespace" | "ResourceId" | "ScalableDimension">) =>
      one.ServiceNamespace === ServiceNamespace &&
      (ResourceId ?? one.ResourceId) === one.ResourceId &&
      (ScalableDimension ?? one.ScalableDimension) === one.ScalableDimension;

    const journal = activitiesOf(context);
    const { first = 0, next = 0 } = (await context.journals.summary(journal)) ?? {};
    if (NextToken !== undefined && !/^\d{1,15}$/.test(NextToken))
      throw new Fault("InvalidNextTokenException", "The next token is not valid.");
    let position = NextToken === undefined ? next : Number(NextToken);
    const found = new Map<string, EndedActivity>();
    for (
      let lookedAt = 0;
      position > first && found.size < MaxResults && lookedAt < mostLookedAt;
      lookedAt += readAtOnce
    ) {
      const from = Math.max(first, position - readAtOnce);
      for (const entry of (await context.journals.read(journal, from, position - from)).toReversed()) {
        if (found.size === MaxResults) break;
        position = entry.position;
        const activity = JSON.parse(entry.data) as EndedActivity;
        if (isWanted(activity)) found.set(activity.ActivityId!, activity);
      }
    }

    // Those under way come first, on the first page.
    const { account, region } = context;
    const query = { account, region, status: "Active", labels: { namespace: ServiceNamespace, resource: ResourceId } };
    const { documents } =
      NextToken === undefined
        ? await context.resources.list(scalableTargetKind.name, { ...query, limit: pageSize })
        : { documents: [] };
    const going = documents.map(scalableTargetKind.read).flatMap(({ wanted, actual: { activity } }): EndedActivity[] =>
      activity && isWanted(wanted) && !found.has(activity.ActivityId!)
        ? [
            {
              ...activity,
              ServiceNamespace: wanted.ServiceNamespace,
              ResourceId: wanted.ResourceId,
              ScalableDimension: wanted.ScalableDimension,
            },
          ]
        : [],
    );
    return {
      ScalingActivities: [...going, ...found.values()].map(shownActivity),
      NextToken: position > first ? String(position) : undefined,
    };
  },
});
