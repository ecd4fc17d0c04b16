import Box from "@cloudscape-design/components/box";
import BreadcrumbGroup from "@cloudscape-design/components/breadcrumb-group";
import Button from "@cloudscape-design/components/button";
import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import Header from "@cloudscape-design/components/header";
import Pagination from "@cloudscape-design/components/pagination";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useNavigate } from "react-router";
import { notify, notifyFailure } from "../frame/notices.tsx";
import { forgetKind } from "../frame/query.ts";
import { Confirm } from "../pages/confirm.tsx";
import { Failure } from "../pages/failure.tsx";
import { bytes, time } from "../values/format.ts";
import { PageLink } from "../values/page-link.tsx";
import { chosenFiles, droppedFiles, type NamedFile } from "./dropped-files.ts";
import { deleteEntries, download, type Entry, entriesKind, readFolder } from "./objects.ts";
import { UploadList } from "./upload-list.tsx";
import { upload } from "./uploads.ts";

export const addressOf = (bucket: string, key: string): string => `/s3/${bucket}?key=${encodeURIComponent(key)}`;

/** What is in a folder: dropped files go there. */
export function Folder({ bucket, prefix }: { readonly bucket: string; readonly prefix: string }) {
  const navigate = useNavigate();
  const [tokens, setTokens] = useState<readonly string[]>([]);
  const [page, setPage] = useState(1);
  const [selected, setSelected] = useState<readonly Entry[]>([]);
  const [over, setOver] = useState(false);
  const token = page > 1 ? tokens[page - 2] : undefined;
  const { data, error, isPending, refetch } = useQuery({
    queryKey: [entriesKind, bucket, prefix, token],
    queryFn: ({ signal }) => readFolder(bucket, prefix, token, signal),
    placeholderData: keepPreviousData,
  });
  const send = (files: readonly NamedFile[]) => {
    for (const { path, file } of files) upload(bucket, prefix + path, file, () => void forgetKind(entriesKind));
  };
  const turnTo = (number: number) => {
    if (number > tokens.length + 1 && data?.next) setTokens([...tokens, data.next]);
    setSelected([]);
    setPage(number);
  };
  const steps = prefix.split("/").filter(Boolean);
  const trail = [bucket, ...steps].map((text, index) => ({
    text,
    href: addressOf(
      bucket,
      steps
        .slice(0, index)
        .map((step) => `${step}/`)
        .join(""),
    ),
  }));
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: files can also be chosen by the buttons
    <div
      className={over ? "drop over" : "drop"}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        void droppedFiles(event.dataTransfer.items).then(send);
      }}
    >
      <SpaceBetween size="l">
        <UploadList />
        <Table
          variant="full-page"
          header={
            <Header
              variant="awsui-h1-sticky"
              description="Drop files or folders anywhere on this page to upload them here."
              actions={
                <FolderActions
                  bucket={bucket}
                  prefix={prefix}
                  selected={selected}
                  send={send}
                  onDeleted={() => setSelected([])}
                />
              }
            >
              <span className="name">{steps.at(-1) ?? bucket}</span>
            </Header>
          }
          filter={
            <BreadcrumbGroup
              ariaLabel="Folders"
              items={trail}
              onFollow={(event) => {
                event.preventDefault();
                navigate(event.detail.href);
              }}
            />
          }
          items={data?.entries ?? []}
          loading={isPending}
          loadingText="Reading the folder"
          trackBy="key"
          selectionType="multi"
          selectedItems={[...selected]}
          onSelectionChange={({ detail }) => setSelected(detail.selectedItems)}
          ariaLabels={{
            selectionGroupLabel: "Selection",
            allItemsSelectionLabel: () => "Select all of this page",
            itemSelectionLabel: (_, { key }) => `Select ${key}`,
            tableLabel: `What is in ${prefix || bucket}`,
          }}
          columnDefinitions={[
            {
              id: "name",
              header: "Name",
              isRowHeader: true,
              minWidth: 200,
              cell: (entry) => <PageLink to={addressOf(bucket, entry.key)}>{entry.key.slice(prefix.length)}</PageLink>,
            },
            {
              id: "size",
              header: "Size",
              minWidth: 100,
              cell: ({ isFolder, sizeBytes }) => (isFolder ? "Folder" : bytes(sizeBytes ?? 0)),
            },
            {
              id: "modified",
              header: "Modified",
              minWidth: 160,
              cell: ({ modified }) => (modified ? time(modified) : "-"),
            },
          ]}
          pagination={
            <Pagination
              currentPageIndex={page}
              pagesCount={Math.max(page, tokens.length + 1) + (data?.next && page > tokens.length ? 1 : 0)}
              openEnd={data?.next !== undefined}
              onChange={({ detail }) => turnTo(detail.currentPageIndex)}
              ariaLabels={{
                nextPageLabel: "Next page",
                previousPageLabel: "Previous page",
                pageLabel: (number) => `Page ${number}`,
              }}
            />
          }
          empty={
            error ? (
              <Failure error={error} retry={() => void refetch()} />
            ) : (
              <Box textAlign="center" margin="l">
                <b>Nothing is here yet.</b> Drop files on this page.
              </Box>
            )
          }
        />
      </SpaceBetween>
    </div>
  );
}

interface ActionsProps {
  readonly bucket: string;
  readonly prefix: string;
  readonly selected: readonly Entry[];
  readonly send: (files: readonly NamedFile[]) => void;
  readonly onDeleted: () => void;
}

function FolderActions({ bucket, prefix, selected, send, onDeleted }: ActionsProps) {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const what = selected.length === 1 ? selected[0]!.key : `${selected.length} entries`;
  const one = selected.length === 1 && !selected[0]!.isFolder ? selected[0]! : undefined;
  const remove = async () => {
    setBusy(true);
    try {
      await deleteEntries(bucket, selected);
      notify("success", `${what} deleted.`);
      onDeleted();
    } catch (error) {
      notifyFailure("Not all could be deleted.", error);
    }
    setBusy(false);
    setAsking(false);
    await forgetKind(entriesKind);
  };
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
    <SpaceBetween direction="horizontal" size="xs">
      {field(files, { "aria-label": "Files to upload" })}
      {field(folder, { "aria-label": "A folder to upload", webkitdirectory: "" })}
      <CopyToClipboard
        variant="icon"
        copyButtonAriaLabel="Copy the S3 address of this folder"
        copySuccessText="Copied"
        copyErrorText="It could not be copied"
        textToCopy={`s3://${bucket}/${prefix}`}
      />
      <Button
        disabled={!one}
        disabledReason="Select one object"
        onClick={() => void download(bucket, one!.key).catch((error) => notifyFailure("It could not be saved.", error))}
      >
        Download
      </Button>
      <Button
        disabled={selected.length === 0}
        disabledReason="Select what is to be deleted"
        onClick={() => setAsking(true)}
      >
        Delete
      </Button>
      <Button onClick={() => folder.current!.click()}>Upload folder</Button>
      <Button variant="primary" onClick={() => files.current!.click()}>
        Upload files
      </Button>
      {asking && (
        <Confirm
          title={`Delete ${what}?`}
          submit="Delete"
          busy={busy}
          onConfirm={() => void remove()}
          onCancel={() => setAsking(false)}
        >
          All that is in a folder goes with it. This cannot be taken back.
        </Confirm>
      )}
    </SpaceBetween>
  );
}
