import { mkdtempSync, readdirSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Executor, RunEvent } from "../port.ts";
import { collect } from "../script-run.fixture.ts";
import { listSegments, segmentBytes } from "./log-segments.ts";
import { createProcessExecutor } from "./process.ts";
import { createRecorder } from "./recorder.ts";
import { type RunFolder, runFolder } from "./run-folder.ts";

let home: string;
let folder: RunFolder;
let executor: Executor;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "segments-"));
  const place = { lease: join(home, "lease"), addressFile: join(home, "url"), productRoot: home, node: "node" };
  executor = createProcessExecutor({ folder: join(home, "runs"), home, ...place });
  folder = runFolder(join(home, "runs", "RUN"));
  renameSync(mkdtempSync(join(home, "new-")), folder.root);
});
afterEach(() => rmSync(home, { recursive: true }));

const line = (index: number) => `line ${index} ${"x".repeat(64 * 1024)}`;
const lines = 500;

/** Records four segments, with a state after every hundred lines. */
function record(): void {
  const recorder = createRecorder(folder);
  for (let index = 0; index < lines; index++) {
    if (index % 100 === 0) recorder.state(`S${index}`, {});
    recorder.lines([line(index)]);
  }
  recorder.exit({ code: 0 });
}
const textOf = (event: RunEvent) =>
  event.type === "log" ? event.line : event.type === "state" ? event.state : event.type;
const read = async (after?: string) => collect(executor.events("RUN", after));
const expected = Array.from({ length: lines }, (_, index) =>
  index % 100 === 0 ? [`S${index}`, line(index)] : [line(index)],
)
  .flat()
  .concat("exit");

it("a log is written in segments that begin where the one before ends", async () => {
  record();
  const segments = listSegments(folder.root);
  expect(segments.map(({ start }) => start).slice(0, 1)).toEqual([0]);
  expect(segments).toHaveLength(4);
  for (const [index, { start, path }] of segments.slice(0, -1).entries()) {
    expect(start + statSync(path).size).toBe(segments[index + 1]!.start);
    expect(statSync(path).size).toBeLessThan(segmentBytes + 70_000);
  }
  const events = await read();
  expect(events.map(textOf)).toEqual(expected);
  for (const index of [0, 99, 120, 130, 255, 260, 400, 503])
    expect(await read(events[index]!.cursor)).toEqual(events.slice(index + 1));
});

it("trim drops the segments that lie wholly before the cursor, and reading continues at the first one left", async () => {
  record();
  const events = await read();
  const second = listSegments(folder.root)[1]!;
  const before = events.findLastIndex(({ cursor }) => Number(cursor.split(".")[0]) < second.start);
  await executor.trim("RUN", events[before]!.cursor);
  expect(listSegments(folder.root)).toHaveLength(4);
  await executor.trim("RUN", events[before + 1]!.cursor);
  expect(listSegments(folder.root).map(({ start }) => start)[0]).toBe(second.start);
  expect(listSegments(folder.root)).toHaveLength(3);

  const left = events.slice(before + 2).filter(({ type }) => type === "log");
  for (const cursor of [undefined, "0.0", events[3]!.cursor])
    expect((await read(cursor)).filter(({ type }) => type === "log")).toEqual(left);
  expect((await read()).filter(({ type }) => type === "state").map(textOf)).toEqual([
    "S0",
    "S100",
    "S200",
    "S300",
    "S400",
  ]);
  expect(await read(events[before + 1]!.cursor)).toEqual(events.slice(before + 2));
  expect(await read(events[300]!.cursor)).toEqual(events.slice(301));

  await executor.trim("RUN", events.at(-1)!.cursor);
  expect(readdirSync(folder.root).filter((name) => name.startsWith("log"))).toHaveLength(1);
});

it("the one file of a run that an older version started is the segment at 0", async () => {
  const text = (index: number) => `${1_000 + index} ${line(index)}\n`;
  writeFileSync(folder.log, Array.from({ length: 200 }, (_, index) => text(index)).join(""));
  const state = { number: 1, time: 1, log: text(0).length, state: "Training", detail: {} };
  writeFileSync(folder.events, `${JSON.stringify(state)}\n`);
  writeFileSync(folder.exit, JSON.stringify({ code: 0, time: 5 }));
  const events = await read();
  expect(events.map(textOf).slice(0, 3)).toEqual([line(0), "Training", line(1)]);
  expect(events).toHaveLength(202);
  await executor.trim("RUN", events[150]!.cursor);
  expect(await read(events[150]!.cursor)).toEqual(events.slice(151));
});

it("a segment that a loss of power has cut short is followed by the next", async () => {
  record();
  const [first, second] = listSegments(folder.root);
  truncateSync(first!.path, 100_000);
  const texts = (await read()).map(textOf);
  expect(texts.slice(0, 2)).toEqual(["S0", line(0)]);
  const index = Math.ceil(second!.start / (line(100).length + 15));
  expect(texts).toContain(line(index));
  expect(texts.slice(-2)).toEqual([line(lines - 1), "exit"]);
});

it("refuses a cursor that no event has", async () => {
  record();
  await expect(read("12")).rejects.toThrow(/Cursor "12"/);
  await expect(executor.trim("RUN", "")).rejects.toThrow(/Cursor ""/);
});
