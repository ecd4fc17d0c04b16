import type { Context } from "../../../../frame/context.ts";

const stampDigits = 4;

/** How the names of a batch's files begin. */
export function newStem(context: Pick<Context, "ids" | "clock">): string {
  const time = new Date(context.clock.now()).toISOString().replaceAll(/[-:]|\.\d+/g, "");
  return `${time}_${context.ids.ulid().slice(-12)}`;
}

/** The name of the n-th file of a batch in a partition: a time, and 16 letters and digits. */
export const fileName = (stem: string, index: number): string =>
  `${stem}${index.toString(36).toUpperCase().padStart(stampDigits, "0")}.parquet`;
