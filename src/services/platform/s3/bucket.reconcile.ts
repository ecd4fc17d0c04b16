import { defineReconciler } from "../../../frame/define-reconciler.ts";
import type { ResourceDocument } from "../../../stores/resources/port.ts";
import { type BucketDocument, bucketKind, type WantedBucket } from "./bucket-document.ts";
import { deleteBucket, isBucketNotEmpty } from "./delete-bucket.ts";

/** Finishes the deletions of a killed server. It also runs beside the handler of each DeleteBucket, which marks the document. */
export const bucketReconciler = defineReconciler<WantedBucket, Record<string, never>>({
  resource: { kind: bucketKind, read: (document: ResourceDocument) => document as BucketDocument },
  unfinished: ["Deleting"],
  async reconcile(document, context) {
    await deleteBucket(context, document).catch((error) => {
      if (!isBucketNotEmpty(error)) throw error;
    });
    return {};
  },
});
