import { Fault } from "../../../aws/faults.ts";
import { againOnConflict } from "../../../frame/again-on-conflict.ts";
import type { Context } from "../../../frame/context.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import { Conflict, type ResourceDocument } from "../../../stores/resources/port.ts";
import {
  findGroup,
  groupKey,
  groupNameOfIdentifier,
  invalidParameter,
  invalidToken,
  journalOf,
  type LogGroup,
  logGroupKind,
  notBuilt,
  refuseMembers,
  streamsOf,
} from "./log-documents.ts";
import { onLogGroup } from "./log-permissions.ts";

const defaultPageSize = 50;

const permissions = {
  CreateLogGroup: onLogGroup("logs:CreateLogGroup"),
  DeleteLogGroup: onLogGroup("logs:DeleteLogGroup"),
};

export const logGroup = defineOperations("logs", permissions, {
  async CreateLogGroup(input, context) {
    refuseMembers(context, input, "", ["kmsKeyId", "deletionProtectionEnabled"]);
    if (input.logGroupClass && input.logGroupClass !== "STANDARD")
      throw notBuilt(context, `logGroupClass ${input.logGroupClass}`, "use STANDARD");
    const now = context.clock.now();
    const put = await logGroupKind.put(context, {
      key: groupKey(context, input.logGroupName),
      id: context.ids.ulid(),
      origin: context.origin,
      created: now,
      modified: now,
      wanted: { logGroupName: input.logGroupName, tags: (input.tags ?? {}) as Record<string, string> },
      actual: {},
    });
    try {
      await context.resources.write([put]);
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      throw new Fault("ResourceAlreadyExistsException", "The specified log group already exists");
    }
    return {};
  },

  /**
   * Deletes the streams of the group in the same write. A stream made between the read and the write is deleted after
   * it.
   */
  async DeleteLogGroup({ logGroupName }, context) {
    const gone = await againOnConflict(context, async () => {
      const group = await findGroup(context, logGroupName);
      const streams = await streamsOf(context, logGroupName);
      await deleteAll(context, [group, ...streams]);
      return streams;
    });
    const late = await againOnConflict(context, async () => {
      if (await context.resources.get(groupKey(context, logGroupName))) return [];
      const streams = await streamsOf(context, logGroupName);
      await deleteAll(context, streams);
      return streams;
    });
    for (const stream of [...gone, ...late]) await context.journals.trim(journalOf(stream), Number.POSITIVE_INFINITY);
    return {};
  },

  async DescribeLogGroups(input, context) {
    const { logGroupNamePrefix, logGroupNamePattern, logGroupClass, logGroupIdentifiers } = input;
    if (logGroupNamePrefix && logGroupNamePattern)
      throw invalidParameter("Specify either logGroupNamePrefix or logGroupNamePattern, and not both.");
    // Every group has the class STANDARD.
    if (logGroupClass && logGroupClass !== "STANDARD") return { logGroups: [] };
    if (logGroupIdentifiers?.length) {
      const keys = [...new Set(logGroupIdentifiers.map(groupNameOfIdentifier))].map((name) => groupKey(context, name));
      const found = await Promise.all(keys.map((key) => context.resources.get(key)));
      const groups = found.filter((document) => document !== undefined).map(logGroupKind.read);
      return { logGroups: await Promise.all(groups.map((group) => summaryOf(context, group))) };
    }
    const { account, region } = context;
    const { documents, next } = await context.resources
      .list(logGroupKind.name, {
        account,
        region,
        namePrefix: logGroupNamePrefix,
        nameContains: logGroupNamePattern,
        sort: { by: "name" },
        after: input.nextToken,
        limit: input.limit ?? defaultPageSize,
      })
      .catch((error: unknown) => {
        throw error instanceof RangeError ? invalidToken() : error;
      });
    const groups = documents.map(logGroupKind.read);
    return { logGroups: await Promise.all(groups.map((group) => summaryOf(context, group))), nextToken: next };
  },
});

async function deleteAll({ resources }: Context, documents: readonly ResourceDocument[]): Promise<void> {
  if (documents.length > 0)
    await resources.write(documents.map(({ key, version }) => ({ delete: key, expected: version })));
}

async function summaryOf(context: Context, group: LogGroup) {
  const { logGroupName } = group.wanted;
  let storedBytes = 0;
  for (const stream of await streamsOf(context, logGroupName))
    storedBytes += (await context.journals.summary(journalOf(stream)))?.sizeBytes ?? 0;
  const arn = logGroupKind.arn(group.key);
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
