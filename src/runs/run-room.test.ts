import { expect, test } from "vitest";
import type { ResourceKey } from "../stores/resources/port.ts";
import { createRunRoom } from "./run-room.ts";

const job = (name: string, kind = "job"): ResourceKey => ({ account: "1", region: "r", kind, name });

function create(most: number) {
  const woken: string[] = [];
  return { room: createRunRoom(most, ({ name }) => woken.push(name)), woken };
}

test("so many come in; the others in the order in which they asked, each woken when there is room", () => {
  const { room, woken } = create(2);
  expect(["a", "b", "c", "d"].map((name) => room.enter(job(name)))).toEqual([true, true, false, false]);
  expect(room.enter(job("a"))).toBe(true);
  room.leave(job("b"));
  expect(woken).toEqual(["c"]);
  expect(["d", "e", "c"].map((name) => room.enter(job(name)))).toEqual([false, false, true]);
  room.leave(job("a"));
  room.leave(job("c"));
  expect(woken).toEqual(["c", "d", "d", "e"]);
});

test("one that waits no more keeps its place from nobody", () => {
  const { room, woken } = create(1);
  expect(["a", "b", "c"].map((name) => room.enter(job(name)))).toEqual([true, false, false]);
  room.leave(job("a"));
  expect(woken).toEqual(["b"]);
  room.leave(job("b"));
  expect(woken).toEqual(["b", "c"]);
  expect(room.enter(job("c"))).toBe(true);
});

test("those that have a run already are inside, even where they are too many; kinds do not meet", () => {
  const { room, woken } = create(1);
  for (const name of ["a", "b"]) room.occupy(job(name));
  expect([room.enter(job("a")), room.enter(job("c")), room.enter(job("c", "other"))]).toEqual([true, false, true]);
  room.leave(job("a"));
  expect(woken).toEqual([]);
  room.leave(job("b"));
  expect(woken).toEqual(["c"]);
});
