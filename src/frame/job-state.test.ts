import { expect, it } from "vitest";
import { enter, type Step, type Transition, trainingSeconds } from "./training-job-status.ts";

const through = (...steps: readonly [Step, number][]): readonly Transition[] =>
  steps.reduce<readonly Transition[]>((transitions, [step, time]) => enter(transitions, step, time), []);

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
  const rest = { transitions: [], lostAttempts: 0 };
  expect(trainingSeconds({ ...rest, trainingStart: 1000, trainingEnd: 1200 })).toBe(1);
  expect(trainingSeconds({ ...rest, trainingStart: 1000, trainingEnd: 63_600 })).toBe(63);
  expect(trainingSeconds({ ...rest, trainingStart: 1000 })).toBeUndefined();
});
