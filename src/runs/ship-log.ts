import { Fault } from "../aws/faults.ts";
import type { Context } from "../frame/context.ts";
import type { FollowedRun, RunLine, ShippedLines } from "../frame/define-reconciler.ts";

/** A log stream that shows what a run prints. */
export interface LogPlace {
  readonly logGroupName: string;
  readonly logStreamName: string;
}

/** The limits of PutLogEvents; a line longer than `lineBytes` is cut. */
const limits = { events: 10_000, batchBytes: 1_048_576, spanMilliseconds: 24 * 3_600_000, lineBytes: 262_144 };
/** What PutLogEvents adds to the size of each event. */
const eventOverheadBytes = 26;

/** Makes the group and the stream unless they are there. */
export async function openLog(context: Context, { logGroupName, logStreamName }: LogPlace): Promise<void> {
  await openLogGroup(context, logGroupName);
  await context.call("logs", "CreateLogStream", { logGroupName, logStreamName }).catch(allowExisting);
}

export async function openLogGroup(context: Context, logGroupName: string): Promise<void> {
  await context.call("logs", "CreateLogGroup", { logGroupName }).catch(allowExisting);
}

const allowExisting = allow("ResourceAlreadyExistsException");
const allowMissing = allow("ResourceNotFoundException");

function allow(code: string): (error: unknown) => undefined {
  return (error) => {
    if (!(error instanceof Fault && error.code === code)) throw error;
  };
}

/**
 * How far a stream has come, for `follow`: a server that was killed between writing events and remembering it finds here
 * where to go on.
 */
export async function shippedLines(context: Context, place: LogPlace): Promise<ShippedLines | undefined> {
  const { logGroupName, logStreamName } = place;
  const found = await context
    .call("logs", "DescribeLogStreams", { logGroupName, logStreamNamePrefix: logStreamName, limit: 1 })
    .catch(allowMissing);
  const time = found?.logStreams?.find((stream) => stream.logStreamName === place.logStreamName)?.lastEventTimestamp;
  if (time === undefined) return undefined;
  let count = 0;
  let nextToken: string | undefined;
  for (;;) {
    const page = await context.call("logs", "GetLogEvents", {
      ...place,
      startTime: time,
      startFromHead: true,
      nextToken,
    });
    count += page.events?.length ?? 0;
    if (!page.events?.length || page.nextForwardToken === nextToken) return { time, count };
    nextToken = page.nextForwardToken;
  }
}

/** A line as the log stream has it; `timestamp` in milliseconds since 1970. */
export interface LogEvent {
  readonly timestamp: number;
  readonly message: string;
}

/**
 * Writes the lines that are not shipped yet, and gives them. A stream that somebody deleted is made again: a job must not
 * wait for its log.
 */
export async function shipLines(context: Context, place: LogPlace, run: FollowedRun): Promise<LogEvent[]> {
  const shipped: LogEvent[] = [];
  for (const batch of batches(run.lines)) {
    const put = () => context.call("logs", "PutLogEvents", { ...place, logEvents: batch });
    if (!(await put().catch(allowMissing))) {
      await openLog(context, place);
      await put();
    }
    run.passLines(batch.length);
    shipped.push(...batch);
  }
  return shipped;
}

/** As many lines at a time as PutLogEvents takes. */
function* batches(lines: readonly RunLine[]): Iterable<LogEvent[]> {
  let batch: LogEvent[] = [];
  let bytes = 0;
  for (const { time, line } of lines) {
    const message = messageOf(line);
    const size = Buffer.byteLength(message) + eventOverheadBytes;
    const full =
      batch.length === limits.events ||
      bytes + size > limits.batchBytes ||
      time - (batch[0]?.timestamp ?? time) > limits.spanMilliseconds;
    if (full) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push({ timestamp: time, message });
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

/** A line as the log stream shows it: tabs as AWS writes them, and never empty, because an event must have a message. */
function messageOf(line: string): string {
  const shown = line.replaceAll("\t", "#011") || " ";
  if (Buffer.byteLength(shown) <= limits.lineBytes - eventOverheadBytes) return shown;
  return Buffer.from(shown)
    .subarray(0, limits.lineBytes - eventOverheadBytes)
    .toString()
    .replace(/\uFFFD$/, "");
}
