import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import TagEditor, { type TagEditorProps } from "@cloudscape-design/components/tag-editor";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { notify, notifyFailure } from "../frame/notices.tsx";
import { queries } from "../frame/query.ts";
import { Failure } from "../pages/failure.tsx";

type Texts = Readonly<Record<string, string>>;

/** What a person has made of the tags. */
export interface TagChange {
  readonly all: Texts;
  readonly changed: Texts;
  readonly gone: readonly string[];
}

interface Props {
  /** What the tags are of. */
  readonly name: string;
  readonly queryKey: readonly string[];
  readonly most: number;
  readonly read: () => Promise<Texts>;
  readonly save: (change: TagChange) => Promise<void>;
}

/** The tags of something, which are added, changed and removed here. */
export function TagForm({ name, queryKey, most, read, save }: Props) {
  const { data, error, refetch } = useQuery({ queryKey, queryFn: read });
  const [edited, setEdited] = useState<readonly TagEditorProps.Tag[]>();
  const [valid, setValid] = useState(true);
  const [busy, setBusy] = useState(false);
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Spinner />;
  const shown = edited ?? Object.entries(data).map(([key, value]) => ({ key, value, existing: true }));
  const submit = async () => {
    setBusy(true);
    const kept = shown.filter((tag) => !("markedForRemoval" in tag && tag.markedForRemoval));
    const all = Object.fromEntries(kept.map(({ key, value }) => [key, value]));
    const changed = Object.fromEntries(Object.entries(all).filter(([key, value]) => data[key] !== value));
    try {
      await save({ all, changed, gone: Object.keys(data).filter((key) => !(key in all)) });
      notify("success", `The tags of ${name} are saved.`);
      setEdited(undefined);
    } catch (failure) {
      notifyFailure("The tags could not be saved.", failure);
    }
    await queries.invalidateQueries({ queryKey });
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
          tagLimit={most}
          onChange={({ detail }) => {
            setEdited(detail.tags);
            setValid(detail.valid);
          }}
        />
      </FormField>
      <Button disabled={!edited || !valid} loading={busy} onClick={() => void submit()}>
        Save tags
      </Button>
    </SpaceBetween>
  );
}
