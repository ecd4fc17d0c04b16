import { expect, it } from "vitest";
import { trainingSteps } from "../services/sagemaker/training/training-job-status.ts";
import { enter, type Transition, workSeconds } from "./job-state.ts";

type Step = keyof typeof trainingSteps.steps;
const through = (...steps: readonly [Step, number][]): readonly Transition[] =>
  steps.reduce<readonly Transition[]>(
    (transitions, [step, time]) =>
      enter(transitions, step, trainingSteps.steps[step], time, ["Completed", "Failed"].includes(step)),
    [],
  );

it("keeps one transition per status, with its last message, each ending where the next begins", () => {
  expect(through(["Starting", 1], ["Pending", 2], ["Downloading", 3], ["Training", 5], ["Completed", 9])).toEqual([
    { Status: "Starting", StartTime: 1, EndTime: 3, StatusMessage: "Preparing the instances for training" },
    { Status: "Downloading", StartTime: 3, EndTime: 5, StatusMessage: "Downloading input data" },
    {
      Status: "Training",
      StartTime: 5,
      EndTime: 9,
      StatusMessage: "Training image download completed. Training in progress.",
    },
    { Status: "Completed", StartTime: 9, EndTime: 9, StatusMessage: "Training job completed" },
  ]);
});

it("never goes back in time, whatever the clocks of run and server say", () => {
  const times = through(["Starting", 10], ["Downloading", 7], ["Failed", 8]).map(({ StartTime }) => StartTime);
  expect(times).toEqual([10, 10, 10]);
});

it("bills at least a second, and nothing before the end", () => {
  const rest = { transitions: [], lostAttempts: 0, told: {} };
  expect(workSeconds({ ...rest, started: 1000, ended: 1200 })).toBe(1);
  expect(workSeconds({ ...rest, started: 1000, ended: 63_600 })).toBe(63);
  expect(workSeconds({ ...rest, started: 1000 })).toBeUndefined();
});
