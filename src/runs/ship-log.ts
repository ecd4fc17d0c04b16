import { Fault } from "../aws/faults.ts";
import { isDiskFull } from "../base/is-disk-full.ts";
import type { Call } from "../wire/call.ts";
import type { FollowedRun, RunLine } from "./follow-run.ts";
import { batchLimits, eventOverheadBytes } from "./put-log-events.ts";

/** The log stream that shows what a run prints. */
export interface LogPlace {
  readonly logGroupName: string;
  readonly logStreamName: string;
}

/** A line as the log stream holds it; `timestamp` is in milliseconds since 1970. */
export interface LogEvent {
  readonly timestamp: number;
  readonly message: string;
}

/** Writes logs: the service, in the account and region of the run. */
interface LogWriter {
  readonly call: Call;
}

/** The most bytes of an event, overhead included; a longer line is cut. */
const mostEventBytes = 262_144;

/** Creates the log group and the stream unless they exist. */
export async function openLog(writer: LogWriter, { logGroupName, logStreamName }: LogPlace): Promise<void> {
  const makeStream = () => writer.call("logs", "CreateLogStream", { logGroupName, logStreamName });
  try {
    await makeStream();
  } catch (error) {
    if (isFault(error, "ResourceAlreadyExistsException")) return;
    if (!isFault(error, "ResourceNotFoundException")) throw error;
    await openLogGroup(writer, logGroupName);
    await makeStream().catch(allowExisting);
  }
}

export async function openLogGroup(writer: LogWriter, logGroupName: string): Promise<void> {
  await writer.call("logs", "CreateLogGroup", { logGroupName }).catch(allowExisting);
}

const isFault = (error: unknown, code: string) => error instanceof Fault && error.code === code;

function allowExisting(error: unknown): undefined {
  if (!isFault(error, "ResourceAlreadyExistsException")) throw error;
}

/**
 * Counts how many of a run's first lines are in the stream already: a server that was killed may have written lines
 * without remembering it. Lines are matched in order, from the first line's time on, because a run's times never go
 * back. Events that other writers put into the stream meanwhile do not matter.
 */
async function countShipped(writer: LogWriter, place: LogPlace, lines: readonly RunLine[]): Promise<number> {
  let count = 0;
  let nextToken: string | undefined;
  while (count < lines.length) {
    const page: EventPage = await writer
      .call("logs", "GetLogEvents", { ...place, startTime: lines[0]!.time, startFromHead: true, nextToken })
      .catch((error): EventPage => {
        if (isFault(error, "ResourceNotFoundException")) return {};
        throw error;
      });
    const { events = [] } = page;
    if (events.length === 0) return count;
    for (const { timestamp, message } of events) {
      const line = lines[count];
      if (line && timestamp === line.time && message === messageOf(line.line)) count++;
    }
    nextToken = page.nextForwardToken;
  }
  return count;
}

type EventPage = { events?: readonly Partial<LogEvent>[]; nextForwardToken?: string };

/** What `shipLines` did with the lines that it was shown. */
export interface ShippedLines {
  /** In order; those that an earlier server wrote come first. */
  readonly events: readonly LogEvent[];
  /** How many of the events an earlier server wrote. */
  readonly before: number;
}

/**
 * Writes the lines of a run that are not in its stream yet, and returns all of them as events; it does not pass them. A
 * stream that was deleted meanwhile is created again: a job must not wait for its log.
 */
export async function shipLines(writer: LogWriter, place: LogPlace, run: FollowedRun): Promise<ShippedLines> {
  const before = run.resumed && run.lines.length > 0 ? await countShipped(writer, place, run.lines) : 0;
  for (const batch of batches(run.lines.slice(before))) {
    const put = () => writer.call("logs", "PutLogEvents", { ...place, logEvents: batch });
    try {
      await put();
    } catch (error) {
      if (!isFault(error, "ResourceNotFoundException")) throw error;
      await openLog(writer, place);
      await put();
    }
  }
  return { events: run.lines.map(eventOf), before };
}

/**
 * Ships by `ship`. On a full disk the lines of a run that is `ending` are left out: its log must not keep it from being
 * ended, which is what makes room.
 */
export async function shipUnlessFull<T>(
  run: FollowedRun,
  ending: boolean | (() => Promise<boolean>),
  ship: () => Promise<T>,
  without: T,
): Promise<T> {
  try {
    return await ship();
  } catch (error) {
    if (!isDiskFull(error) || !(typeof ending === "boolean" ? ending : await ending())) throw error;
    run.passLines(run.lines.length);
    return without;
  }
}

/** Writes a line of the service's own into the log of a run. A server that is killed meanwhile may write it again. */
export async function addToLog(writer: LogWriter, place: LogPlace, { timestamp, message }: LogEvent): Promise<void> {
  await openLog(writer, place);
  await writer.call("logs", "PutLogEvents", { ...place, logEvents: [{ timestamp, message: messageOf(message) }] });
}

/** Returns the last lines of a log; none of one that is not there. */
export async function lastLines(writer: LogWriter, place: LogPlace, limit: number): Promise<readonly string[]> {
  try {
    const { events = [] } = await writer.call("logs", "GetLogEvents", { ...place, limit, startFromHead: false });
    return events.map(({ message = "" }) => message);
  } catch (error) {
    if (isFault(error, "ResourceNotFoundException")) return [];
    throw error;
  }
}

const eventOf = ({ time, line }: RunLine): LogEvent => ({ timestamp: time, message: messageOf(line) });

/**
 * Splits the lines into batches as large as PutLogEvents accepts. Times go back where a torn line, which has no time of
 * its own, is the first that is read after a restart; PutLogEvents wants them in order within a batch.
 */
function* batches(lines: readonly RunLine[]): Iterable<LogEvent[]> {
  let batch: LogEvent[] = [];
  let bytes = 0;
  for (const event of lines.map(eventOf)) {
    const size = Buffer.byteLength(event.message) + eventOverheadBytes;
    const full =
      batch.length === batchLimits.events ||
      bytes + size > batchLimits.bytes ||
      event.timestamp < (batch.at(-1)?.timestamp ?? 0) ||
      event.timestamp - (batch[0]?.timestamp ?? event.timestamp) > batchLimits.spanMilliseconds;
    if (full) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(event);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

/**
 * Returns a line as the log stream shows it: tabs as AWS writes them, and never empty, because an event needs a
 * message.
 */
function messageOf(line: string): string {
  const shown = line.replaceAll("\t", "#011") || " ";
  if (Buffer.byteLength(shown) <= mostEventBytes - eventOverheadBytes) return shown;
  return Buffer.from(shown)
    .subarray(0, mostEventBytes - eventOverheadBytes)
    .toString()
    .replace(/\uFFFD$/, "");
}
