import { Fault } from "../../../aws/faults.ts";
import { invalidArgument } from "./stream-kind.ts";

/** A place in a shard. */
export interface ShardPlace {
  /** The stream's name, and the id of its document: an iterator of a stream made anew under a name is none. */
  readonly name: string;
  readonly id: string;
  readonly shard: number;
  readonly position: number;
}

const validMilliseconds = 300_000;

/** Writes a place as an iterator, which is good for five minutes. */
export const writeIterator = ({ name, id, shard, position }: ShardPlace, now: number): string =>
  Buffer.from(JSON.stringify([name, id, shard, position, now])).toString("base64");

/** @throws Fault for what no answer gave out, and for an iterator that is too old */
export function readIterator(text: string, now: number): ShardPlace {
  const { issued, ...place } = parse(text) ?? {};
  if (issued === undefined) throw invalidArgument("Invalid ShardIterator.");
  if (now - issued > validMilliseconds)
    throw new Fault(
      "ExpiredIteratorException",
      `Iterator expired. The iterator was created at time ${new Date(issued).toUTCString()} while right now it is ${new Date(now).toUTCString()} which is further in the future than the tolerated delay of ${validMilliseconds} milliseconds.`,
    );
  return place as ShardPlace;
}

/** Returns the stream's name that an iterator holds; undefined for what is none. */
export const nameInIterator = (text: string): string | undefined => parse(text)?.name;

function parse(text: string): (ShardPlace & { readonly issued: number }) | undefined {
  try {
    const [name, id, shard, position, issued] = JSON.parse(Buffer.from(text, "base64").toString("utf8"));
    const numbers = [shard, position, issued].every(Number.isSafeInteger);
    return typeof name === "string" && typeof id === "string" && numbers
      ? { name, id, shard, position, issued }
      : undefined;
  } catch {
    return undefined;
  }
}
