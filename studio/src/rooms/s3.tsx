import { useLocation, useSearchParams } from "react-router";
import { defineRoom } from "../declare/define-room.ts";
import { BucketList } from "../s3/bucket-list.tsx";
import { Folder } from "../s3/folder.tsx";
import { ObjectPage } from "../s3/object-page.tsx";
import { s3PlaceOf } from "../s3/s3-address.ts";

export const s3 = defineRoom({ title: "S3", area: "Data", Page });

/** Buckets; of one a folder, or an object. */
function Page() {
  const { pathname } = useLocation();
  const [search] = useSearchParams();
  const place = s3PlaceOf(pathname, search);
  if (!place) return <BucketList />;
  const { bucket, key, isFolder } = place;
  const id = JSON.stringify(place);
  return isFolder ? (
    <Folder key={id} bucket={bucket} prefix={key} />
  ) : (
    <ObjectPage key={id} bucket={bucket} objectKey={key} />
  );
}
