import { useParams, useSearchParams } from "react-router";
import { defineRoom } from "../declare/define-room.ts";
import { BucketList } from "../s3/bucket-list.tsx";
import { Folder } from "../s3/folder.tsx";
import { ObjectPage } from "../s3/object-page.tsx";

export const s3 = defineRoom({ title: "S3", area: "Data", Page });

/** Buckets; of one a folder or an object, by the parameter `key`. */
function Page() {
  const { "*": bucket = "" } = useParams();
  const [search] = useSearchParams();
  const key = search.get("key") ?? "";
  const place = `${bucket}/${key}`;
  if (bucket === "") return <BucketList />;
  // An object whose name ends with a slash stands in its folder, and is shown as an object from there.
  if (key === "" || key.endsWith("/")) return <Folder key={place} bucket={bucket} prefix={key} />;
  return <ObjectPage key={place} bucket={bucket} objectKey={key} />;
}
