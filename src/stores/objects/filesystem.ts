import { mkdirSync } from "node:fs";
import path from "node:path";
import { bucketNotEmpty, noSuchUpload } from "../../aws/object-faults.ts";
import type { Clock } from "../../base/clock.ts";
import type { Ids } from "../../base/ids.ts";
import { openDatabase } from "../database.ts";
import { type DiskReserve, noReserve } from "../disk-reserve.ts";
import { createGroupCommit } from "../group-commit.ts";
import { storageFault } from "../storage-fault.ts";
import { assemble } from "./assemble.ts";
import { createBodyLedger } from "./body-ledger.ts";
import { bucketSchema, createBucketIndex } from "./bucket-index.ts";
import { createObjectIndex, type IndexedObject, objectSchema } from "./object-index.ts";
import type { ChecksumAlgorithm, CopyOptions, ObjectAttributes, ObjectKey, ObjectStore, StoredObject } from "./port.ts";
import { createUploadIndex, uploadSchema } from "./upload-index.ts";
import { checkCondition } from "./write-condition.ts";

export const objectIndexFile = (folder: string): string => path.join(folder, "index.sqlite");

/** The object store in a folder: an index in SQLite and a file for every body. See BodyLedger for what a crash leaves. */
export function openFilesystemObjectStore(
  folder: string,
  { clock, ids, reserve = noReserve }: { clock: Clock; ids: Ids; reserve?: DiskReserve },
): ObjectStore {
  const bodiesFolder = path.join(folder, "bodies");
  try {
    mkdirSync(bodiesFolder, { recursive: true });
  } catch (error) {
    throw storageFault(error, folder);
  }
  const database = openDatabase(objectIndexFile(folder), objectSchema + uploadSchema + bucketSchema);
  const commit = createGroupCommit(database, { reserve });
  const index = createObjectIndex(database);
  const uploads = createUploadIndex(database);
  const buckets = createBucketIndex(database);
  const bodies = createBodyLedger(bodiesFolder, { index, commit, ids, reserve });

  function mustHaveUpload({ bucket, key }: ObjectKey, uploadId: string) {
    buckets.mustBeOpen(bucket);
    const upload = uploads.get(bucket, key, uploadId);
    if (!upload) throw noSuchUpload(uploadId);
    return upload;
  }

  async function copyByReading({ object, segments }: IndexedObject, target: ObjectKey, options: CopyOptions) {
    const checksum = options.checksum ?? object.checksum?.algorithm;
    const attributes = options.attributes?.(object) ?? object.attributes;
    const body = await bodies.read(segments);
    try {
      return await store.put(target, body, {
        attributes,
        ...(checksum && { checksum }),
        ...(options.condition && { condition: options.condition }),
      });
    } finally {
      body.destroy();
    }
  }

  /** Makes one file of a body in several, unless the object has changed meanwhile. */
  async function join(key: ObjectKey, found: IndexedObject): Promise<void> {
    const whole = await bodies.read(found.segments);
    await bodies.store(whole, {}, (segment) => {
      const now = index.get(key);
      const same = now?.segments[0]?.id === found.segments[0]!.id && now.segments.length > 1;
      return {
        result: undefined,
        unused: same ? index.put({ object: now.object, segments: [segment] }) : index.drop([segment]),
      };
    });
  }

  const store: ObjectStore = {
    async head(key) {
      return index.get(key)?.object;
    },

    async get(key, range) {
      const found = index.get(key);
      if (!found) return undefined;
      const body = await bodies.read(found.segments, range?.(found.object));
      return { object: found.object, body };
    },

    async put(key, source, { attributes, condition, ...options }) {
      const check = () => {
        buckets.mustBeOpen(key.bucket);
        checkCondition(key.key, index.get(key)?.object, condition);
      };
      check(); // saves the transfer of a body that is refused; the check in the transaction decides
      return bodies.store(source, options, (segment, digests) => {
        check();
        const object: StoredObject = {
          bucket: key.bucket,
          key: key.key,
          version: key.version ?? "null",
          sizeBytes: digests.sizeBytes,
          etag: digests.md5,
          modified: clock.now(),
          attributes,
          ...(options.checksum &&
            digests.checksum && {
              checksum: { algorithm: options.checksum, type: "FULL_OBJECT", value: digests.checksum },
            }),
        };
        return { result: object, unused: index.put({ object, segments: [segment] }) };
      });
    },

    async delete(key, condition) {
      if (condition === undefined && !index.get(key)) return undefined;
      return bodies.free(() => {
        const found = index.get(key)?.object;
        checkCondition(key.key, found, condition);
        return { result: found, unused: index.delete(key) };
      });
    },

    async setAttributes(key, change) {
      const before = index.get(key)?.object;
      // What takes no more room than before works on a full disk too.
      const keep = before && lengthOf(change(before)) <= lengthOf(before.attributes) ? bodies.free : bodies.change;
      return keep(() => {
        const found = index.get(key)?.object;
        if (!found) return { result: undefined, unused: [] };
        const attributes = change(found);
        index.setAttributes(key, attributes);
        return { result: { ...found, attributes }, unused: [] };
      });
    },

    async list(bucket, query) {
      return index.list(bucket, query);
    },

    async copy(source, target, options) {
      const found = index.get(source);
      if (!found) return undefined;
      if (!canShareBody(found.object, options.checksum)) return copyByReading(found, target, options);
      const copied = await bodies.change(() => {
        const now = index.get(source);
        if (now?.object.etag !== found.object.etag) return { result: undefined, unused: [] };
        buckets.mustBeOpen(target.bucket);
        checkCondition(target.key, index.get(target)?.object, options.condition);
        const object: StoredObject = {
          ...now.object,
          bucket: target.bucket,
          key: target.key,
          version: target.version ?? "null",
          modified: clock.now(),
          attributes: options.attributes?.(now.object) ?? now.object.attributes,
        };
        index.use(now.segments);
        return { result: object, unused: index.put({ object, segments: now.segments }) };
      });
      return copied ?? store.copy(source, target, options); // the source changed in between
    },

    async createUpload({ bucket, key }, { attributes, checksum }) {
      const upload = {
        bucket,
        key,
        uploadId: ids.ulid(),
        initiated: clock.now(),
        attributes,
        ...(checksum && { checksum }),
      };
      return bodies.change(() => {
        buckets.mustBeOpen(bucket);
        uploads.create(upload);
        return { result: upload, unused: [] };
      });
    },

    async getUpload({ bucket, key }, uploadId) {
      return uploads.get(bucket, key, uploadId);
    },

    async putPart(key, uploadId, number, source, options) {
      const checksum = mustHaveUpload(key, uploadId).checksum?.algorithm ?? options.checksum;
      return bodies.store(source, { ...options, ...(checksum && { checksum }) }, (segment, digests) => {
        mustHaveUpload(key, uploadId);
        const part = {
          number,
          sizeBytes: digests.sizeBytes,
          etag: digests.md5,
          modified: clock.now(),
          ...(checksum && digests.checksum && { checksum: { algorithm: checksum, value: digests.checksum } }),
        };
        return { result: part, unused: index.drop(uploads.putPart(uploadId, { ...part, body: segment.id })) };
      });
    },

    async listParts(key, uploadId, after, limit) {
      mustHaveUpload(key, uploadId);
      return uploads.parts(uploadId, after, limit).map(({ body: _, ...part }) => part);
    },

    async completeUpload(key, uploadId, chosen, { condition, check }) {
      return bodies.change(() => {
        const upload = mustHaveUpload(key, uploadId);
        checkCondition(key.key, index.get(key)?.object, condition);
        const partNumbered = (number: number) => uploads.getPart(uploadId, number);
        const entry = assemble(upload, chosen, partNumbered, clock.now(), check);
        // The bodies of the chosen parts become the object's; those of the other parts lose their only use.
        const taken = new Set(entry.segments.map(({ id }) => id));
        const unused = index.drop(uploads.delete(upload).filter(({ id }) => !taken.has(id)));
        return { result: entry.object, unused: [...unused, ...index.put(entry)] };
      });
    },

    async abortUpload(key, uploadId) {
      await bodies.free(() => ({
        result: undefined,
        unused: index.drop(uploads.delete(mustHaveUpload(key, uploadId))),
      }));
    },

    async listUploads(bucket, query) {
      return uploads.list(bucket, query);
    },

    async localPath(key) {
      for (;;) {
        const body = index.onlyBody(key);
        if (body !== undefined) return bodies.path(body);
        const found = index.get(key);
        if (!found) return undefined;
        await join(key, found);
      }
    },

    async closeBucket(bucket, attempt) {
      const closed = await bodies.free(() => {
        if (buckets.isClosed(bucket)) return { result: true, unused: [] };
        if (buckets.wasRefused(bucket, attempt) || !index.isEmpty(bucket)) {
          buckets.refuse(bucket, attempt);
          return { result: false, unused: [] };
        }
        buckets.close(bucket);
        return { result: true, unused: index.drop(uploads.deleteAll(bucket)) };
      });
      if (!closed) throw bucketNotEmpty();
    },

    clear: () =>
      bodies.freeLazily(() => {
        uploads.clear();
        return { result: undefined, unused: index.clear() };
      }),

    async close() {
      await bodies.close();
      commit.close();
      database.close();
    },
  };

  return store;
}

/**
 * A copy has the ETag and checksum of its whole body. Those of an object made of parts, or of another algorithm, have
 * to be computed from the bytes.
 */
function canShareBody(source: StoredObject, checksum: ChecksumAlgorithm | undefined): boolean {
  return source.parts === undefined && (checksum === undefined || checksum === source.checksum?.algorithm);
}

/** How much room attributes take. */
const lengthOf = (attributes: ObjectAttributes): number => JSON.stringify(attributes ?? {}).length;
