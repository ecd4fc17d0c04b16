import { expect, it } from "vitest";
import { createMemoryJournalStore } from "../stores/journals/memory.ts";
import { createSessions } from "./sessions.ts";

let now = 1_000;
const clock = { now: () => now };

it("a session is found until it is closed or expires, also by the next process", async () => {
  const journals = createMemoryJournalStore({ clock });
  const sessions = createSessions(journals, clock);
  await sessions.open("j", "a", { runId: "run-1" });
  await sessions.open("j", "b", { runId: "run-2", expires: 2_000 });
  await sessions.open("j", "c", { runId: "run-3" });
  await sessions.close("j", "c");
  for (const process of [sessions, createSessions(journals, clock)]) {
    expect(await process.find("j", "a")).toEqual({ runId: "run-1" });
    expect(await process.find("j", "b")).toEqual({ runId: "run-2", expires: 2_000 });
    expect(await process.find("j", "c")).toBeUndefined();
    expect(await process.find("other", "a")).toBeUndefined();
  }
  now = 2_000;
  expect(await sessions.find("j", "b")).toBeUndefined();
  expect(await createSessions(journals, clock).find("j", "b")).toBeUndefined();
});

it("of a journal that is dropped nothing is left", async () => {
  const journals = createMemoryJournalStore({ clock });
  const sessions = createSessions(journals, clock);
  await sessions.open("j", "a", { runId: "run-1" });
  await sessions.drop("j");
  expect(await sessions.find("j", "a")).toBeUndefined();
  expect(await journals.summary("j")).toBeUndefined();
});
