import fc from "fast-check";
import { expect, it } from "vitest";
import { createTestContext, type TestContext, testTime } from "../../../server/test-context.ts";
import { logEvents } from "./log-events.ts";
import { logGroup } from "./log-group.ts";
import { logStream } from "./log-stream.ts";

const logGroupName = "/group";
/** Batches of events for three streams: which stream, and the times of the batch in order. */
const batches = fc.array(
  fc.record({
    stream: fc.integer({ min: 0, max: 2 }),
    times: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 5 }).map((times) => times.sort()),
  }),
  { maxLength: 8 },
);

async function written(put: { stream: number; times: number[] }[]): Promise<TestContext> {
  const context = createTestContext({ units: [logGroup, logStream, logEvents] });
  await context.call("CreateLogGroup", { logGroupName });
  for (let stream = 0; stream < 3; stream++)
    await context.call("CreateLogStream", { logGroupName, logStreamName: String(stream) });
  for (const [batch, { stream, times }] of put.entries())
    await context.call("PutLogEvents", {
      logGroupName,
      logStreamName: String(stream),
      logEvents: times.map((time, index) => ({ timestamp: testTime + time, message: `${time} ${batch}.${index}` })),
    });
  return context;
}

/** All messages of a stream, in order of time, then as they came in. */
const expectedOf = (put: { stream: number; times: number[] }[], of: number) =>
  put
    .flatMap(({ stream, times }, batch) =>
      stream === of ? times.map((time, index) => ({ time, message: `${time} ${batch}.${index}` })) : [],
    )
    .sort((a, b) => a.time - b.time)
    .map(({ message }) => message);

it("paging through a stream, either way, gives each event once and in order", async () => {
  const property = fc.asyncProperty(batches, fc.integer({ min: 1, max: 7 }), fc.boolean(), async (put, limit, head) => {
    const context = await written(put);
    const seen: string[] = [];
    for (let nextToken: string | undefined; ; ) {
      const read = { logGroupName, logStreamName: "0", startFromHead: head, limit, nextToken };
      const page = await context.call("GetLogEvents", read);
      const messages = page.events!.map(({ message }) => message!);
      if (messages.length === 0) break;
      if (head) seen.push(...messages);
      else seen.unshift(...messages);
      nextToken = head ? page.nextForwardToken : page.nextBackwardToken;
    }
    expect(seen).toEqual(expectedOf(put, 0));
  });
  await fc.assert(property, { numRuns: 100 });
});

it("paging through a group interleaves its streams by time, either way", async () => {
  const property = fc.asyncProperty(batches, fc.integer({ min: 1, max: 7 }), fc.boolean(), async (put, limit, head) => {
    const context = await written(put);
    const seen: { message?: string; timestamp?: number; logStreamName?: string }[] = [];
    let nextToken: string | undefined;
    do {
      const page = await context.call("FilterLogEvents", { logGroupName, startFromHead: head, limit, nextToken });
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
  await fc.assert(property, { numRuns: 100 });
});
