import { expect, test } from "vitest";
import type { ResourceKey } from "../stores/resources/port.ts";
import { createRunRoom } from "./run-room.ts";

const gibibyte = 1024 ** 3;
const job = (name: string, kind = "job"): ResourceKey => ({ account: "1", region: "r", kind, name });
const small = { cores: 1, memoryBytes: gibibyte };
const nothing = { cores: 0, memoryBytes: 0 };

function create(cores: number, stayingBytes = () => 0) {
  const woken: string[] = [];
  const size = { cores, memoryBytes: 8 * gibibyte };
  return { room: createRunRoom(size, ({ name }) => woken.push(name), stayingBytes), woken };
}

test("as many enter as fit; the others enter in the order in which they asked, each woken when there is room", () => {
  const { room, woken } = create(2);
  expect(["a", "b", "c", "d"].map((name) => room.enter(job(name), small))).toEqual([true, true, false, false]);
  expect(room.enter(job("a"), small)).toBe(true);
  room.leave(job("b"));
  expect(woken).toEqual(["c"]);
  expect(["d", "e", "c"].map((name) => room.enter(job(name), small))).toEqual([false, false, true]);
  room.leave(job("a"));
  room.leave(job("c"));
  expect(woken).toEqual(["c", "d", "d", "e"]);
});

test("a job that no longer waits blocks no other", () => {
  const { room, woken } = create(1);
  expect(["a", "b", "c"].map((name) => room.enter(job(name), small))).toEqual([true, false, false]);
  room.leave(job("a"));
  expect(woken).toEqual(["b"]);
  room.leave(job("b"));
  expect(woken).toEqual(["b", "c"]);
  expect(room.enter(job("c"), small)).toBe(true);
});

test("jobs that have a run already are inside, even when they are too many; all kinds share the room", () => {
  const { room, woken } = create(1);
  for (const name of ["a", "b"]) room.occupy(job(name), small);
  expect([room.enter(job("a"), small), room.enter(job("c", "other"), small)]).toEqual([true, false]);
  room.leave(job("a"));
  expect(woken).toEqual([]);
  room.leave(job("b"));
  expect(woken).toEqual(["c"]);
});

test("memory counts as cores do, and all hosts of a job enter together", () => {
  const { room, woken } = create(8);
  expect(room.enter(job("a"), { cores: 1, memoryBytes: 6 * gibibyte })).toBe(true);
  expect(room.enter(job("b"), { cores: 1, memoryBytes: 4 * gibibyte })).toBe(false);
  room.leave(job("a"));
  expect(woken).toEqual(["b"]);
  expect(room.enter(job("b"), { cores: 1, memoryBytes: 4 * gibibyte })).toBe(true);
  expect(room.enter(job("hosts"), { cores: 8, memoryBytes: gibibyte })).toBe(false);
  // Nothing overtakes: otherwise the job that waits first could wait for ever.
  expect(room.enter(job("c"), small)).toBe(false);
});

test("one job always fits, even beside runs that stay up; a run without cores never waits", () => {
  let staying = 0;
  const { room } = create(2, () => staying);
  expect(room.enter(job("endpoint"), nothing)).toBe(true);
  staying = 96 * gibibyte;
  expect(room.enter(job("a"), { cores: 16, memoryBytes: 64 * gibibyte })).toBe(true);
  expect(room.enter(job("b"), small)).toBe(false);
  expect(room.enter(job("other endpoint"), nothing)).toBe(true);
  room.leave(job("a"));
  expect(room.enter(job("b"), small)).toBe(true);
});
