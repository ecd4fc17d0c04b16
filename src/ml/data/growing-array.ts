/** An array of numbers whose length is not known in advance. */
export interface GrowingArray<A> {
  push(value: number): void;
  readonly length: number;
  /** All numbers so far; a view, valid until the next push. */
  take(): A;
}

type Numbers = Float32Array | Int32Array;

export function growingArray<A extends Numbers>(create: (length: number) => A): GrowingArray<A> {
  let values: Numbers = create(1024);
  let length = 0;
  return {
    push(value) {
      if (length === values.length) {
        const larger = create(length * 2);
        larger.set(values);
        values = larger;
      }
      values[length++] = value;
    },
    get length() {
      return length;
    },
    take: () => values.subarray(0, length) as A,
  };
}
