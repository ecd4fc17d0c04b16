import { Fault } from "../../../aws/faults.ts";
import { againOnConflict } from "../../../frame/again-on-conflict.ts";
import type { Nothing } from "../../../frame/define-kind.ts";
import { defineResourceOf } from "../../../frame/define-resource.ts";
import type { ResourceChange } from "../../../stores/resources/port.ts";
import {
  folderOf,
  groupKey,
  groupNameOfIdentifier,
  invalidParameter,
  type LogStream,
  logGroupKind,
  logsPage,
  noSuchGroup,
  notBuilt,
  refuseMembers,
  streamsOf,
} from "./log-documents.ts";

const journalsAtOnce = 1_000;

export const logGroup = defineResourceOf(logGroupKind, {
  service: "logs",
  missing: noSuchGroup,
  existing: () => new Fault("ResourceAlreadyExistsException", "The specified log group already exists"),

  create: {
    operation: "CreateLogGroup",
    async begin({ logGroupName, tags = {}, ...input }, context) {
      refuseMembers(context, input, "", ["kmsKeyId", "deletionProtectionEnabled"]);
      if (input.logGroupClass && input.logGroupClass !== "STANDARD")
        throw notBuilt(context, `logGroupClass ${input.logGroupClass}`, "use STANDARD");
      return { wanted: { logGroupName, tags: tags as Readonly<Record<string, string>> }, actual: {} as Nothing };
    },
    output: () => ({}),
  },

  list: {
    operation: "DescribeLogGroups",
    member: "logGroups",
    descending: false,
    sortBy: "name",
    page: logsPage,
    within({ logGroupNamePrefix, logGroupNamePattern }) {
      if (logGroupNamePrefix && logGroupNamePattern)
        throw invalidParameter("Specify either logGroupNamePrefix or logGroupNamePattern, and not both.");
      return {};
    },
    filters: {
      logGroupNamePrefix: "name prefix",
      logGroupNamePattern: "name contains",
      // Every group has the class STANDARD.
      logGroupClass: (asked) => (asked === "STANDARD" ? undefined : "nothing"),
      logGroupIdentifiers: () => undefined,
      // No other account is linked to this one.
      includeLinkedAccounts: () => undefined,
      accountIdentifiers: () => undefined,
    },
    named({ logGroupIdentifiers = [] }, context) {
      if (logGroupIdentifiers.length === 0) return undefined;
      return [...new Set(logGroupIdentifiers.map(groupNameOfIdentifier))].map((name) => groupKey(context, name));
    },
    async summary(group, arn, { journals }) {
      const { sizeBytes } = await journals.folder(folderOf(group.key, group.id));
      return {
        logGroupName: group.wanted.logGroupName,
        creationTime: group.created,
        metricFilterCount: 0,
        arn: `${arn}:*`,
        logGroupArn: arn,
        storedBytes: sizeBytes,
        logGroupClass: "STANDARD" as const,
      };
    },
  },

  delete: {
    operation: "DeleteLogGroup",
    async begin({ wanted }, context) {
      return { changes: (await streamsOf(context, wanted.logGroupName)).map(deletion) };
    },
    /** A stream made between the read and the write of the deletion is deleted after it. */
    async removed({ key, id, wanted }, context) {
      await againOnConflict(context, async () => {
        const streams = await streamsOf(context, wanted.logGroupName);
        const late = streams.filter(({ actual }) => actual.groupId === id);
        if (late.length > 0) await context.resources.write(late.map(deletion));
      });
      const folder = folderOf(key, id);
      for (;;) {
        const { streams } = await context.journals.byTime(folder, { limit: journalsAtOnce });
        if (streams.length === 0) return;
        await Promise.all(streams.map((stream) => context.journals.trim(stream, Number.POSITIVE_INFINITY)));
      }
    },
  },
});

const deletion = ({ key, version }: LogStream): ResourceChange => ({ delete: key, expected: version });
