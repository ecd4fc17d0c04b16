/** How long the program that stages a run may give no sign of life until it counts as one that hangs. */
export const stageSilenceSeconds = 60;

/** How long the upload of a stopped job may take, after the grace of its program. */
export const uploadSeconds = 3600;
