/** A value that a field offers. */
export interface Suggestion {
  readonly value: string;
  readonly note?: string;
}

/** What is there that a field could name. */
export interface Offer {
  /** The field's member, the last step of its path. */
  readonly members: RegExp;
  /** What of the typed text the suggestions depend on; absent: on nothing. */
  readonly dependsOn?: (text: string) => string;
  readonly suggest: (text: string) => Promise<readonly Suggestion[]>;
}
