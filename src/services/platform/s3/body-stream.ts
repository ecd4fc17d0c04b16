import { Readable } from "node:stream";

/**
 * Gives the body of a request to `work` and sees to it that it is not left half read: what is not wanted of it is
 * thrown away, so that the connection can go on.
 */
export async function withBody<T>(body: Readable | undefined, work: (body: Readable) => Promise<T>): Promise<T> {
  const stream = body ?? Readable.from([]);
  try {
    return await work(stream);
  } finally {
    stream.destroy();
  }
}
