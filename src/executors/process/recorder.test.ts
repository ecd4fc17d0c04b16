import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createRecorder } from "./recorder.ts";
import { type RunFolder, runFolder } from "./run-folder.ts";

let folder: RunFolder;
beforeEach(() => {
  folder = runFolder(mkdtempSync(join(tmpdir(), "recorder-")));
});
afterEach(() => rmSync(folder.root, { recursive: true }));

it("numbers states, and knows how long the log was at each", () => {
  const recorder = createRecorder(folder);
  recorder.state("started", {});
  recorder.lines(["one"]);
  recorder.state("Training", { round: 1 });
  recorder.exit({ code: 0 });
  const states = readFileSync(folder.events, "utf8").trim().split("\n");
  expect(states.map((line) => JSON.parse(line))).toMatchObject([
    { number: 1, log: 0, state: "started" },
    { number: 2, log: readFileSync(folder.log).length, state: "Training", detail: { round: 1 } },
  ]);
  expect(JSON.parse(readFileSync(folder.exit, "utf8"))).toMatchObject({ code: 0 });
});

it("drops states of a run that tells states without end, and says so in the log", () => {
  const recorder = createRecorder(folder);
  const detail = { text: "x".repeat(2 ** 20) };
  for (let index = 0; index < 20; index++) recorder.state("Again", detail);
  recorder.exit({ code: 0 });
  expect(readFileSync(folder.events, "utf8").trim().split("\n")).toHaveLength(8);
  expect(readFileSync(folder.log, "utf8")).toMatch(/^\d+ The run has told 8 states of \d+ bytes; .*\n$/);
});

it.skipIf(!existsSync("/dev/full"))(
  "keeps the states that the disk has no room for, and the exit until they are told",
  () => {
    symlinkSync("/dev/full", folder.events);
    const recorder = createRecorder(folder);
    recorder.state("InService", {});
    recorder.lines(["goes on"]);
    expect(recorder.tellStates()).toBe(false);
    expect(() => recorder.exit({ code: 0 })).toThrow(/no room/);
    expect(existsSync(folder.exit)).toBe(false);
  },
);
