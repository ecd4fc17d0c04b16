import { Fault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { defineResourceOf } from "../../../frame/define-resource.ts";
import type { OtherOrder } from "../../../frame/list-definition.ts";
import type { ResourceDocument } from "../../../stores/resources/port.ts";
import {
  findGroup,
  folderOf,
  groupNameOf,
  invalidParameter,
  journalOf,
  logStreamKind,
  logsPage,
  namesOf,
  noSuchStream,
  streamKey,
  streamsIn,
} from "./log-documents.ts";
import { onLogGroup } from "./log-permissions.ts";

export const logStream = defineResourceOf(logStreamKind, {
  service: "logs",
  missing: noSuchStream,
  existing: () => new Fault("ResourceAlreadyExistsException", "The specified log stream already exists"),
  permissions: { DescribeLogStreams: onLogGroup("logs:DescribeLogStreams") },

  create: {
    operation: "CreateLogStream",
    /** The journal is there before the document, so that every stream has its place in the order of time. */
    async begin({ logGroupName, logStreamName }, context) {
      const group = await findGroup(context, logGroupName);
      const stream = { id: context.ids.ulid(), key: streamKey(context, logGroupName, logStreamName) };
      const actual = { groupId: group.id };
      await context.journals.make(journalOf({ ...stream, wanted: { logStreamName }, actual }));
      return { id: stream.id, parent: group, wanted: { logGroupName, logStreamName }, actual };
    },
    output: () => ({}),
  },

  list: {
    operation: "DescribeLogStreams",
    member: "logStreams",
    descending: false,
    sortBy: "name",
    page: { ...logsPage, sortBy: "orderBy", sortOrder: "descending" },
    async within(input, context) {
      const group = groupNameOf(context, input);
      await findGroup(context, group);
      const { orderBy, logStreamNamePrefix } = input;
      if (orderBy === "LastEventTime" && logStreamNamePrefix)
        throw invalidParameter("Cannot order by LastEventTime with a logStreamNamePrefix.");
      return streamsIn(context, group, logStreamNamePrefix);
    },
    filters: {
      logGroupName: () => undefined,
      logGroupIdentifier: () => undefined,
      logStreamNamePrefix: () => undefined,
    },
    sorts: { LogStreamName: "name", LastEventTime: streamsByTime },
    async summary(stream, arn, { journals }) {
      const events = await journals.summary(journalOf(stream));
      return {
        logStreamName: stream.wanted.logStreamName,
        creationTime: stream.created,
        firstEventTimestamp: events?.firstTime,
        lastEventTimestamp: events?.lastTime,
        lastIngestionTime: events?.lastAppended,
        arn,
        // AWS has reported 0 for every stream since 2019; the figure of the group is the one that counts.
        storedBytes: 0,
      };
    },
  },
});

type Order = OtherOrder<{ readonly logGroupName?: string; readonly logGroupIdentifier?: string }>;

/**
 * The journals keep this order. A journal without a document, left by a kill or a lost race to make a stream, is left
 * out.
 */
async function streamsByTime(...[query, input, context]: Parameters<Order>): ReturnType<Order> {
  const name = groupNameOf(context, input);
  const folder = folderOf(context, (await findGroup(context, name)).id);
  const documents: ResourceDocument[] = [];
  let { after } = query;
  do {
    const limit = query.limit - documents.length;
    const page = await context.journals.byTime(folder, { after, limit, descending: query.descending });
    documents.push(...(await documentsOf(context, name, page.streams)));
    after = page.next;
  } while (after !== undefined && documents.length < query.limit);
  return { documents, next: after };
}

async function documentsOf(context: Context, group: string, journals: readonly string[]) {
  const found = await Promise.all(
    journals.map(async (journal) => {
      const { logStreamName, id } = namesOf(journal);
      const document = await context.resources.get(streamKey(context, group, logStreamName));
      return document?.id === id ? document : undefined;
    }),
  );
  return found.filter((document) => document !== undefined);
}
