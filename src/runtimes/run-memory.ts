import { totalmem } from "node:os";

/**
 * How much memory this run may use: the executor's limit, else the machine's memory. Programs that the run starts share
 * it, so readers of data leave an eighth of it to them.
 */
export const runMemoryBytes: number = Number(process.env.SAGEBRUSH_MEMORY_BYTES) || totalmem();

/** What tables of data may take of it. */
export const mostTableBytes: number = runMemoryBytes * (7 / 8);
