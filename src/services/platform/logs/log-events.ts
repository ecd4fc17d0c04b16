import { defineOperations } from "../../../frame/define-operations.ts";
import { batchLimits, eventOverheadBytes } from "../../../runs/put-log-events.ts";
import { type EventPlace, type SelectedEvent, selectEvents } from "./event-selection.ts";
import { compileFilterPattern } from "./filter-pattern/filter-pattern.ts";
import {
  expiryOf,
  findGroup,
  findStream,
  groupNameOf,
  invalidParameter,
  invalidToken,
  journalOf,
  streamsOf,
} from "./log-documents.ts";
import { onLogGroup, onLogStream } from "./log-permissions.ts";

const hour = 3_600_000;
/** Events that are older or newer than this are rejected. */
const eventAge = { oldestMilliseconds: 14 * 24 * hour, newestMilliseconds: 2 * hour };
const defaultPageSize = 10_000;

const permissions = {
  PutLogEvents: onLogStream("logs:PutLogEvents"),
  GetLogEvents: onLogStream("logs:GetLogEvents"),
  FilterLogEvents: onLogGroup("logs:FilterLogEvents"),
};

export const logEvents = defineOperations("logs", permissions, {
  async PutLogEvents({ logGroupName, logStreamName, logEvents }, context) {
    const stream = await findStream(context, logGroupName, logStreamName);
    const expiry = expiryOf(await findGroup(context, logGroupName, context.cache), context.clock.now());
    const times = logEvents.map(({ timestamp }) => timestamp);
    const bytes = logEvents.reduce((sum, { message }) => sum + Buffer.byteLength(message) + eventOverheadBytes, 0);
    if (bytes > batchLimits.bytes)
      throw invalidParameter(`Upload too large: ${bytes} bytes exceeds limit of ${batchLimits.bytes}`);
    if (times.some((time, index) => index > 0 && time < times[index - 1]!))
      throw invalidParameter("Log events in a single PutLogEvents request must be in chronological order.");
    if (times.at(-1)! - times[0]! > batchLimits.spanMilliseconds)
      throw invalidParameter(
        "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.",
      );

    // The events are in order of time: the too old ones come first, the too new ones last.
    const now = context.clock.now();
    const tooOld = times.filter((time) => time < now - eventAge.oldestMilliseconds).length;
    const expired = expiry === undefined ? 0 : times.filter((time) => time < expiry).length;
    const notTooNew = times.filter((time) => time <= now + eventAge.newestMilliseconds).length;
    const accepted = logEvents
      .slice(Math.max(tooOld, expired), notTooNew)
      .map(({ timestamp, message }) => ({ time: timestamp, data: message }));
    if (accepted.length > 0) await context.journals.append(journalOf(stream), accepted);
    if (accepted.length === logEvents.length) return {};
    return {
      rejectedLogEventsInfo: {
        tooOldLogEventEndIndex: tooOld > 0 ? tooOld : undefined,
        expiredLogEventEndIndex: expired > 0 ? expired : undefined,
        tooNewLogEventStartIndex: notTooNew < times.length ? notTooNew : undefined,
      },
    };
  },

  async GetLogEvents(input, context) {
    const group = groupNameOf(context, input);
    const stream = await findStream(context, group, input.logStreamName);
    const expiry = expiryOf(await findGroup(context, group, context.cache), context.clock.now());
    const token = input.nextToken === undefined ? undefined : parseStreamToken(input.nextToken);
    const descending = token ? token.direction === "b" : !input.startFromHead;
    const { events, read: readTo } = await selectEvents(context.journals, {
      streams: [stream],
      from: descending ? 0 : token?.read,
      beyond: token && { time: token.time, stream: stream.id, position: token.position },
      descending,
      limit: input.limit ?? defaultPageSize,
      startTime: later(input.startTime, expiry),
      endTime: input.endTime === undefined ? undefined : input.endTime - 1,
    });
    if (descending) events.reverse();

    // At either end a reader gets its own token back, which tells it that nothing more is there.
    const place = token ?? { time: input.startTime ?? 0, position: -1, read: 0 };
    const first = events[0] ?? place;
    const last = events.at(-1) ?? place;
    const read = !descending && events.length > 0 ? readTo : place.read;
    return {
      events: events.map(({ time, message, ingested }) => ({ timestamp: time, message, ingestionTime: ingested })),
      nextForwardToken: formatStreamToken({ direction: "f", time: last.time, position: last.position, read }),
      nextBackwardToken: formatStreamToken({
        direction: "b",
        time: first.time,
        position: first.position,
        read: place.read,
      }),
    };
  },

  async FilterLogEvents(input, context) {
    const group = groupNameOf(context, input);
    const expiry = expiryOf(await findGroup(context, group, context.cache), context.clock.now());
    if (input.logStreamNames?.length && input.logStreamNamePrefix)
      throw invalidParameter("Specify either logStreamNames or logStreamNamePrefix, and not both.");
    const streams = input.logStreamNames?.length
      ? await Promise.all([...new Set(input.logStreamNames)].map((name) => findStream(context, group, name)))
      : await streamsOf(context, group, input.logStreamNamePrefix);
    const token = input.nextToken === undefined ? undefined : parseGroupToken(input.nextToken);
    const descending = token ? token.direction === "b" : input.startFromHead === false;
    const { events, more } = await selectEvents(context.journals, {
      streams,
      beyond: token,
      descending,
      limit: input.limit ?? defaultPageSize,
      startTime: later(input.startTime, expiry),
      endTime: input.endTime,
      test: input.filterPattern ? compileFilterPattern(input.filterPattern) : undefined,
    });
    return {
      events: events.map((event) => ({
        logStreamName: event.logStreamName,
        timestamp: event.time,
        message: event.message,
        ingestionTime: event.ingested,
        eventId: `${event.stream}-${event.position}`,
      })),
      searchedLogStreams: [],
      nextToken: more ? formatGroupToken(descending ? "b" : "f", events.at(-1)!) : undefined,
    };
  },
});

const later = (time: number | undefined, expiry: number | undefined): number | undefined =>
  expiry === undefined ? time : Math.max(time ?? expiry, expiry);

type Direction = "f" | "b";

/** `read`: everything before that position of the journal has been returned to this reader, or lies before its place. */
interface StreamToken {
  readonly direction: Direction;
  readonly time: number;
  readonly position: number;
  readonly read: number;
}

const formatStreamToken = ({ direction, time, position, read }: StreamToken) =>
  `${direction}/${time}/${position}/${read}`;

function parseStreamToken(token: string): StreamToken {
  const match = /^([fb])\/(-?\d{1,15})\/(-?\d{1,15})\/(\d{1,15})$/.exec(token);
  if (!match) throw invalidToken();
  return {
    direction: match[1] as Direction,
    time: Number(match[2]),
    position: Number(match[3]),
    read: Number(match[4]),
  };
}

const formatGroupToken = (direction: Direction, { time, stream, position }: SelectedEvent) =>
  `${direction}/${time}/${stream}/${position}`;

function parseGroupToken(token: string): EventPlace & { direction: Direction } {
  const match = /^([fb])\/(-?\d{1,15})\/([0-9A-Z]{26})\/(\d{1,15})$/.exec(token);
  if (!match) throw invalidToken();
  return { direction: match[1] as Direction, time: Number(match[2]), stream: match[3]!, position: Number(match[4]) };
}
