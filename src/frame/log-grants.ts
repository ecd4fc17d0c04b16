import type { Grant } from "../aws/caller.ts";
import type { LogPlace } from "../runs/ship-log.ts";

/**
 * Returns what a reconciler or a follower needs to open a log stream, to write it, and to find again what it wrote. The
 * name of the stream may be `*`, for all of its group.
 */
export const logGrants = ({ logGroupName, logStreamName }: LogPlace): readonly Grant[] => {
  const group = `arn:aws:logs:*:*:log-group:${logGroupName}`;
  return [
    { actions: ["logs:CreateLogGroup"], resources: [group] },
    {
      actions: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:GetLogEvents"],
      resources: [`${group}:log-stream:${logStreamName}`],
    },
  ];
};
