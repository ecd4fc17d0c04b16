import type { Place } from "../../../frame/kind-naming.ts";
import type { Permission } from "../../../frame/permissions.ts";
import { logStreamKind } from "./log-documents.ts";

interface StreamMembers {
  readonly logGroupName?: string | undefined;
  readonly logStreamName?: string | undefined;
}

export const onLogStream =
  (action: string) =>
  (input: StreamMembers, place: Place): Permission[] => [{ action, resource: logStreamKind.pattern(place, input) }];
