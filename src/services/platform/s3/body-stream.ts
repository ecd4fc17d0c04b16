import { Readable } from "node:stream";

/**
 * Passes the body of a request to `work` and destroys it afterwards: the rest of a body that was not read to its end is
 * discarded, so that the connection can be used again.
 */
export async function withBody<T>(body: Readable | undefined, work: (body: Readable) => Promise<T>): Promise<T> {
  const stream = body ?? Readable.from([]);
  try {
    return await work(stream);
  } finally {
    stream.destroy();
  }
}
