/** The most that one PutLogEvents takes. `bytes` counts the overhead of each event. */
export const batchLimits = { events: 10_000, bytes: 1_048_576, spanMilliseconds: 24 * 3_600_000 };

/** What PutLogEvents adds to the size of each event. */
export const eventOverheadBytes = 26;
