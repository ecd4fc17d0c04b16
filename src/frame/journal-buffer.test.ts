import { expect, it, vi } from "vitest";
import { createMemoryJournalStore } from "../stores/journals/memory.ts";
import { createJournalBuffer } from "./journal-buffer.ts";

const entry = (data: string) => ({ time: 1, data });

it("entries of one turn are one append of each stream, in order, and are written when it says so", async () => {
  const journals = createMemoryJournalStore({ clock: { now: () => 5 } });
  const append = vi.spyOn(journals, "append");
  const buffer = createJournalBuffer(journals);
  await Promise.all([buffer.add("a", entry("1")), buffer.add("b", entry("2")), buffer.add("a", entry("3"))]);
  expect((await journals.read("a", 0, 10)).map(({ data }) => data)).toEqual(["1", "3"]);
  await buffer.add("a", entry("4"));
  expect((await journals.read("a", 0, 10)).map(({ data }) => data)).toEqual(["1", "3", "4"]);
  expect(append.mock.calls.map(([stream, entries]) => [stream, entries.length])).toEqual([
    ["a", 2],
    ["b", 1],
    ["a", 1],
  ]);
});

it("who adds an entry that cannot be written is told, and the next ones are written", async () => {
  const journals = createMemoryJournalStore({ clock: { now: () => 5 } });
  vi.spyOn(journals, "append").mockRejectedValueOnce(new Error("full"));
  const buffer = createJournalBuffer(journals);
  await expect(buffer.add("a", entry("1"))).rejects.toThrow("full");
  await buffer.add("a", entry("2"));
  expect((await journals.read("a", 0, 10)).map(({ data }) => data)).toEqual(["2"]);
});
