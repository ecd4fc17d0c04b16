/** What a write does to the record of an identifier. */
export interface OnlineWrite {
  /** The id of the feature group's document. */
  readonly group: string;
  readonly identifier: string;
  /** When the event was, in milliseconds since 1970; fractions count. */
  readonly eventTime: number;
  /** Milliseconds since 1970. */
  readonly now: number;
  /**
   * What becomes of the online record; absent where the write is for the offline store alone. A function is given what is
   * there and throws to refuse the whole write.
   */
  readonly online?: OnlineState | "removed" | ((present: OnlineState | undefined) => OnlineState | "removed");
  /** Whether a write that is not later than the record is refused instead of kept out of the online store. */
  readonly mustBeLater?: boolean;
  /** The entry of the offline store's journal, absent where the write is for the online store alone. */
  readonly offline?: string | ((written: OnlineState) => string);
}

/** The record of an identifier. */
export interface OnlineState {
  readonly eventTime: number;
  /** When it is no longer there, in milliseconds since 1970. */
  readonly expires?: number | undefined;
  /** The list of features as the JSON that is answered; undefined for a record that is softly deleted. */
  readonly features?: string | undefined;
}

/** A record as it is answered. */
export interface OnlineRecord {
  /** When it is no longer there, in milliseconds since 1970. */
  readonly expires: number | undefined;
  /** The list of features as JSON in UTF-8. */
  readonly features: Uint8Array;
}

export type OnlineOutcome = "written" | "kept out" | "refused";
