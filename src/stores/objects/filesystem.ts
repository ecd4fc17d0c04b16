import { mkdirSync } from "node:fs";
import path from "node:path";
import { noSuchUpload } from "../../aws/object-faults.ts";
import type { Clock } from "../../base/clock.ts";
import type { Ids } from "../../base/ids.ts";
import { openDatabase } from "../database.ts";
import { createGroupCommit } from "../group-commit.ts";
import { storageFault } from "../storage-fault.ts";
import { assemble } from "./assemble.ts";
import { createBodyFiles, type Segment } from "./body-files.ts";
import { createObjectIndex, type IndexedObject, objectSchema } from "./object-index.ts";
import type {
  BodyDigests,
  BodyOptions,
  ChecksumAlgorithm,
  CopyOptions,
  ObjectKey,
  ObjectStore,
  StoredObject,
} from "./port.ts";
import { createUploadIndex, uploadSchema } from "./upload-index.ts";
import { checkCondition } from "./write-condition.ts";

/**
 * The object store in a folder: an index in SQLite and a file for every body. A body is durable before its row is
 * written, and a row is gone before its body is removed; so a crash leaves at most files that no row names, which the
 * next opening removes in the background.
 */
export function openFilesystemObjectStore(folder: string, { clock, ids }: { clock: Clock; ids: Ids }): ObjectStore {
  const bodiesFolder = path.join(folder, "bodies");
  try {
    mkdirSync(bodiesFolder, { recursive: true });
  } catch (error) {
    throw storageFault(error, folder);
  }
  const database = openDatabase(path.join(folder, "index.sqlite"), objectSchema + uploadSchema);
  const commit = createGroupCommit(database);
  const index = createObjectIndex(database);
  const uploads = createUploadIndex(database);
  /** Bodies whose files are gone, and whose rows go with the next commit. */
  let removed: string[] = [];
  const bodies = createBodyFiles(bodiesFolder, (id) => removed.push(id));

  /** Bodies that have no row yet, oldest first. */
  const coming = new Set<string>();
  const begun = ids.ulid();
  if (index.sweptUntil() === undefined) index.markSwept(begun);
  let swept = false;
  /** What nobody waits for. What it cannot remove is tried again at the next opening. */
  let background = sweep().catch(() => {});

  async function sweep(): Promise<void> {
    await remove(index.unused());
    await bodies.sweep(index.sweptUntil()!, begun, index.knows);
    await commit.run(() => index.markSwept(begun));
    swept = true;
  }

  async function remove(unused: readonly string[]): Promise<void> {
    for (const id of unused) await bodies.remove(id);
  }

  /** Runs a change that gives the bodies it left unused beside its result, and removes those once it is durable. */
  async function change<T>(work: () => { readonly result: T; readonly unused: readonly string[] }): Promise<T> {
    const gone = removed;
    removed = [];
    const { result, unused } = await commit.run(() => {
      for (const id of gone) index.forget(id);
      return work();
    });
    await remove(unused).catch(() => {}); // acknowledged all the same: the next opening removes them
    return result;
  }

  /** Stores a body and then does what makes it somebody's; when that is refused the body goes again. */
  async function keep<T>(
    source: AsyncIterable<Uint8Array>,
    options: BodyOptions,
    own: (segment: Segment, digests: BodyDigests) => { readonly result: T; readonly unused: readonly string[] },
  ): Promise<T> {
    const id = ids.ulid();
    coming.add(id);
    try {
      const digests = await bodies.write(id, source, options);
      return await change(() => {
        const segment = { id, sizeBytes: digests.sizeBytes };
        index.use([segment]);
        return own(segment, digests);
      });
    } catch (error) {
      await bodies.remove(id).catch(() => {});
      throw storageFault(error, bodiesFolder);
    } finally {
      coming.delete(id);
    }
  }

  function mustHaveUpload({ bucket, key }: ObjectKey, uploadId: string) {
    const upload = uploads.get(bucket, key, uploadId);
    if (!upload) throw noSuchUpload(uploadId);
    return upload;
  }

  async function copyByReading({ object, segments }: IndexedObject, target: ObjectKey, options: CopyOptions) {
    const checksum = options.checksum ?? object.checksum?.algorithm;
    const attributes = options.attributes?.(object) ?? object.attributes;
    const body = await bodies.read(segments, undefined);
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
    const whole = await bodies.read(found.segments, undefined);
    await keep(whole, {}, (segment) => {
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
      // Here only so that a body which is not wanted need not come; what counts is the look in the transaction.
      checkCondition(key.key, index.get(key)?.object, condition);
      return keep(source, options, (segment, digests) => {
        checkCondition(key.key, index.get(key)?.object, condition);
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
      return change(() => {
        const found = index.get(key)?.object;
        checkCondition(key.key, found, condition);
        return { result: found, unused: index.delete(key) };
      });
    },

    async list(bucket, query) {
      return index.list(bucket, query);
    },

    async copy(source, target, options) {
      const found = index.get(source);
      if (!found) return undefined;
      if (!canShareBody(found.object, options.checksum)) return copyByReading(found, target, options);
      const copied = await change(() => {
        const now = index.get(source);
        if (now?.object.etag !== found.object.etag) return { result: undefined, unused: [] };
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
      return change(() => {
        uploads.create(upload);
        return { result: upload, unused: [] };
      });
    },

    async getUpload({ bucket, key }, uploadId) {
      return uploads.get(bucket, key, uploadId);
    },

    async putPart(key, uploadId, number, source, options) {
      const checksum = mustHaveUpload(key, uploadId).checksum?.algorithm ?? options.checksum;
      return keep(source, { ...options, ...(checksum && { checksum }) }, (segment, digests) => {
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
      return change(() => {
        const upload = mustHaveUpload(key, uploadId);
        checkCondition(key.key, index.get(key)?.object, condition);
        const partNumbered = (number: number) => uploads.getPart(uploadId, number);
        const entry = assemble(upload, chosen, partNumbered, clock.now(), check);
        // The bodies of these parts change hands; those of the others are wanted no more.
        const taken = new Set(entry.segments.map(({ id }) => id));
        const unused = index.drop(uploads.delete(upload).filter(({ id }) => !taken.has(id)));
        return { result: entry.object, unused: [...unused, ...index.put(entry)] };
      });
    },

    async abortUpload(key, uploadId) {
      await change(() => ({
        result: undefined,
        unused: index.drop(uploads.delete(mustHaveUpload(key, uploadId))),
      }));
    },

    async listUploads(bucket, query) {
      return uploads.list(bucket, query);
    },

    async localPath(key) {
      for (;;) {
        const found = index.get(key);
        if (!found) return undefined;
        if (found.segments.length === 1) return bodies.path(found.segments[0]!.id);
        await join(key, found);
      }
    },

    async clear() {
      const emptied = await commit.run(() => {
        uploads.clear();
        return index.clear();
      });
      background = background.then(() => remove(emptied)).catch(() => {});
    },

    async close() {
      await background;
      await bodies.settled();
      const [oldest = ids.ulid()] = coming;
      try {
        if (swept) index.markSwept(oldest);
      } catch {
        // A full disk: the next start looks again for what is without a row.
      }
      commit.close();
      database.close();
    },
  };

  return store;
}

/** An ETag that is the body's MD5 stays true for a copy; one made of parts does not, nor one checksum for another. */
function canShareBody(source: StoredObject, checksum: ChecksumAlgorithm | undefined): boolean {
  return source.parts === undefined && (checksum === undefined || checksum === source.checksum?.algorithm);
}
