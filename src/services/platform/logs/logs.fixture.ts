import { beforeEach } from "vitest";
import { createTestContext, type TestContext, testTime } from "../../../server/request/test-context.ts";
import { logEvents } from "./log-events.ts";
import { logGroup } from "./log-group.ts";
import { logStream } from "./log-stream.ts";

export const logGroupName = "/aws/sagemaker/TrainingJobs";
export const logStreamName = "job/algo-1-1";
/** That of the test that runs. */
export let context: TestContext;

/** Has a context with a group and a stream in it made for each test of a file. */
export function useLogs(): void {
  beforeEach(async () => {
    context = createTestContext({ units: [logGroup, logStream, logEvents] });
    await context.call("logs", "CreateLogGroup", { logGroupName });
    await context.call("logs", "CreateLogStream", { logGroupName, logStreamName });
  });
}

export const put = (events: [offset: number, message: string][], stream = logStreamName) =>
  context.call("logs", "PutLogEvents", {
    logGroupName,
    logStreamName: stream,
    logEvents: events.map(([offset, message]) => ({ timestamp: testTime + offset, message })),
  });
export const messages = (output: { events?: { message?: string }[] }) => output.events!.map(({ message }) => message);
