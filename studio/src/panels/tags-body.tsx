import type { PanelProps } from "../declare/define-resource.ts";
import { arnOf } from "../declare/document.ts";
import { tagging } from "../services/tagging.ts";
import { shortName } from "../values/short-name.ts";
import { TagForm } from "./tag-form.tsx";

/** The tags of a document. */
export default function TagsBody({ resource, item, name }: PanelProps) {
  const arn = arnOf(resource, item)!;
  const { read, write, remove } = tagging(resource.service);
  return (
    <TagForm
      name={shortName(name)}
      queryKey={[resource.kind, "tags", arn]}
      most={50}
      read={() => read(arn)}
      save={async ({ changed, gone }) => {
        if (gone.length > 0) await remove(arn, gone);
        if (Object.keys(changed).length > 0) await write(arn, changed);
      }}
    />
  );
}
