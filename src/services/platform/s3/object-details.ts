import { noSuchKey } from "../../../aws/object-faults.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import type { StoredObject } from "../../../stores/objects/port.ts";
import { checksumOutput } from "./body-checksum.ts";
import { pageSize } from "./listing.ts";
import { requireAddress } from "./object-address.ts";
import { invalidArgument, refuseMembers } from "./s3-faults.ts";
import { onObject } from "./s3-permissions.ts";
import { partMarker } from "./upload-part.ts";

const permissions = {
  GetObjectAttributes: (input: Parameters<ReturnType<typeof onObject>>[0]) =>
    ["s3:GetObject", "s3:GetObjectAttributes"].flatMap((action) => onObject(action)(input)),
};

interface PartsPage {
  readonly MaxParts?: number | undefined;
  readonly PartNumberMarker?: string | undefined;
}

/** What can be asked of an object by the header x-amz-object-attributes. */
const details: Readonly<Record<string, (object: StoredObject, page: PartsPage) => object>> = {
  ETag: ({ etag }) => ({ ETag: etag }),
  Checksum: ({ checksum }) =>
    checksum ? { Checksum: { ...checksumOutput(withoutCount(checksum)), ChecksumType: checksum.type } } : {},
  ObjectParts: partsOf,
  StorageClass: () => ({ StorageClass: "STANDARD" }),
  ObjectSize: ({ sizeBytes }) => ({ ObjectSize: sizeBytes }),
};

export const objectDetails = defineOperations("s3", permissions, {
  async GetObjectAttributes(input, context) {
    const at = await requireAddress(context, input);
    refuseMembers(context, input, "", ["SSECustomerAlgorithm", "SSECustomerKey"]);
    const asked = input.ObjectAttributes.filter((name) => (name as string) !== "");
    const unknown = asked.find((name) => !Object.hasOwn(details, name));
    if (unknown !== undefined || asked.length === 0)
      throw invalidArgument("Invalid attribute name specified.", "x-amz-object-attributes", unknown ?? "");
    const found = await context.objects.head(at);
    if (!found) throw noSuchKey(input.Key);
    const given = asked.map((name) => details[name]!(found, input));
    return Object.assign({ LastModified: new Date(found.modified) }, ...given);
  },
});

/** The number of parts behind a composite checksum stands in ObjectParts here. */
const withoutCount = ({ algorithm, value }: NonNullable<StoredObject["checksum"]>) => ({
  algorithm,
  value: value.replace(/-\d+$/, ""),
});

/** The parts are shown one by one where each has a checksum of its own; else their number alone. */
function partsOf({ parts, checksum }: StoredObject, { MaxParts, PartNumberMarker }: PartsPage): object {
  const maximum = pageSize("max-parts", MaxParts);
  const after = partMarker(PartNumberMarker);
  if (!parts) return {};
  if (checksum?.type !== "COMPOSITE") return { ObjectParts: { TotalPartsCount: parts.length } };
  const page = parts.slice(after, after + maximum).map((part, place) => ({
    PartNumber: after + place + 1,
    Size: part.sizeBytes,
    ...(part.checksum !== undefined && checksumOutput({ algorithm: checksum.algorithm, value: part.checksum })),
  }));
  return {
    ObjectParts: {
      TotalPartsCount: parts.length,
      PartNumberMarker: String(after),
      NextPartNumberMarker: String(page.at(-1)?.PartNumber ?? 0),
      MaxParts: maximum,
      IsTruncated: maximum > 0 && after + page.length < parts.length,
      ...(page.length > 0 && { Parts: page }),
    },
  };
}
