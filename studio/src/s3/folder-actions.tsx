import Button from "@cloudscape-design/components/button";
import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useRef } from "react";
import { DeleteEntries } from "./delete-entries.tsx";
import { download } from "./download.ts";
import { chosenFiles, type NamedFile } from "./dropped-files.ts";
import type { Entry } from "./objects.ts";

interface Props {
  readonly bucket: string;
  readonly prefix: string;
  readonly selected: readonly Entry[];
  readonly send: (files: readonly NamedFile[]) => void;
  readonly refetch: () => void;
  readonly onDeleted: (kept: readonly Entry[]) => void;
}

/** What can be done in a folder. */
export function FolderActions({ bucket, prefix, selected, send, refetch, onDeleted }: Props) {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const [first] = selected;
  const one = selected.length === 1 && !first!.isFolder ? first! : undefined;
  const copied = selected.length === 1 ? first!.key : prefix;
  const field = (reference: typeof files, more: object) => (
    <input
      ref={reference}
      type="file"
      multiple
      hidden
      {...more}
      onChange={({ target }) => {
        send(chosenFiles(target.files!));
        target.value = "";
      }}
    />
  );
  return (
    <>
      {field(files, { "aria-label": "Files to upload" })}
      {field(folder, { "aria-label": "A folder to upload", webkitdirectory: "" })}
      <SpaceBetween direction="horizontal" size="xs">
        <Button iconName="refresh" ariaLabel="Read again" onClick={refetch} />
        <CopyToClipboard
          variant="button"
          copyButtonText="Copy address"
          copySuccessText="Copied"
          copyErrorText="It could not be copied"
          textToCopy={`s3://${bucket}/${copied}`}
        />
        <Button disabled={!one} disabledReason="Select one object" onClick={() => void download(bucket, one!.key)}>
          Download
        </Button>
        <DeleteEntries bucket={bucket} entries={selected} onDeleted={onDeleted} />
        <Button onClick={() => folder.current!.click()}>Upload folder</Button>
        <Button variant="primary" onClick={() => files.current!.click()}>
          Upload files
        </Button>
      </SpaceBetween>
    </>
  );
}
