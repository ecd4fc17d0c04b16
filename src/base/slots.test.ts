import { expect, it } from "vitest";
import { createRandom } from "./random.ts";
import { createSlots } from "./slots.ts";

it("has what was added and not removed, each in a place that no other has", () => {
  const random = createRandom(5);
  const slots = createSlots<{ readonly name: number }>();
  const expected = new Map<number, { readonly name: number }>();
  for (let name = 0; name < 5_000; name++) {
    const places = [...expected.keys()];
    if (places.length > 0 && random.next() < 0.48) {
      const place = places[random.below(places.length)]!;
      slots.remove(place);
      slots.remove(place);
      expected.delete(place);
      expect(slots.get(place)).toBeUndefined();
    } else {
      const value = { name };
      const place = slots.add(value);
      expect(expected.has(place)).toBe(false);
      expected.set(place, value);
    }
    expect(slots.size()).toBe(expected.size);
  }
  for (const [place, value] of expected) expect(slots.get(place)).toBe(value);
  expect(new Map(slots.entries())).toEqual(expected);
  expect(slots.get(1_000_000)).toBeUndefined();
});
