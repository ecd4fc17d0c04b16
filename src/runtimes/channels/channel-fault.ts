import { errorWords } from "../disk-room.ts";

/** The data of a channel cannot be used. The message becomes part of the job's FailureReason. */
export class ChannelFault extends Error {}

/** Turns what went wrong with an object into a fault that names its place; other errors stay as they are. */
export function asChannelFault(title: string, place: string, error: unknown): unknown {
  if (error instanceof ChannelFault) return error;
  const { name, code } = error as Error & { code?: string };
  if (name === "AbortError") return error;
  if (code === "EISDIR" || code === "ENOTDIR" || code === "EEXIST" || code === "ENOTEMPTY")
    return isTaken(title, place);
  return new ChannelFault(`${errorWords(error)}: ${place}`);
}

export const isTaken = (title: string, place: string): ChannelFault =>
  new ChannelFault(`${place} of ${title} cannot be a file: another key is at the same place, or needs a folder there`);
