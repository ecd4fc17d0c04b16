import { Readable } from "node:stream";
import { beforeEach, describe, expect, test } from "vitest";
import { createRandom } from "../../../base/random.ts";
import type { Context } from "../../../frame/context.ts";
import type { ReconcileContext } from "../../../frame/define-reconciler.ts";
import { createTestContext, type TestContext } from "../../../server/request/test-context.ts";
import { useObjectStore } from "../../../stores/objects/object-store.fixture.ts";
import type { ObjectStore } from "../../../stores/objects/port.ts";
import { bucketReconciler } from "./bucket.reconcile.ts";
import { bucket } from "./bucket.ts";
import { bucketKey, bucketKind } from "./bucket-document.ts";
import { checkBucketName } from "./bucket-name.ts";
import { deleteBucket, finishDeletion } from "./delete-bucket.ts";
import { multipartUpload } from "./multipart-upload.ts";
import { object } from "./object.ts";
import { objectCopy } from "./object-copy.ts";
import { objectDelete } from "./object-delete.ts";
import { objectListing } from "./object-listing.ts";
import { uploadPart } from "./upload-part.ts";

const units = [bucket, object, objectCopy, objectDelete, objectListing, multipartUpload, uploadPart];
const defaultBucket = "sagemaker-us-west-2-123456789012";
const openStore = useObjectStore();
let objects: ObjectStore;
let context: TestContext;

beforeEach(() => {
  objects = openStore();
  context = createTestContext({ units, objects });
});

const bodyOf = (text: string) => Readable.from([Buffer.from(text)]);
const put = (Bucket: string, Key: string, Body: Readable = bodyOf(Key), from: Context = context) =>
  from.call("s3", "PutObject", { Bucket, Key, Body });
const make = (Bucket: string, from: Context = context) =>
  from.call("s3", "CreateBucket", { Bucket, CreateBucketConfiguration: { LocationConstraint: "us-west-2" } });
const remove = (Bucket: string, from: Context = context) => from.call("s3", "DeleteBucket", { Bucket });
const documentOf = (name: string) => bucketKind.find(context, bucketKey(name));
const keysIn = async (Bucket: string, from: Context = context) =>
  (await from.call("s3", "ListObjectsV2", { Bucket })).Contents?.map(({ Key }) => Key);
const namesFor = async (from: Context) =>
  (await from.call("s3", "ListBuckets", {})).Buckets?.map(({ Name }) => Name).sort();
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error) => error.code as string,
  );
/** The cache of documents sees a change from the next turn of the event loop on. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A body that goes on when it is told to. */
function slowBody(): { body: Readable; begun: Promise<void>; finish(): void } {
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

describe("buckets", () => {
  test("are made in any region, which AWS need not have", async () => {
    const create = (region: string, LocationConstraint: string) =>
      context.at({ region }).call("s3", "CreateBucket", {
        Bucket: "far-away",
        CreateBucketConfiguration: { LocationConstraint: LocationConstraint as "us-west-2" },
      });
    expect(await refusal(create("us-east-1", "us-east-1"))).toBe("InvalidLocationConstraint");
    expect(await refusal(create("us-east-1", "far away"))).toBe("InvalidLocationConstraint");
    expect(await refusal(create("us-west-2", "mars-north-7"))).toBe("IllegalLocationConstraintException");
    await create("mars-north-7", "mars-north-7");
    expect(await documentOf("far-away")).toMatchObject({
      wanted: { region: "mars-north-7", owner: "123456789012" },
      labels: { owner: "123456789012" },
    });
  });

  test("are found by an object operation as soon as they are made", async () => {
    expect(await refusal(put("just-made", "a"))).toBe("NoSuchBucket");
    await make("just-made");
    expect(await refusal(put("just-made", "a"))).toBe("done");
  });

  test.each(["abc", "a.b-c.1", "1.2.3", "a".repeat(63)])("%s is a name for a bucket", (name) =>
    expect(() => checkBucketName(name)).not.toThrow(),
  );
});

describe("the default bucket", () => {
  test("of the account and region, and no other, appears when it is named", async () => {
    expect(await refusal(put("sagemaker-us-east-1-123456789012", "a"))).toBe("NoSuchBucket");
    expect(await refusal(put("sagemaker-us-west-2-999999999999", "a"))).toBe("NoSuchBucket");
    const elsewhere = context.at({ region: "eu-west-1" });
    expect(await keysIn("sagemaker-eu-west-1-123456789012", elsewhere)).toEqual([]);
    const named = { Bucket: "sagemaker-us-east-1-123456789012" };
    expect(await context.at({ region: "us-east-1" }).call("s3", "GetBucketLocation", named)).toEqual({});
    expect(await namesFor(context)).toEqual([
      "sagemaker-eu-west-1-123456789012",
      "sagemaker-us-east-1-123456789012",
      defaultBucket,
    ]);
  });

  test("is made by the control plane: once, however many object operations name it first", async () => {
    const calls: string[] = [];
    const asService = () => {
      const call = (service: "s3", operation: "CreateBucket", input: { Bucket: string }) => {
        calls.push(`${service}.${operation}`);
        return context.call(service, operation, input);
      };
      return { ...context, call: call as Context["call"] };
    };
    const user = { ...readOnly(context), asService };
    const puts = ["a", "b", "c"].map((Key) => object.operations.PutObject!(named(Key), user));
    await Promise.all(puts);
    expect(new Set(calls)).toEqual(new Set(["s3.CreateBucket"]));
    expect(await keysIn(defaultBucket)).toEqual(["a", "b", "c"]);
  });

  const named = (Key: string) => ({ Bucket: defaultBucket, Key, Body: bodyOf(Key) });

  test("is there for HeadBucket, and anew after its deletion", async () => {
    const head = () => context.call("s3", "HeadBucket", { Bucket: defaultBucket });
    expect(await head()).toMatchObject({ BucketRegion: "us-west-2" });
    const before = await documentOf(defaultBucket);
    await remove(defaultBucket);
    expect(await documentOf(defaultBucket)).toBeUndefined();
    await head();
    expect((await documentOf(defaultBucket))?.id).not.toBe(before?.id);
  });
});

/** A context whose handlers cannot write a document themselves. */
const readOnly = (from: Context): Context => ({
  ...from,
  resources: {
    ...from.resources,
    write: () => Promise.reject(new Error("a handler of the data plane writes a document")),
  },
});

test("no operation on objects writes a document", async () => {
  await make("objects");
  const user = readOnly(context);
  const at = { Bucket: "objects", Key: "a" };
  const run = async (unit: { operations: Readonly<Record<string, unknown>> }, name: string, input: object) =>
    (unit.operations[name] as (input: object, context: Context) => Promise<Record<string, string>>)(
      { ...at, ...input },
      user,
    );
  await run(object, "PutObject", { Body: bodyOf("a") });
  await run(object, "HeadObject", {});
  await run(objectCopy, "CopyObject", { Key: "b", CopySource: "objects/a" });
  await run(objectListing, "ListObjects", {});
  const { UploadId } = await run(multipartUpload, "CreateMultipartUpload", {});
  const { ETag } = await run(uploadPart, "UploadPart", { UploadId, PartNumber: 1, Body: bodyOf("a") });
  await run(uploadPart, "UploadPartCopy", { UploadId, PartNumber: 2, CopySource: "objects/a" });
  await run(multipartUpload, "CompleteMultipartUpload", {
    UploadId,
    MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
  });
  await run(objectDelete, "DeleteObjects", { Delete: { Objects: [{ Key: "a" }, { Key: "b" }] } });
  expect(await keysIn("objects")).toEqual([]);
});

describe("two accounts", () => {
  const denied = "AccessDenied";
  let other: TestContext;
  beforeEach(async () => {
    other = context.at({ account: "999999999999" });
    await make("first-come");
    await put("first-come", "secret");
  });

  test("cannot have a bucket of the same name", async () => {
    await expect(make("first-come", other)).rejects.toMatchObject({
      code: "BucketAlreadyExists",
      status: 409,
      message:
        "The requested bucket name is not available. The bucket namespace is shared by all users of the system. " +
        "Please select a different name and try again.",
      members: { BucketName: "first-come" },
    });
    expect(await refusal(make("first-come"))).toBe("BucketAlreadyOwnedByYou");
    const [both] = await Promise.all([
      Promise.all([refusal(make("contested")), refusal(make("contested", other))]),
      turn(),
    ]);
    expect(both.sort()).toEqual(["BucketAlreadyExists", "done"]);
  });

  test("do not reach each other's buckets and objects", async () => {
    await make("second-come", other);
    const at = { Bucket: "first-come", Key: "secret" };
    const own = { Bucket: "second-come", Key: "stolen", CopySource: "first-come/secret" };
    const { UploadId } = await other.call("s3", "CreateMultipartUpload", { Bucket: "second-come", Key: "stolen" });
    const tries = [
      other.call("s3", "GetObject", at),
      other.call("s3", "HeadObject", at),
      other.call("s3", "PutObject", { ...at, Body: bodyOf("x") }),
      other.call("s3", "DeleteObject", at),
      other.call("s3", "DeleteObjects", { Bucket: "first-come", Delete: { Objects: [{ Key: "secret" }] } }),
      other.call("s3", "CopyObject", own),
      other.call("s3", "CopyObject", { ...at, CopySource: "first-come/secret", MetadataDirective: "REPLACE" }),
      other.call("s3", "UploadPartCopy", { ...own, UploadId: UploadId!, PartNumber: 1 }),
      other.call("s3", "CreateMultipartUpload", at),
      other.call("s3", "ListObjectsV2", { Bucket: "first-come" }),
      other.call("s3", "ListMultipartUploads", { Bucket: "first-come" }),
      other.call("s3", "HeadBucket", { Bucket: "first-come" }),
      other.call("s3", "GetBucketLocation", { Bucket: "first-come" }),
      other.call("s3", "DeleteBucket", { Bucket: "first-come" }),
    ];
    expect(await Promise.all(tries.map(refusal))).toEqual(tries.map(() => denied));
    await expect(other.call("s3", "HeadBucket", { Bucket: "first-come" })).rejects.toMatchObject({ status: 403 });
    expect(await keysIn("first-come")).toEqual(["secret"]);
    expect(await keysIn("second-come", other)).toEqual([]);
  });

  test("list their own buckets, each with its default bucket", async () => {
    await make("second-come", other);
    expect(await namesFor(context)).toEqual(["first-come", defaultBucket]);
    expect(await namesFor(other)).toEqual(["sagemaker-us-west-2-999999999999", "second-come"]);
  });

  test("may take a name one after the other, and the second sees nothing of the first", async () => {
    await context.call("s3", "DeleteObject", { Bucket: "first-come", Key: "secret" });
    await remove("first-come");
    await make("first-come", other);
    await turn();
    expect(await keysIn("first-come", other)).toEqual([]);
    expect(await refusal(keysIn("first-come"))).toBe(denied);
  });
});

describe("a bucket that is deleted", () => {
  beforeEach(() => make("contested"));

  test("and made anew has another id and shows nothing of the old one", async () => {
    const before = await documentOf("contested");
    const { UploadId } = await context.call("s3", "CreateMultipartUpload", { Bucket: "contested", Key: "a" });
    const slow = slowBody();
    const putting = refusal(put("contested", "late", slow.body));
    await slow.begun;
    await remove("contested");
    await make("contested");
    await turn();
    slow.finish();
    expect(await putting).toBe("NoSuchBucket");
    expect((await documentOf("contested"))?.id).not.toBe(before?.id);
    expect(await keysIn("contested")).toEqual([]);
    const part = { Bucket: "contested", Key: "a", UploadId: UploadId!, PartNumber: 1, Body: bodyOf("x") };
    expect(await refusal(context.call("s3", "UploadPart", part))).toBe("NoSuchUpload");
  });

  test("is told by its name, not by its id", async () => {
    const members = { BucketName: "contested" };
    await put("contested", "a");
    await expect(remove("contested")).rejects.toMatchObject({ code: "BucketNotEmpty", status: 409, members });
    expect((await documentOf("contested"))?.status).toBe("Active");
    await context.call("s3", "DeleteObject", { Bucket: "contested", Key: "a" });
    const slow = slowBody();
    const putting = put("contested", "late", slow.body);
    putting.catch(() => {});
    await slow.begun;
    await remove("contested");
    slow.finish();
    await expect(putting).rejects.toMatchObject({ code: "NoSuchBucket", status: 404, members });
  });

  test("is whole when an object came before it was closed", async () => {
    const closeBucket: ObjectStore["closeBucket"] = async (...attempt) => {
      await put("contested", "a");
      return objects.closeBucket(...attempt);
    };
    const user = { ...context, objects: { ...objects, closeBucket } };
    expect(await refusal(bucket.operations.DeleteBucket!({ Bucket: "contested" }, user))).toBe("BucketNotEmpty");
    expect((await documentOf("contested"))?.status).toBe("Active");
    expect(await refusal(put("contested", "b"))).toBe("done");
    expect(await keysIn("contested")).toEqual(["a", "b"]);
  });
});

describe("a deletion that a killed server began", () => {
  const reconcile = async () =>
    bucketReconciler.reconcile((await documentOf("half-deleted"))!, context as unknown as ReconcileContext);
  const mark = async () => {
    const { version, ...document } = (await documentOf("half-deleted"))!;
    await context.resources.write([{ put: { ...document, status: "Deleting" }, expected: version }]);
    return (await documentOf("half-deleted"))!;
  };
  beforeEach(() => make("half-deleted"));

  test("is finished by the reconciler, whether or not the bucket was closed", async () => {
    await mark();
    await reconcile();
    expect(await documentOf("half-deleted")).toBeUndefined();
    await make("half-deleted");
    const { id, version } = await mark();
    await objects.closeBucket(id, version);
    await reconcile();
    expect(await documentOf("half-deleted")).toBeUndefined();
  });

  test("is taken back by the reconciler when the bucket holds an object", async () => {
    await put("half-deleted", "a");
    await mark();
    await reconcile();
    expect((await documentOf("half-deleted"))?.status).toBe("Active");
    expect(await keysIn("half-deleted")).toEqual(["a"]);
  });

  test("is finished by CreateBucket and DeleteBucket when they come before the reconciler", async () => {
    const { id } = await mark();
    await make("half-deleted");
    expect(await documentOf("half-deleted")).toMatchObject({ status: "Active", version: 1 });
    expect((await documentOf("half-deleted"))?.id).not.toBe(id);
    await mark();
    await remove("half-deleted");
    expect(await documentOf("half-deleted")).toBeUndefined();
    await make("half-deleted");
    await put("half-deleted", "a");
    await mark();
    expect(await refusal(make("half-deleted"))).toBe("BucketAlreadyOwnedByYou");
    expect(await keysIn("half-deleted")).toEqual(["a"]);
  });

  test("that was refused is not begun again by who still sees it under way", async () => {
    await make("refused");
    await put("refused", "a");
    const active = (await documentOf("refused"))!;
    const stale = { ...active, status: "Deleting" };
    await context.call("s3", "DeleteObject", { Bucket: "refused", Key: "a" });
    await finishDeletion(context, stale as never);
    expect(await documentOf("refused")).toEqual(active);
  });

  test("leaves the bucket whole or gone, in whatever order its callers ran and wherever the server was killed", async () => {
    let gone = 0;
    for (let seed = 1; seed <= runs; seed++) {
      const random = createRandom(seed);
      const name = `interleaved-${seed}`;
      await make(name);
      const { id } = (await documentOf(name))!;
      const steps = createSteps(random);
      const { resources } = context;
      const slow = {
        ...{ clock: context.clock, random: context.random, signal: context.signal },
        resources: { ...resources, get: steps.of(resources.get), write: steps.of(resources.write) },
        objects: { ...objects, closeBucket: steps.of(objects.closeBucket) },
      };
      const deleting = async () => {
        const found = await bucketKind.find(slow, bucketKey(name));
        if (found) await deleteBucket(slow, found);
      };
      const writing = async () => {
        const at = { bucket: id, key: "a" };
        await steps.of(objects.put)(at, bodyOf("x"), { attributes: {} });
        await steps.of(objects.delete)(at);
      };
      for (const work of [writing, deleting, deleting, deleting]) void refusal(work());
      for (let step = random.below(25); step > 0 && (await steps.next()); step--);
      const found = await documentOf(name);
      if (found?.status === "Deleting") await bucketReconciler.reconcile(found, context as unknown as ReconcileContext);
      const left = await documentOf(name);
      const writes = await refusal(objects.createUpload({ bucket: id, key: "b" }, { attributes: {} }));
      expect([left?.status, writes], `seed ${seed}`).toEqual(left ? ["Active", "done"] : [undefined, "NoSuchBucket"]);
      if (!left) gone++;
    }
    expect(gone).toBeGreaterThan(runs / 4);
    expect(gone).toBeLessThan(runs * 0.9);
  });
});

const runs = 300;

/** Holds back the steps of several callers and runs them one at a time in a seeded order. Steps never run are a kill. */
function createSteps(random: ReturnType<typeof createRandom>) {
  const waiting: (() => Promise<unknown>)[] = [];
  return {
    of:
      <P extends unknown[], T>(work: (...parameters: P) => Promise<T>) =>
      (...parameters: P): Promise<T> =>
        new Promise((resolve, reject) => waiting.push(() => work(...parameters).then(resolve, reject))),
    /** Returns false when no caller waits any more. */
    async next(): Promise<boolean> {
      const [step] = waiting.splice(random.below(waiting.length || 1), 1);
      await step?.();
      await turn();
      return step !== undefined;
    },
  };
}
