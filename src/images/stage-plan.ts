/** How long the program that stages a run may give no sign of life until it counts as one that hangs. */
export const stageSilenceSeconds = 60;

/** How long a program that answers requests may be stopped until it counts as one that hangs. */
export const stoppedServerSeconds = 6;

/** How long the upload of a stopped job may take, after the grace of its program. */
export const uploadSeconds = 3600;

/** How long after SIGTERM a job's program may take to end, at most; what it has written is uploaded afterwards. */
export const longestGraceSeconds = 120;
