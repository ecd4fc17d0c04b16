import { Fault } from "../../../aws/faults.ts";
import { malformedXml } from "../../../aws/malformed-xml.ts";
import type { Context } from "../../../frame/context.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import type { ObjectKey } from "../../../stores/objects/port.ts";
import { unquoted } from "./conditions.ts";
import { requireAddress } from "./object-address.ts";
import { requireBucket } from "./require-bucket.ts";
import { invalidArgument, refuseMembers } from "./s3-faults.ts";
import { onObject, onObjects } from "./s3-permissions.ts";

const permissions = { DeleteObject: onObject("s3:DeleteObject"), DeleteObjects: onObjects("s3:DeleteObject") };

/** Deletes objects. The delete of a missing object succeeds. */
export const objectDelete = defineOperations("s3", permissions, {
  async DeleteObject(input, context) {
    const at = await requireAddress(context, input);
    refuseMembers(context, input, "", ["MFA", "BypassGovernanceRetention", "IfMatchLastModifiedTime", "IfMatchSize"]);
    await remove(context, at, input.IfMatch);
    return {};
  },

  async DeleteObjects(input, context) {
    const bucket = await requireBucket(context, input.Bucket, input.ExpectedBucketOwner);
    refuseMembers(context, input, "", ["MFA", "BypassGovernanceRetention"]);
    const { Objects, Quiet } = input.Delete;
    if (Objects.length === 0 || Objects.length > 1000) throw malformedXml();
    const results = await Promise.all(
      Objects.map(async ({ Key, VersionId, ETag }) => {
        const named = { Key, ...(VersionId !== undefined && { VersionId }) };
        try {
          if (VersionId !== undefined && VersionId !== "null")
            throw invalidArgument("Invalid version id specified", "versionId", VersionId);
          await remove(context, { bucket: bucket.id, key: Key }, ETag);
          return { deleted: named };
        } catch (error) {
          if (!(error instanceof Fault)) throw error;
          return { error: { ...named, Code: error.code, Message: error.message } };
        }
      }),
    );
    const Errors = results.flatMap(({ error }) => error ?? []);
    return {
      ...(!Quiet && { Deleted: results.flatMap(({ deleted }) => deleted ?? []) }),
      ...(Errors.length > 0 && { Errors }),
    };
  },
});

async function remove(context: Context, at: ObjectKey, ifMatch: string | undefined): Promise<void> {
  await context.objects.delete(at, ifMatch === undefined || ifMatch === "*" ? undefined : { etag: unquoted(ifMatch) });
}
