import type { Place } from "../../../frame/kind-naming.ts";
import type { Permission } from "../../../frame/permissions.ts";
import { groupKey, groupNameOfIdentifier, logGroupKind, logStreamKind } from "./log-documents.ts";

interface StreamMembers {
  readonly logGroupName?: string | undefined;
  readonly logStreamName?: string | undefined;
}

interface GroupMembers {
  readonly logGroupName?: string | undefined;
  readonly logGroupIdentifier?: string | undefined;
}

export const onLogGroup =
  (action: string) =>
  ({ logGroupName, logGroupIdentifier = "*" }: GroupMembers, place: Place): Permission[] => [
    { action, resource: logGroupKind.arn(groupKey(place, logGroupName ?? groupNameOfIdentifier(logGroupIdentifier))) },
  ];

export const onLogStream =
  (action: string) =>
  (input: StreamMembers, place: Place): Permission[] => [{ action, resource: logStreamKind.pattern(place, input) }];
