import type { RunWeight } from "../../runs/run-room.ts";

/**
 * The fewest jobs that run at once: most of a small job's time is spent waiting for programs to start, so a small
 * machine runs a few more jobs than it has cores.
 */
const leastJobs = 4;

/** Returns the machine's room for runs. `jobs` is the setting of that name; 0 leaves it to the machine. */
export const roomForJobs = ({ cores, memoryBytes }: RunWeight, jobs: number): RunWeight => ({
  cores: jobs || Math.max(leastJobs, cores),
  memoryBytes,
});
