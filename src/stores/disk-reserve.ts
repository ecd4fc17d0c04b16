/**
 * Room on the home's disk that is kept for changes that free some: without it a full disk could not be emptied, because
 * a database needs room to write down what is deleted.
 */
export interface DiskReserve {
  /**
   * Whether something new may be stored. After the disk was found full this is false until there is room for the
   * reserve again.
   */
  mayGrow(): boolean;
  /** Frees the reserve on the disk. Returns false when there is none. */
  giveBack(): boolean;
  /** Called when a write finds the disk full. */
  foundFull(): void;
}

/** For stores whose disk has no reserve. */
export const noReserve: DiskReserve = { mayGrow: () => true, giveBack: () => false, foundFull: () => {} };
