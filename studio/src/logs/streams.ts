import { DescribeLogGroupsCommand, DescribeLogStreamsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { call } from "../api/command.ts";
import { logs } from "../services/logs.ts";

/**
 * Names of a group's streams that begin so; none where the group is not there yet. The group is looked for first: a
 * browser reports every refusal in its console, and a group comes with its first line.
 */
export async function streamsOf(group: string, prefix: string): Promise<readonly string[]> {
  const { logGroups = [] } = await call(logs, DescribeLogGroupsCommand, { logGroupNamePrefix: group });
  if (!logGroups.some(({ logGroupName }) => logGroupName === group)) return [];
  const input = { logGroupName: group, ...(prefix && { logStreamNamePrefix: prefix }) };
  const { logStreams = [] } = await call(logs, DescribeLogStreamsCommand, input);
  return logStreams.map((stream) => stream.logStreamName!);
}
