import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import TagEditor, { type TagEditorProps } from "@cloudscape-design/components/tag-editor";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { PanelProps } from "../declare/define-resource.ts";
import { valueAt } from "../declare/path.ts";
import { notify, notifyFailure } from "../frame/notices.tsx";
import { queries } from "../frame/query.ts";
import { Failure } from "../pages/failure.tsx";
import { tagging } from "../services/tagging.ts";

/** The tags of a document, which are added, changed and removed here. */
export default function TagsBody({ resource, item, name }: PanelProps) {
  const arn = String(valueAt(item, resource.arn as string));
  const { read, write, remove } = tagging(resource.service);
  const key = [resource.kind, "tags", arn];
  const { data, error, refetch } = useQuery({ queryKey: key, queryFn: () => read(arn) });
  const [edited, setEdited] = useState<readonly TagEditorProps.Tag[]>();
  const [valid, setValid] = useState(true);
  const [busy, setBusy] = useState(false);
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Spinner />;
  const shown = edited ?? Object.entries(data).map(([Key, Value]) => ({ key: Key, value: Value, existing: true }));
  const save = async () => {
    setBusy(true);
    const kept = shown.filter((tag) => !("markedForRemoval" in tag && tag.markedForRemoval));
    const gone = Object.keys(data).filter((one) => !kept.some((tag) => tag.key === one));
    const changed = kept.filter((tag) => data[tag.key] !== tag.value);
    try {
      if (gone.length > 0) await remove(arn, gone);
      if (changed.length > 0) await write(arn, Object.fromEntries(changed.map((tag) => [tag.key, tag.value])));
      notify("success", `The tags of ${name} are saved.`);
      setEdited(undefined);
      await queries.invalidateQueries({ queryKey: key });
    } catch (failure) {
      notifyFailure("The tags could not be saved.", failure);
    }
    setBusy(false);
  };
  return (
    <SpaceBetween size="m">
      <FormField
        label="Tags"
        description="Names and values of your own, by which things are found and paid for."
        stretch
      >
        <TagEditor
          tags={shown}
          tagLimit={50}
          onChange={({ detail }) => {
            setEdited(detail.tags);
            setValid(detail.valid);
          }}
        />
      </FormField>
      <Button disabled={!edited || !valid} loading={busy} onClick={() => void save()}>
        Save tags
      </Button>
    </SpaceBetween>
  );
}
