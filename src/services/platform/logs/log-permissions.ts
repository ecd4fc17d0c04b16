import { formatArn } from "../../../aws/arn.ts";
import type { Permission, Place } from "../../../frame/permissions.ts";

interface StreamMembers {
  readonly logGroupName?: string | undefined;
  readonly logStreamName?: string | undefined;
}

export const onLogStream =
  (action: string) =>
  ({ logGroupName = "", logStreamName = "" }: StreamMembers, place: Place): Permission[] => [
    {
      action,
      resource: formatArn({
        service: "logs",
        ...place,
        resource: `log-group:${logGroupName}:log-stream:${logStreamName}`,
      }),
    },
  ];
