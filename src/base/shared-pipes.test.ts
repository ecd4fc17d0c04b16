import { expect, it } from "vitest";
import { createRandom } from "./random.ts";
import { createSharedPipes } from "./shared-pipes.ts";

it("bytes arrive in order, whatever the sizes of writes and reads, also past the point where the counts wrap around", () => {
  const random = createRandom(7);
  const { memory } = createSharedPipes();
  // The counts of the first pipe are near the end of what they can hold.
  const counts = new Int32Array(memory);
  counts[0] = counts[1] = 2 ** 31 - 100_000;
  const [host, thread] = [createSharedPipes(memory), createSharedPipes(memory)];
  let written = 0;
  let read = 0;
  const byteAt = (place: number) => (place * 31 + (place >> 8)) & 255;
  while (read < 3_000_000) {
    const bytes = Uint8Array.from({ length: 1 + random.below(90_000) }, (_, index) => byteAt(written + index));
    const from = random.below(bytes.length);
    const shifted = new Uint8Array(from + bytes.length);
    shifted.set(bytes, from);
    written += host.toThread.write(shifted, from);
    expect(thread.toThread.waiting()).toBe(written - read);
    const target = new Uint8Array(random.below(thread.toThread.waiting() + 1));
    thread.toThread.read(target, target.length);
    const wrong = target.findIndex((byte, index) => byte !== byteAt(read + index));
    expect(wrong).toBe(-1);
    read += target.length;
  }
});

it("a full pipe takes nothing, and the rest when it was read", () => {
  const { toHost } = createSharedPipes();
  const bytes = new Uint8Array(1_000_000).fill(1);
  const first = toHost.write(bytes, 0);
  expect(first).toBeLessThan(bytes.length);
  expect([toHost.isFull(), toHost.write(bytes, first)]).toEqual([true, 0]);
  toHost.read(new Uint8Array(10), 10);
  expect([toHost.isFull(), toHost.write(bytes, first)]).toEqual([false, 10]);
});

it("words are seen by the other side", () => {
  const one = createSharedPipes();
  const other = createSharedPipes(one.memory);
  one.words.set("heapKibibytes", 5);
  one.words.add("beat");
  one.words.add("beat");
  expect([other.words.get("heapKibibytes"), other.words.get("beat")]).toEqual([5, 2]);
  expect(other.words.waitAsync("beat", 1)).toBeUndefined();
});
