import { formatArn } from "../../aws/arn.ts";
import type { Place } from "../../frame/kind-naming.ts";
import type { LogPlace } from "../../runs/ship-log.ts";

export const logStreamArn = ({ region, account }: Place, { logGroupName, logStreamName }: LogPlace): string =>
  formatArn({ service: "logs", region, account, resource: `log-group:${logGroupName}:log-stream:${logStreamName}` });
