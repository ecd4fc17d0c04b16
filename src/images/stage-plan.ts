/** How long the program that stages a run may give no sign of life until it counts as one that hangs. */
export const stageSilenceSeconds = 60;
