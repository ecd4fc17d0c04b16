import { beforeEach, expect, it, vi } from "vitest";
import { createTestContext, type TestContext, testTime } from "../../../server/request/test-context.ts";
import { journalSweep } from "./journal-sweep.ts";
import { folderOf } from "./log-documents.ts";
import { logEvents } from "./log-events.ts";
import { logGroup } from "./log-group.ts";
import { logStream } from "./log-stream.ts";

const logGroupName = "/group";
let context: TestContext;
beforeEach(async () => {
  context = createTestContext({ units: [logGroup, logStream, logEvents] });
  await context.call("logs", "CreateLogGroup", { logGroupName });
});

const sweep = () => journalSweep.run(context, context.signal);
const journals = () => context.journals.streams("", undefined, 10_000);
const hour = 3_600_000;

async function makeStreams(there: TestContext, ...names: string[]): Promise<void> {
  for (const logStreamName of names) {
    await there.call("logs", "CreateLogStream", { logGroupName, logStreamName });
    const event = { timestamp: testTime, message: logStreamName };
    if (!logStreamName.startsWith("empty"))
      await there.call("logs", "PutLogEvents", { logGroupName, logStreamName, logEvents: [event] });
  }
}

it("removes the journals of groups that a killed server did not come to, and no others", async () => {
  const elsewhere = context.at({ account: "999999999999", region: "eu-west-1" });
  await elsewhere.call("logs", "CreateLogGroup", { logGroupName });
  for (const there of [context, elsewhere]) await makeStreams(there, "a", "empty", "\u001fb");
  await context.journals.append("metrics/x", [{ time: 1, data: "of metrics" }]);
  const others = (await journals()).filter((name) => !name.includes(context.account));
  vi.spyOn(context.journals, "trim").mockRejectedValueOnce(new Error("killed"));
  await expect(context.call("logs", "DeleteLogGroup", { logGroupName })).rejects.toThrow("killed");
  await context.call("logs", "CreateLogGroup", { logGroupName });
  await makeStreams(context, "a");
  const group = await logGroup.get(context, logGroupName);
  const living = (await journals()).filter((name) => name.startsWith(folderOf(group.key, group.id)));
  expect(await journals()).not.toHaveLength(others.length + living.length);
  await sweep();
  expect((await journals()).toSorted()).toEqual([...others, ...living].toSorted());
});

it("removes the journal of a stream that was never made, after an hour", async () => {
  await makeStreams(context, "a", "empty-1", "empty-2");
  const made = await journals();
  vi.spyOn(context.resources, "write").mockRejectedValueOnce(new Error("killed"));
  await expect(makeStreams(context, "lost")).rejects.toThrow("killed");
  await sweep();
  expect(await journals()).toHaveLength(made.length + 1);
  context.passTime(hour + 1);
  await sweep();
  expect(await journals()).toEqual(made);
});

it("looks at no stream with events", async () => {
  await makeStreams(context, ...Array.from({ length: 500 }, (_, i) => `s${i}`));
  const reads = [
    vi.spyOn(context.resources, "get"),
    vi.spyOn(context.journals, "summary"),
    vi.spyOn(context.journals, "streams"),
    vi.spyOn(context.journals, "byTime"),
  ];
  await sweep();
  expect(reads.reduce((sum, { mock }) => sum + mock.calls.length, 0)).toBeLessThan(10);
});
