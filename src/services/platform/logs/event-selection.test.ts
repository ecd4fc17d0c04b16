import fc from "fast-check";
import { expect, it } from "vitest";
import { createTestContext, type TestContext, testTime } from "../../../server/request/test-context.ts";
import { logEvents } from "./log-events.ts";
import { logGroup } from "./log-group.ts";
import { logStream } from "./log-stream.ts";

const logGroupName = "/group";
interface Batch {
  readonly stream: number;
  /** In order. */
  readonly times: number[];
}

/** Batches of events for three streams; in half of the cases no batch begins before the one before it has ended. */
const batches = fc
  .tuple(
    fc.array(
      fc.record({
        stream: fc.integer({ min: 0, max: 2 }),
        times: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 5 }).map((times) => times.sort()),
      }),
      { maxLength: 8 },
    ),
    fc.boolean(),
  )
  .map(([put, inOrder]): Batch[] =>
    inOrder ? put.map(({ stream, times }, batch) => ({ stream, times: times.map((time) => time + 9 * batch) })) : put,
  );

async function written(put: readonly Batch[]): Promise<TestContext> {
  const context = createTestContext({ units: [logGroup, logStream, logEvents] });
  await context.call("logs", "CreateLogGroup", { logGroupName });
  for (let stream = 0; stream < 3; stream++)
    await context.call("logs", "CreateLogStream", { logGroupName, logStreamName: String(stream) });
  for (const [batch, { stream, times }] of put.entries())
    await context.call("logs", "PutLogEvents", {
      logGroupName,
      logStreamName: String(stream),
      logEvents: times.map((time, index) => ({ timestamp: testTime + time, message: `${time} ${batch}.${index}` })),
    });
  return context;
}

/** Times from the first on, before the second. */
type Span = readonly [from: number, before: number];

/** The messages of a stream, in order of time, then of arrival. */
const expectedOf = (put: readonly Batch[], of: number, [from, before]: Span = [0, Number.POSITIVE_INFINITY]) =>
  put
    .flatMap(({ stream, times }, batch) =>
      stream === of ? times.map((time, index) => ({ time, message: `${time} ${batch}.${index}` })) : [],
    )
    .filter(({ time }) => time >= from && time < before)
    .sort((a, b) => a.time - b.time)
    .map(({ message }) => message);

it("paging through a stream or a span of it, either way, gives each event once and in order", async () => {
  const limits = fc.integer({ min: 1, max: 7 });
  const spans = fc.option(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 80 })));
  const property = fc.asyncProperty(batches, limits, fc.boolean(), spans, async (put, limit, head, span) => {
    const context = await written(put);
    const inSpan = span ? { startTime: testTime + span[0], endTime: testTime + span[1] } : {};
    const seen: string[] = [];
    for (let nextToken: string | undefined; ; ) {
      const read = { logGroupName, logStreamName: "0", startFromHead: head, limit, nextToken, ...inSpan };
      const page = await context.call("logs", "GetLogEvents", read);
      const messages = page.events!.map(({ message }) => message!);
      if (messages.length === 0) break;
      if (head) seen.push(...messages);
      else seen.unshift(...messages);
      nextToken = head ? page.nextForwardToken : page.nextBackwardToken;
    }
    expect(seen).toEqual(expectedOf(put, 0, span ?? undefined));
  });
  await fc.assert(property, { numRuns: 200, seed: 3 });
});

it.each([true, false])("a long stream is not read anew for each page (from the head: %s)", async (startFromHead) => {
  const [lines, limit] = [30_000, 1_000];
  const context = await written([]);
  for (let at = 0; at < lines; at += 5_000) {
    const logEvents = Array.from({ length: 5_000 }, (_, line) => ({
      timestamp: testTime + Math.floor((at + line) / 100),
      message: "x",
    }));
    await context.call("logs", "PutLogEvents", { logGroupName, logStreamName: "0", logEvents });
  }
  let touched = 0;
  const { read } = context.journals;
  context.journals.read = async (...given) => {
    const entries = await read(...given);
    touched += entries.length;
    return entries;
  };
  let seen = 0;
  for (let nextToken: string | undefined; ; ) {
    const page = await context.call("logs", "GetLogEvents", {
      logGroupName,
      logStreamName: "0",
      startFromHead,
      limit,
      nextToken,
    });
    if (page.events!.length === 0) break;
    seen += page.events!.length;
    nextToken = startFromHead ? page.nextForwardToken : page.nextBackwardToken;
  }
  expect(seen).toBe(lines);
  expect(touched).toBeLessThan(3 * lines);
});

it("paging through a group interleaves its streams by time, either way", async () => {
  const property = fc.asyncProperty(batches, fc.integer({ min: 1, max: 7 }), fc.boolean(), async (put, limit, head) => {
    const context = await written(put);
    const seen: { message?: string; timestamp?: number; logStreamName?: string }[] = [];
    let nextToken: string | undefined;
    do {
      const page = await context.call("logs", "FilterLogEvents", {
        logGroupName,
        startFromHead: head,
        limit,
        nextToken,
      });
      seen.push(...page.events!);
      nextToken = page.nextToken;
    } while (nextToken);
    if (!head) seen.reverse();
    expect(seen.map(({ timestamp }) => timestamp)).toEqual(seen.map(({ timestamp }) => timestamp).sort());
    for (const stream of [0, 1, 2])
      expect(
        seen.filter(({ logStreamName }) => logStreamName === String(stream)).map(({ message }) => message),
      ).toEqual(expectedOf(put, stream));
  });
  await fc.assert(property, { numRuns: 100, seed: 3 });
});
