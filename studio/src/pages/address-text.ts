/** A text that a person types, which the address is told of a moment later and which follows the address. */
export class AddressText {
  #typed: string;
  /** What the address was told last, or said itself. */
  #told: string;
  #isGone = false;

  constructor(value: string) {
    this.#typed = value;
    this.#told = value;
  }

  type(text: string): void {
    this.#typed = text;
  }

  /** Returns whether the address is to be told, a moment after the text was typed. */
  tells(text: string): boolean {
    // Its page was left, or the address was followed, before the moment was over.
    if (this.#isGone || text !== this.#typed || text === this.#told) return false;
    this.#told = text;
    return true;
  }

  /** Returns whether the text is to be replaced by what the address says: by another one than it was told. */
  follows(value: string): boolean {
    if (value === this.#told) return false;
    this.#told = value;
    this.#typed = value;
    return true;
  }

  open(): void {
    this.#isGone = false;
  }

  leave(): void {
    this.#isGone = true;
  }
}
