import { hash } from "node:crypto";
import { text } from "node:stream/consumers";
import type { Clock } from "../base/clock.ts";
import type { ObjectStore } from "../stores/objects/port.ts";

/** A member whose JSON is longer than this is kept apart. */
const inlineBytes = 64 * 1024;
/** A body that no document names is kept so long: its document may be about to be written. */
export const unnamedBodyMilliseconds = 3_600_000;
/** The bucket of bodies that are found by their hash; no user's bucket has that id. */
export const bodyBucket = "-";

/** What stands in the document in the place of a body. */
interface BodyReference {
  readonly $body: string;
}

const isReference = (value: unknown): value is BodyReference =>
  typeof value === "object" && value !== null && typeof (value as Partial<BodyReference>).$body === "string";

export interface KeptBodies<Wanted> {
  readonly wanted: Wanted;
  /** SHA-256 in hexadecimal, the keys of the bodies. */
  readonly hashes: readonly string[];
}

/**
 * Stores the large members of a document as bodies and puts references in their place. A body is there before the
 * document that names it; one that no document names is removed by the sweep, never by a handler. One that is there and
 * could soon be swept is put again, which makes it young: there is then half an hour to write the document.
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
    // Characters are never more than bytes, and bytes at most three times as many.
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

/** The document as it was before `outlineBodies`. `hashes`: of its bodies; a user's own value may look like a reference. */
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
