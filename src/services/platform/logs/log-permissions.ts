import type { Place } from "../../../frame/kind-naming.ts";
import type { Permission } from "../../../frame/permissions.ts";
import { groupArnOf } from "./log-documents.ts";

interface GroupMembers {
  readonly logGroupName?: string | undefined;
  readonly logGroupIdentifier?: string | undefined;
}

interface StreamMembers extends GroupMembers {
  readonly logStreamName?: string | undefined;
}

export const onLogGroup =
  (action: string) =>
  ({ logGroupName, logGroupIdentifier = "*" }: GroupMembers, place: Place): Permission[] => [
    { action, resource: groupArnOf(place, logGroupName ?? logGroupIdentifier) },
  ];

/** A list of groups concerns none, unless it asks for groups by their ARNs. */
export const onListedGroups =
  (action: string) =>
  ({ logGroupIdentifiers = [] }: { readonly logGroupIdentifiers?: readonly string[] | undefined }, place: Place) => {
    const arns = logGroupIdentifiers.filter((identifier) => identifier.startsWith("arn:"));
    const resources = arns.length < Math.max(logGroupIdentifiers.length, 1) ? ["*"] : [];
    return [...resources, ...arns.map((arn) => groupArnOf(place, arn))].map((resource) => ({ action, resource }));
  };

export const onLogStream =
  (action: string) =>
  ({ logStreamName = "*", ...group }: StreamMembers, place: Place): Permission[] =>
    onLogGroup(action)(group, place).map(({ resource }) => ({
      action,
      resource: `${resource}:log-stream:${logStreamName}`,
    }));
