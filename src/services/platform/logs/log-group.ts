import { Fault } from "../../../aws/faults.ts";
import { againOnConflict } from "../../../frame/again-on-conflict.ts";
import type { Context } from "../../../frame/context.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import { Conflict } from "../../../stores/resources/port.ts";
import {
  findGroup,
  groupArn,
  groupKey,
  groupKind,
  groupNameOfIdentifier,
  invalidParameter,
  journalOf,
  type LogGroup,
  type LogStream,
  pageOf,
  streamKind,
  streamParent,
} from "./log-documents.ts";

const defaultPageSize = 50;

export const logGroup = defineOperations("logs", {
  async CreateLogGroup(input, context) {
    if (input.kmsKeyId)
      throw invalidParameter("Log groups are not encrypted with keys of your own yet. Leave kmsKeyId out.");
    if (input.deletionProtectionEnabled)
      throw invalidParameter(
        "Deletion protection of log groups is not built yet. Leave deletionProtectionEnabled out.",
      );
    if (input.logGroupClass && input.logGroupClass !== "STANDARD")
      throw invalidParameter(`The log group class ${input.logGroupClass} is not built yet; use STANDARD.`);
    const now = context.clock.now();
    const put = {
      key: groupKey(context, input.logGroupName),
      id: context.ids.ulid(),
      schema: 1,
      created: now,
      modified: now,
      wanted: { logGroupName: input.logGroupName, tags: input.tags ?? {} },
      actual: {},
    };
    try {
      await context.resources.write([{ put, expected: "absent" }]);
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      throw new Fault("ResourceAlreadyExistsException", "The specified log group already exists");
    }
    return {};
  },

  /** Its streams go in the same write, so that no stream is ever without its group. */
  async DeleteLogGroup({ logGroupName }, context) {
    const streams = await againOnConflict(async () => {
      const group = await findGroup(context, logGroupName);
      const found = await streamsOf(context, logGroupName);
      await context.resources.write([group, ...found].map(({ key, version }) => ({ delete: key, expected: version })));
      return found;
    });
    for (const stream of streams) await context.journals.trim(journalOf(stream), Number.POSITIVE_INFINITY);
    return {};
  },

  async DescribeLogGroups(input, context) {
    const { logGroupNamePrefix: prefix, logGroupNamePattern: pattern, logGroupClass } = input;
    if (prefix && pattern)
      throw invalidParameter("Specify either logGroupNamePrefix or logGroupNamePattern, and not both.");
    const named = input.logGroupIdentifiers?.length
      ? new Set(input.logGroupIdentifiers.map(groupNameOfIdentifier))
      : undefined;
    const { documents, next } = await pageOf<LogGroup>(
      context,
      groupKind,
      {
        nameContains: prefix ?? pattern,
        sort: { by: "name" },
        after: input.nextToken,
        limit: input.limit ?? defaultPageSize,
      },
      ({ wanted: { logGroupName } }) =>
        logGroupName.startsWith(prefix ?? "") &&
        (named?.has(logGroupName) ?? true) &&
        (logGroupClass ?? "STANDARD") === "STANDARD",
    );
    return { logGroups: await Promise.all(documents.map((group) => summaryOf(context, group))), nextToken: next };
  },
});

async function summaryOf(context: Context, group: LogGroup) {
  const { logGroupName } = group.wanted;
  let storedBytes = 0;
  for (const stream of await streamsOf(context, logGroupName))
    storedBytes += (await context.journals.summary(journalOf(stream)))?.sizeBytes ?? 0;
  const arn = groupArn(context, logGroupName);
  return {
    logGroupName,
    creationTime: group.created,
    metricFilterCount: 0,
    arn: `${arn}:*`,
    logGroupArn: arn,
    storedBytes,
    logGroupClass: "STANDARD" as const,
  };
}

/** All streams of a group, in order of name. */
export async function streamsOf(context: Context, group: string, namePrefix = ""): Promise<LogStream[]> {
  const streams: LogStream[] = [];
  let after: string | undefined;
  do {
    const { documents, next } = await pageOf<LogStream>(
      context,
      streamKind,
      {
        parent: streamParent(group),
        nameContains: namePrefix ? `${group}:${namePrefix}` : undefined,
        sort: { by: "name" },
        after,
        limit: 1000,
      },
      ({ wanted }) => wanted.logStreamName.startsWith(namePrefix),
    );
    streams.push(...documents);
    after = next;
  } while (after !== undefined);
  return streams;
}
