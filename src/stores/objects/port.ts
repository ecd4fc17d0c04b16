import type { Readable } from "node:stream";

/**
 * The object store keeps bodies of any size under (bucket, key, version). What it acknowledges is durable. What it
 * refuses, it refuses with the Fault that S3 answers (PreconditionFailed, NoSuchKey, NoSuchUpload, InvalidPart,
 * InvalidPartOrder, EntityTooSmall, NoSuchBucket, BucketNotEmpty), and keeps nothing of it.
 *
 * A bucket is an opaque id, given by its resource document: the store takes objects into any bucket that was never
 * closed. The bucket "-" belongs to the server: it holds large members of documents, the key of each being the SHA-256
 * of the body in hexadecimal.
 */

/** Keys are text of any characters; they are ordered by their UTF-8 bytes. */
export interface ObjectKey {
  /** The bucket's id, which is never used again; not its name. */
  readonly bucket: string;
  readonly key: string;
  /** "null" when left out: the only version of a bucket without versioning. */
  readonly version?: string;
}

/** The checksums that are made while a body is stored. Values are base64, as in the headers of S3. */
export type ChecksumAlgorithm = "CRC32" | "CRC32C" | "CRC64NVME" | "SHA1" | "SHA256";

/** A composite checksum is made of the checksums of the parts, and ends in "-" and their number. */
export interface ObjectChecksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly type: "FULL_OBJECT" | "COMPOSITE";
  readonly value: string;
}

/** Kept beside the body, never read by the store. Anything that JSON can hold. */
export type ObjectAttributes = Readonly<Record<string, unknown>>;

export interface StoredObject {
  readonly bucket: string;
  readonly key: string;
  readonly version: string;
  readonly sizeBytes: number;
  /** Without quotes: the MD5 in hexadecimal, or that of the parts' MD5s followed by "-" and their number. */
  readonly etag: string;
  /** Milliseconds since 1970 UTC. */
  readonly modified: number;
  readonly attributes: ObjectAttributes;
  readonly checksum?: ObjectChecksum;
  /** Only of an object made by a multipart upload, in order. */
  readonly parts?: readonly { readonly sizeBytes: number; readonly checksum?: string }[];
  readonly uploadId?: string;
}

/** An object as a listing shows it. */
export type ObjectSummary = Omit<StoredObject, "attributes" | "parts" | "uploadId">;

/** Both ends inclusive, and inside the object. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * What must be under the key for a write to happen, checked in its transaction: nothing, an object with this ETag, or
 * the object of that time of modification (the same body put again has the same ETag, and another time).
 */
export type WriteCondition = "absent" | { readonly etag: string } | { readonly modified: number };

/** Made while a body is read to its end. */
export interface BodyDigests {
  readonly sizeBytes: number;
  /** Hexadecimal. */
  readonly md5: string;
  /** Of the algorithm that was asked for. */
  readonly checksum?: string;
}

export interface BodyOptions {
  readonly checksum?: ChecksumAlgorithm;
  /** Called when the body has been read to its end and before any of it is kept; refuses it by throwing. */
  readonly check?: (digests: BodyDigests) => void;
}

export interface PutOptions extends BodyOptions {
  readonly attributes: ObjectAttributes;
  readonly condition?: WriteCondition;
}

export interface CopyOptions {
  /** Returns the attributes of the copy; throws to refuse the source. Left out: the attributes of the source. */
  readonly attributes?: (source: StoredObject) => ObjectAttributes;
  /** That of the source when left out. */
  readonly checksum?: ChecksumAlgorithm;
  readonly condition?: WriteCondition;
}

export interface ObjectBody {
  readonly object: StoredObject;
  readonly body: Readable;
}

export interface ObjectQuery {
  readonly prefix?: string;
  /** Keys that hold it after the prefix are folded into one common prefix, which counts as one entry. */
  readonly delimiter?: string;
  /** Only keys after this one; when it is a common prefix of this query, only keys after all that it folds. */
  readonly after?: string;
  readonly limit: number;
}

export interface ObjectPage {
  readonly objects: readonly ObjectSummary[];
  readonly prefixes: readonly string[];
  /** The `after` of the next page. Absent on the last page. */
  readonly next?: string;
}

export interface MultipartUpload {
  readonly bucket: string;
  readonly key: string;
  readonly uploadId: string;
  /** Milliseconds since 1970 UTC. */
  readonly initiated: number;
  readonly attributes: ObjectAttributes;
  readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly type: "FULL_OBJECT" | "COMPOSITE" };
}

export interface UploadedPart {
  /** 1 to 10,000. */
  readonly number: number;
  readonly sizeBytes: number;
  readonly etag: string;
  readonly modified: number;
  readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly value: string };
}

export interface UploadQuery {
  readonly prefix?: string;
  readonly delimiter?: string;
  /** Without an uploadId: after all uploads of this key. */
  readonly after?: { readonly key: string; readonly uploadId?: string };
  readonly limit: number;
}

export interface UploadPage {
  readonly uploads: readonly MultipartUpload[];
  readonly prefixes: readonly string[];
  readonly next?: { readonly key: string; readonly uploadId?: string };
}

export interface CompleteOptions {
  readonly condition?: WriteCondition;
  /** Called with the object before it is written; refuses it by throwing. */
  readonly check?: (object: StoredObject) => void;
}

export interface ObjectStore {
  head(key: ObjectKey): Promise<StoredObject | undefined>;
  /**
   * The object and its body, or the part of the body that `range` chooses when it is given the object (it may also
   * throw). The body stays whole when the object is overwritten or deleted meanwhile. The caller reads it or destroys
   * it.
   */
  get(key: ObjectKey, range?: (object: StoredObject) => ByteRange | undefined): Promise<ObjectBody | undefined>;
  /** Reads the body to its end. When the body fails or is cut off, the object before it stays. */
  put(key: ObjectKey, body: AsyncIterable<Uint8Array>, options: PutOptions): Promise<StoredObject>;
  /** Returns what was deleted. A missing object is a fault only where a condition names one. */
  delete(key: ObjectKey, condition?: WriteCondition): Promise<StoredObject | undefined>;
  /**
   * Gives the object other attributes and changes nothing else of it: body, ETag and time of modification stay. `change`
   * is called in the transaction with the object that is there then; it refuses by throwing. undefined when there is no
   * object.
   */
  setAttributes(key: ObjectKey, change: (object: StoredObject) => ObjectAttributes): Promise<StoredObject | undefined>;
  list(bucket: string, query: ObjectQuery): Promise<ObjectPage>;
  /** undefined when there is no source. */
  copy(source: ObjectKey, target: ObjectKey, options: CopyOptions): Promise<StoredObject | undefined>;

  createUpload(key: ObjectKey, options: Pick<MultipartUpload, "attributes" | "checksum">): Promise<MultipartUpload>;
  getUpload(key: ObjectKey, uploadId: string): Promise<MultipartUpload | undefined>;
  /** The same number again replaces the part. Its checksum is that of the upload, if that has one. */
  putPart(
    key: ObjectKey,
    uploadId: string,
    number: number,
    body: AsyncIterable<Uint8Array>,
    options: BodyOptions,
  ): Promise<UploadedPart>;
  /** Ascending, those after the number `after`. */
  listParts(key: ObjectKey, uploadId: string, after: number, limit: number): Promise<readonly UploadedPart[]>;
  /** Makes the object from these parts, ascending by number; all but the last must have 5 MiB. */
  completeUpload(
    key: ObjectKey,
    uploadId: string,
    parts: readonly { readonly number: number; readonly etag: string; readonly checksum?: string }[],
    options: CompleteOptions,
  ): Promise<StoredObject>;
  abortUpload(key: ObjectKey, uploadId: string): Promise<void>;
  /** By key, then by the time they were initiated. */
  listUploads(bucket: string, query: UploadQuery): Promise<UploadPage>;

  /**
   * Closes an empty bucket for ever and drops its uploads. From then on every write into it (put, the target of a copy,
   * createUpload, putPart, completeUpload) throws the Fault `bucketGone`: the write and the close are each decided in
   * their own transaction. Closing it again is no fault.
   *
   * Throws the Fault `bucketNotEmpty` while the bucket holds an object. A refusal is final for its attempt: `attempt`
   * and every lower number are refused from then on, even when the bucket is empty by then. So a caller that has seen
   * the refusal may rely on it while another caller makes the same attempt.
   */
  closeBucket(bucket: string, attempt: number): Promise<void>;

  /**
   * An optional ability: the body as a file on this machine, to be read or hard-linked and never written. The file may
   * be removed with the object; a hard link to it stays.
   */
  localPath?(key: ObjectKey): Promise<string | undefined>;

  /** Drops every object and upload, for `reset`. Closed buckets stay closed. */
  clear(): Promise<void>;
  close(): Promise<void>;
}
