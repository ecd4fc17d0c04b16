import { Fault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { parentText } from "../../../frame/define-kind.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import { Conflict } from "../../../stores/resources/port.ts";
import {
  findGroup,
  groupNameOf,
  invalidParameter,
  invalidToken,
  journalOf,
  type LogStream,
  logStreamKind,
  streamKey,
  streamsIn,
  streamsOf,
} from "./log-documents.ts";
import { onLogGroup, onLogStream } from "./log-permissions.ts";

const defaultPageSize = 50;

const permissions = {
  CreateLogStream: onLogStream("logs:CreateLogStream"),
  DescribeLogStreams: onLogGroup("logs:DescribeLogStreams"),
};

export const logStream = defineOperations("logs", permissions, {
  async CreateLogStream({ logGroupName, logStreamName }, context) {
    const group = await findGroup(context, logGroupName);
    const now = context.clock.now();
    const key = streamKey(context, logGroupName, logStreamName);
    const put = await logStreamKind.put(context, {
      key,
      id: context.ids.ulid(),
      parent: parentText(group.key),
      origin: context.origin,
      created: now,
      modified: now,
      wanted: { logGroupName, logStreamName },
      actual: {},
    });
    try {
      // The group must still be there when the stream is written.
      await context.resources.write([put, { require: group.key, expected: "present" }]);
      return {};
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      if (error.key.kind === key.kind)
        throw new Fault("ResourceAlreadyExistsException", "The specified log stream already exists");
      await findGroup(context, logGroupName);
      throw error;
    }
  },

  async DescribeLogStreams(input, context) {
    const group = groupNameOf(input);
    await findGroup(context, group);
    const { logStreamNamePrefix: prefix, descending = false, limit = defaultPageSize, nextToken } = input;
    if (input.orderBy !== "LastEventTime") {
      const query = { ...streamsIn(context, group, prefix), sort: { by: "name" as const, descending } };
      const { documents, next } = await context.resources
        .list(logStreamKind.name, { ...query, after: nextToken, limit })
        .catch((error: unknown) => {
          throw error instanceof RangeError ? invalidToken() : error;
        });
      const streams = documents.map(logStreamKind.read);
      return { logStreams: await Promise.all(streams.map((stream) => summaryOf(context, stream))), nextToken: next };
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
  const { logStreamName } = stream.wanted;
  const events = await context.journals.summary(journalOf(stream));
  return {
    logStreamName,
    creationTime: stream.created,
    firstEventTimestamp: events?.firstTime,
    lastEventTimestamp: events?.lastTime,
    lastIngestionTime: events?.lastAppended,
    arn: logStreamKind.arn(stream.key),
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
  if (!match) throw invalidToken();
  return { time: Number(match[1]), name: match[2]! };
}
