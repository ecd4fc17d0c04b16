/** A document of a list or of a detail page; members are AWS's. */
export type Item = Readonly<Record<string, unknown>>;
