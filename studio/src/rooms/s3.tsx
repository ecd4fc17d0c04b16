import { useParams, useSearchParams } from "react-router";
import { defineRoom } from "../declare/define-room.ts";
import { BucketList } from "../s3/bucket-list.tsx";
import { Folder } from "../s3/folder.tsx";
import { Preview } from "../s3/preview.tsx";

export const s3 = defineRoom({ title: "S3", area: "Data", Page });

/** Buckets; of one a folder or an object, by the parameter `key`. */
function Page() {
  const { "*": bucket = "" } = useParams();
  const [search] = useSearchParams();
  const key = search.get("key") ?? "";
  if (bucket === "") return <BucketList />;
  if (key === "" || key.endsWith("/")) return <Folder key={`${bucket}/${key}`} bucket={bucket} prefix={key} />;
  return <Preview key={`${bucket}/${key}`} bucket={bucket} objectKey={key} />;
}
