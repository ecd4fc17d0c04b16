import { Fault } from "../../../aws/faults.ts";
import type { Nothing } from "../../../frame/define-kind.ts";
import { defineResourceOf } from "../../../frame/define-resource.ts";
import {
  dropFolder,
  folderOf,
  groupKeyOf,
  invalidParameter,
  logGroupKind,
  logsPage,
  noSuchGroup,
  notBuilt,
  refuseMembers,
} from "./log-documents.ts";
import { onListedGroups } from "./log-permissions.ts";

export const logGroup = defineResourceOf(logGroupKind, {
  service: "logs",
  missing: noSuchGroup,
  existing: () => new Fault("ResourceAlreadyExistsException", "The specified log group already exists"),
  permissions: { DescribeLogGroups: onListedGroups("logs:DescribeLogGroups") },

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
      const keys = logGroupIdentifiers.map((identifier) => groupKeyOf(context, identifier));
      return [...new Map(keys.map((key) => [key.name, key])).values()];
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
    /** The journals of its streams, which have gone with the group. What a kill leaves of them is swept. */
    removed: ({ key, id }, { journals }) => dropFolder(journals, folderOf(key, id)),
  },
});
