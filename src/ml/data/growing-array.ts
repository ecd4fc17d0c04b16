/** An array of numbers whose length is not known in advance. */
export interface GrowingArray<A> {
  push(value: number): void;
  readonly length: number;
  /** All numbers so far; a view, valid until the next push. */
  take(): A;
}

/** Most payloads are a row or a few. */
const firstLength = 64;

type Numbers = Float32Array | Int32Array;

export const growingArray = <A extends Numbers>(create: (length: number) => A): GrowingArray<A> => new Growing(create);

/** One is made for each payload that is predicted, so its getter is not an object's own: V8 would keep each for long. */
class Growing<A extends Numbers> implements GrowingArray<A> {
  length = 0;
  readonly #create: (length: number) => A;
  #values: Numbers;

  constructor(create: (length: number) => A) {
    this.#create = create;
    this.#values = create(firstLength);
  }

  push(value: number): void {
    if (this.length === this.#values.length) {
      const larger = this.#create(this.length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.length++] = value;
  }

  take(): A {
    return this.#values.subarray(0, this.length) as A;
  }
}
