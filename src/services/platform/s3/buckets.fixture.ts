import { Readable } from "node:stream";
import { beforeEach } from "vitest";
import type { Context } from "../../../frame/context.ts";
import { createTestContext, type TestContext } from "../../../server/request/test-context.ts";
import { useObjectStore } from "../../../stores/objects/object-store.fixture.ts";
import type { ObjectStore } from "../../../stores/objects/port.ts";
import { bucket } from "./bucket.ts";
import { bucketKey, bucketKind } from "./bucket-document.ts";
import { multipartUpload } from "./multipart-upload.ts";
import { object } from "./object.ts";
import { objectCopy } from "./object-copy.ts";
import { objectDelete } from "./object-delete.ts";
import { objectListing } from "./object-listing.ts";
import { uploadPart } from "./upload-part.ts";

const units = [bucket, object, objectCopy, objectDelete, objectListing, multipartUpload, uploadPart];
export const defaultBucket = "sagemaker-us-west-2-123456789012";
/** Those of the test that runs. */
export let objects: ObjectStore;
export let context: TestContext;

/** Has a context with an object store of its own made for each test of a file. */
export function useBuckets(): void {
  const openStore = useObjectStore();
  beforeEach(() => {
    objects = openStore();
    context = createTestContext({ units, objects });
  });
}

export const bodyOf = (text: string) => Readable.from([Buffer.from(text)]);
export const put = (Bucket: string, Key: string, Body: Readable = bodyOf(Key), from: Context = context) =>
  from.call("s3", "PutObject", { Bucket, Key, Body });
export const make = (Bucket: string, from: Context = context) =>
  from.call("s3", "CreateBucket", { Bucket, CreateBucketConfiguration: { LocationConstraint: "us-west-2" } });
export const remove = (Bucket: string, from: Context = context) => from.call("s3", "DeleteBucket", { Bucket });
export const documentOf = (name: string) => bucketKind.find(context, bucketKey(name));
export const keysIn = async (Bucket: string, from: Context = context) =>
  (await from.call("s3", "ListObjectsV2", { Bucket })).Contents?.map(({ Key }) => Key);
export const namesFor = async (from: Context) =>
  (await from.call("s3", "ListBuckets", {})).Buckets?.map(({ Name }) => Name).sort();
export const refusal = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error) => error.code as string,
  );
/** The cache of documents sees a change from the next turn of the event loop on. */
export const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Returns a body that goes on when it is told to. */
export function slowBody(): { body: Readable; begun: Promise<void>; finish(): void } {
  let begin = () => {};
  let finish = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  async function* pieces() {
    yield Buffer.from("half");
    begin();
    await finished;
  }
  return { body: Readable.from(pieces()), begun, finish: () => finish() };
}
