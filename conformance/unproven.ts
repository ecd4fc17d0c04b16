/**
 * Answered operations that no real client calls in conformance/, each with its reason. A line whose operation has been
 * proven since must go.
 */
export const unproven: Readonly<Record<string, string>> = {};
