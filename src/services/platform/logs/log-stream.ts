import { Fault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import { Conflict } from "../../../stores/resources/port.ts";
import {
  findGroup,
  groupArn,
  groupNameOf,
  invalidParameter,
  journalOf,
  type LogStream,
  pageOf,
  streamKey,
  streamKind,
  streamParent,
} from "./log-documents.ts";
import { streamsOf } from "./log-group.ts";
import { onLogStream } from "./log-permissions.ts";

const defaultPageSize = 50;

const permissions = { CreateLogStream: onLogStream("logs:CreateLogStream") };

export const logStream = defineOperations("logs", permissions, {
  async CreateLogStream({ logGroupName, logStreamName }, context) {
    const now = context.clock.now();
    const put = {
      key: streamKey(context, logGroupName, logStreamName),
      id: context.ids.ulid(),
      schema: 1,
      parent: streamParent(logGroupName),
      created: now,
      modified: now,
      wanted: { logGroupName, logStreamName },
      actual: {},
    };
    for (;;) {
      const group = await findGroup(context, logGroupName);
      try {
        // The group is written too, so that it cannot be deleted between the look and the write.
        await context.resources.write([
          { put, expected: "absent" },
          { put: group, expected: group.version },
        ]);
        return {};
      } catch (error) {
        if (!(error instanceof Conflict)) throw error;
        if (error.key.kind === streamKind)
          throw new Fault("ResourceAlreadyExistsException", "The specified log stream already exists");
      }
    }
  },

  async DescribeLogStreams(input, context) {
    const group = groupNameOf(input);
    await findGroup(context, group);
    const { logStreamNamePrefix: prefix, descending, limit = defaultPageSize, nextToken } = input;
    if (input.orderBy !== "LastEventTime") {
      const { documents, next } = await pageOf<LogStream>(
        context,
        streamKind,
        {
          parent: streamParent(group),
          nameContains: prefix ? `${group}:${prefix}` : undefined,
          sort: { by: "name", descending },
          after: nextToken,
          limit,
        },
        ({ wanted }) => wanted.logStreamName.startsWith(prefix ?? ""),
      );
      return { logStreams: await Promise.all(documents.map((stream) => summaryOf(context, stream))), nextToken: next };
    }

    if (prefix) throw invalidParameter("Cannot order by LastEventTime with a logStreamNamePrefix.");
    const sign = descending ? -1 : 1;
    const after = nextToken === undefined ? undefined : parseToken(nextToken);
    const summaries = await Promise.all((await streamsOf(context, group)).map((stream) => summaryOf(context, stream)));
    const places = summaries
      .map((summary) => ({ summary, time: summary.lastEventTimestamp ?? 0, name: summary.logStreamName }))
      .sort((a, b) => sign * comparePlaces(a, b))
      .filter((place) => !after || sign * comparePlaces(place, after) > 0);
    const last = places.length > limit ? places[limit - 1]! : undefined;
    return {
      logStreams: places.slice(0, limit).map(({ summary }) => summary),
      nextToken: last && `${last.time}/${last.name}`,
    };
  },
});

async function summaryOf(context: Context, stream: LogStream) {
  const { logGroupName, logStreamName } = stream.wanted;
  const events = await context.journals.summary(journalOf(stream));
  return {
    logStreamName,
    creationTime: stream.created,
    firstEventTimestamp: events?.firstTime,
    lastEventTimestamp: events?.lastTime,
    lastIngestionTime: events?.lastAppended,
    arn: `${groupArn(context, logGroupName)}:log-stream:${logStreamName}`,
    // AWS has reported 0 for every stream since 2019; the figure of the group is the one that counts.
    storedBytes: 0,
  };
}

interface Place {
  readonly time: number;
  readonly name: string;
}

const comparePlaces = (a: Place, b: Place) => a.time - b.time || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

function parseToken(token: string): Place {
  const match = /^(-?\d+)\/(.+)$/s.exec(token);
  if (!match) throw invalidParameter("The specified nextToken is invalid.");
  return { time: Number(match[1]), name: match[2]! };
}
