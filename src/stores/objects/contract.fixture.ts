import { createHash } from "node:crypto";
import type { ObjectKey, ObjectStore } from "./port.ts";

export const mebibyte = 1024 * 1024;

export const md5 = (bytes: Uint8Array): string => createHash("md5").update(bytes).digest("hex");

/** Bytes that look random, the same for the same seed. */
export const bytesOf = (size: number, seed = 1): Buffer =>
  createHash("shake256", { outputLength: Math.max(size, 1) })
    .update(String(seed))
    .digest()
    .subarray(0, size);

/** Yields a body in pieces of at most this size, which breaks off with `failure` when one is given. */
export async function* inPieces(bytes: Uint8Array, pieceBytes = 64 * 1024, failure?: Error) {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
  if (failure) throw failure;
}

/** The store of the test that runs, and what tests do with it. */
export interface ObjectContract {
  readonly stored: () => ObjectStore;
  at(key: string, bucket?: string): ObjectKey;
  put(key: string, text?: string): Promise<unknown>;
}
