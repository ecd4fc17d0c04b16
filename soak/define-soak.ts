/** A proof that takes long or much room at its full size. */
export interface Soak {
  /** What it shows. */
  readonly words: string;
  /** What the size counts: "MB", "jobs". */
  readonly unit: string;
  /** The size of the whole proof, and one that takes at most 20 s. */
  readonly sizes: { readonly full: number; readonly short: number };
  /** Throws when something is not as promised, whatever the size. Returns the figures in words. */
  run(size: number): Promise<string>;
}

export const defineSoak = (soak: Soak): Soak => soak;
