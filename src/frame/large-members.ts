import { hash } from "node:crypto";
import { text } from "node:stream/consumers";
import type { Clock } from "../base/clock.ts";
import type { ObjectStore } from "../stores/objects/port.ts";

/** The size of a member's JSON above which it is kept apart. */
const inlineBytes = 64 * 1024;
/** How long a body that no document names is kept: its document may be about to be written. */
export const unnamedBodyMilliseconds = 3_600_000;
/** The bucket of bodies that are found by their hash; no user's bucket has that id. */
export const bodyBucket = "-";

/** Takes the place of a body in the document. */
interface BodyReference {
  readonly $body: string;
}

const isReference = (value: unknown): value is BodyReference =>
  typeof value === "object" && value !== null && typeof (value as Partial<BodyReference>).$body === "string";

export interface KeptBodies<Wanted> {
  readonly wanted: Wanted;
  /** The SHA-256 hashes of the bodies in hexadecimal, which are their keys. */
  readonly hashes: readonly string[];
}

/**
 * Stores the large members of a document as bodies and replaces them by references. A body is stored before the
 * document that names it; the sweep, never a handler, removes a body that no document names.
 */
export async function outlineBodies<Wanted>(
  { objects, clock }: { readonly objects: ObjectStore; readonly clock: Clock },
  wanted: Wanted,
  members: readonly (keyof Wanted & string)[],
): Promise<KeptBodies<Wanted>> {
  const hashes: string[] = [];
  const changed: Record<string, unknown> = {};
  for (const member of members) {
    const value: unknown = wanted[member];
    if (value === undefined) continue;
    const json = JSON.stringify(value);
    // A text has at least as many bytes as characters, and at most three times as many.
    if (json.length * 3 <= inlineBytes || Buffer.byteLength(json) <= inlineBytes) continue;
    const key = hash("sha256", json, "hex");
    const found = await objects.head({ bucket: bodyBucket, key });
    if (!found || found.modified <= clock.now() - unnamedBodyMilliseconds / 2)
      await objects.put({ bucket: bodyBucket, key }, bytesOf(json), { attributes: {} });
    hashes.push(key);
    changed[member] = { $body: key } satisfies BodyReference;
  }
  return { wanted: hashes.length > 0 ? { ...wanted, ...changed } : wanted, hashes };
}

/**
 * Restores the document as it was before `outlineBodies`. `hashes` are its bodies' hashes, because a user's own value
 * may look like a reference.
 */
export async function inlineBodies<Wanted>(
  objects: ObjectStore,
  wanted: Wanted,
  members: readonly (keyof Wanted & string)[],
  hashes: readonly unknown[],
): Promise<Wanted> {
  const changed: Record<string, unknown> = {};
  for (const member of members) {
    const value: unknown = wanted[member];
    if (!isReference(value) || !hashes.includes(value.$body)) continue;
    const found = await objects.get({ bucket: bodyBucket, key: value.$body });
    if (!found) throw new Error(`The body ${value.$body} of the member ${member} is missing from the object store`);
    changed[member] = JSON.parse(await text(found.body));
  }
  return Object.keys(changed).length > 0 ? { ...wanted, ...changed } : wanted;
}

async function* bytesOf(json: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(json);
}
