import { expect, it, vi } from "vitest";
import { createTestContext } from "../../../server/request/test-context.ts";
import { trainingJob } from "./training-job.ts";

/** A context whose store holds jobs, without the checks of CreateTrainingJob. */
async function contextWithJobs(count: number) {
  const context = createTestContext({ units: [trainingJob] });
  for (let index = 0; index < count; index++) {
    const TrainingJobName = `job-${index}`;
    const transitions = [{ Status: "Starting", StartTime: 0 }];
    const put = await trainingJob.put(context, {
      key: trainingJob.key(context, { TrainingJobName }),
      id: context.ids.ulid(),
      status: "InProgress",
      created: index,
      modified: index,
      wanted: { TrainingJobName } as never,
      actual: { transitions } as never,
    });
    await context.resources.write([put]);
  }
  return {
    context,
    get: vi.spyOn(context.resources, "get"),
    list: vi.spyOn(context.resources, "list"),
  };
}

it.each([
  { WarmPoolStatusEquals: "Available" as const },
  { TrainingPlanArnEquals: "arn:aws:sagemaker:us-west-2:1:plan/p" },
])("ListTrainingJobs with %j reads no document", async (filter) => {
  const { context, get, list } = await contextWithJobs(50);
  expect(await context.call("sagemaker", "ListTrainingJobs", filter)).toEqual({ TrainingJobSummaries: [] });
  expect([get.mock.calls, list.mock.calls]).toEqual([[], []]);
});

it("ListTrainingJobs with a filter of the store reads one page", async () => {
  const { context, get, list } = await contextWithJobs(50);
  const input = { StatusEquals: "InProgress", NameContains: "JOB-4", MaxResults: 10 } as const;
  const { TrainingJobSummaries: jobs } = await context.call("sagemaker", "ListTrainingJobs", input);
  expect(jobs!.map(({ TrainingJobName }) => TrainingJobName)).toEqual([
    "job-4",
    ...Array.from({ length: 9 }, (_, index) => `job-4${index}`),
  ]);
  expect(get).not.toHaveBeenCalled();
  expect(list).toHaveBeenCalledExactlyOnceWith(
    trainingJob.name,
    expect.objectContaining({ status: "InProgress", nameContains: "JOB-4", limit: 10 }),
  );
});

it("reads a job that was written before attempts had several runs, with its run or without", async () => {
  const { context } = await contextWithJobs(1);
  const job = await trainingJob.get(context, "job-0");
  const before = { transitions: job.actual.transitions, lostAttempts: 1, told: {} };
  const run = { id: "01RUN", statesSeen: 3 };
  const read = (actual: object) => trainingJob.read({ ...job, schema: 2, actual }).actual;
  expect(read({ ...before, run })).toEqual({ ...before, runs: [run] });
  expect(read(before)).toEqual(before);
  const first = { transitions: [], lostAttempts: 0, run, trainingStart: 5 };
  expect(trainingJob.read({ ...job, schema: 1, actual: first }).actual).toMatchObject({ runs: [run], started: 5 });
});
