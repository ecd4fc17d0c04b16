import { expect, test } from "vitest";
import { bytes, duration, number } from "./format.ts";
import { titleOf } from "./words.ts";

test.each([
  ["TrainingInputMode", "Training input mode"],
  ["ResourceConfig.VolumeSizeInGB", "Volume size in GB"],
  ["S3OutputPath", "S3 output path"],
  ["ModelPackageArn", "Model package ARN"],
  ["InputDataConfig.0.ChannelName", "Channel name"],
  ["InputDataConfig.0", "Input data config"],
  ["logGroupName", "Log group name"],
  ["HyperParameters", "Hyperparameters"],
  ["InService", "In service"],
])("%s is shown as %s", (member, title) => {
  expect(titleOf(member)).toBe(title);
});

test("sizes, durations and numbers are short", () => {
  expect([0, 999, 1000, 95_800, 5_368_709_120].map(bytes)).toEqual([
    "0 bytes",
    "999 bytes",
    "1.00 kB",
    "95.8 kB",
    "5.37 GB",
  ]);
  expect([3, 61.4, 3725, 200_000].map(duration)).toEqual(["3 s", "1 min 1 s", "1 h 2 min", "2 days 7 h"]);
  expect([1234567, 0.123456789, 2.5].map(number)).toEqual(["1,234,567", "0.123457", "2.5"]);
});
