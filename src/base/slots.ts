/**
 * Values that come and go with every request, each in a place of its own. A Map or a Set that grows or shrinks takes a new
 * table, to which the old one refers: once an old table has survived, all tables after it do, and with them what was in
 * them, until all of the heap is collected. Here nothing refers to a value that was taken out.
 */
export interface Slots<Value> {
  /** Returns the place of the value, 0 or more; a place is used again when it is free. */
  add(value: Value): number;
  get(place: number): Value | undefined;
  remove(place: number): void;
  size(): number;
  /** Places and values. */
  entries(): [number, Value][];
}

export function createSlots<Value extends object>(): Slots<Value> {
  const slots: (Value | undefined)[] = [];
  const free: number[] = [];
  return {
    add(value) {
      const place = free.pop() ?? slots.length;
      slots[place] = value;
      return place;
    },
    get: (place) => slots[place],
    remove(place) {
      if (slots[place] === undefined) return;
      slots[place] = undefined;
      free.push(place);
    },
    size: () => slots.length - free.length,
    entries: () => slots.flatMap((value, place) => (value === undefined ? [] : [[place, value] as [number, Value]])),
  };
}
