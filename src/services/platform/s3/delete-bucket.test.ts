import { beforeEach, describe, expect, test } from "vitest";
import { createRandom } from "../../../base/random.ts";
import type { ReconcileContext } from "../../../frame/define-reconciler.ts";
import type { ObjectStore } from "../../../stores/objects/port.ts";
import { bucketReconciler } from "./bucket.reconcile.ts";
import { bucket } from "./bucket.ts";
import { bucketKey, bucketKind } from "./bucket-document.ts";
import {
  bodyOf,
  context,
  documentOf,
  keysIn,
  make,
  objects,
  put,
  refusal,
  remove,
  slowBody,
  turn,
  useBuckets,
} from "./buckets.fixture.ts";
import { deleteBucket, finishDeletion } from "./delete-bucket.ts";

useBuckets();

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
