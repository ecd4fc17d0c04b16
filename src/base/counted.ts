/**
 * Returns how many there are, with a noun or a phrase in the number that goes with it: "1 row has", "2 rows have".
 *
 * @param many absent: `one` and an s
 * @param shown the number as it is written; absent: plain digits
 */
export const counted = (count: number, one: string, many = `${one}s`, shown = String(count)): string =>
  `${shown} ${count === 1 ? one : many}`;
