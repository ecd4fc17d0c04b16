import { expect, test } from "vitest";
import { newSpotAttempt, nextSpotEnd, occupiedMilliseconds } from "./job-spot.ts";

const spot = { waitsUntil: 9_000, working: "Training", saving: "Uploading" };
const step = (Status: string, StartTime: number, EndTime?: number) => ({
  Status,
  StartTime,
  EndTime,
  StatusMessage: "",
});

test("an attempt is interrupted after half to one and a half times the mean, the next after twice as long, and never without one", () => {
  const after = (random: number, before: string[], meanSeconds = 2) =>
    newSpotAttempt(
      before.map((name) => step(name, 0)),
      { meanSeconds, interrupted: "Interrupted" },
      random,
    ).interruptsAfter;
  expect([0, 0.5, 0.999].map((random) => after(random, ["Starting"]))).toEqual([1000, 2000, 2998]);
  expect(after(0.5, ["Training", "Interrupted", "Training", "Interrupted"])).toBe(8000);
  expect(after(0.5, [], 0)).toBeUndefined();
});

test("what ends an attempt next is the interruption of its work or the end of the wait, whichever is first", () => {
  const next = (name: string, actual = {}) => nextSpotEnd({ transitions: [step(name, 1000)], spot: actual }, spot);
  expect(next("Training", { interruptsAfter: 500 })).toEqual({ ends: "interrupted", at: 1500 });
  expect(next("Training", { interruptsAfter: 8_000 })).toEqual({ ends: "waited", at: 9_000 });
  expect(next("Downloading", { interruptsAfter: 500 })).toEqual({ ends: "waited", at: 9_000 });
  expect(next("Uploading", { interruptsAfter: 500 })).toBeUndefined();
  expect(next("Training", { interruptsAfter: 500, ends: "interrupted" })).toBeUndefined();
});

test("a job has its instance from the download on, and not while it waits for another", () => {
  const transitions = [
    ...[step("Starting", 0, 10), step("Downloading", 10, 30), step("Training", 30, 100), step("Interrupted", 100, 150)],
    ...[step("Starting", 150, 200), step("Training", 200, 260), step("Completed", 260, 260)],
  ];
  expect(occupiedMilliseconds(transitions)).toBe(150);
});
