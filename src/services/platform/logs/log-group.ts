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

/** In days; the model of the API names them in its text only. */
const retentions: readonly number[] = [
  ...[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
];

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
      logGroupNamePattern: "name includes",
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
    async summary(group, arn, { journals }, { logGroupNamePattern }) {
      const named = { logGroupName: group.wanted.logGroupName, creationTime: group.created, arn: `${arn}:*` };
      // AWS shows no more for a search by pattern either.
      if (logGroupNamePattern) return named;
      const { sizeBytes } = await journals.folder(folderOf(group.key, group.id));
      return {
        ...named,
        retentionInDays: group.wanted.retentionInDays,
        metricFilterCount: 0,
        logGroupArn: arn,
        storedBytes: sizeBytes,
        logGroupClass: "STANDARD" as const,
      };
    },
  },

  operations: {
    async PutRetentionPolicy({ logGroupName, retentionInDays }, context, resource) {
      if (!retentions.includes(retentionInDays))
        throw invalidParameter(
          `1 validation error detected: Value '${retentionInDays}' at 'retentionInDays' failed to satisfy constraint: ` +
            `Member must satisfy enum value set: [${retentions.join(", ")}]`,
        );
      await resource.update(context, logGroupName, ({ wanted }) => ({ wanted: { ...wanted, retentionInDays } }));
      return {};
    },

    async DeleteRetentionPolicy({ logGroupName }, context, resource) {
      await resource.update(context, logGroupName, ({ wanted: { retentionInDays: _, ...wanted } }) => ({ wanted }));
      return {};
    },
  },

  delete: {
    operation: "DeleteLogGroup",
    /** Removes the journals of the group's streams. The sweep removes what a kill leaves of them. */
    removed: ({ key, id }, { journals }) => dropFolder(journals, folderOf(key, id)),
  },
});
