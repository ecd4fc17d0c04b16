import Box from "@cloudscape-design/components/box";
import Header from "@cloudscape-design/components/header";
import Pagination from "@cloudscape-design/components/pagination";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import TextFilter from "@cloudscape-design/components/text-filter";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { forgetKind } from "../frame/query.ts";
import { Failure } from "../pages/failure.tsx";
import { bytes, time } from "../values/format.ts";
import { PageLink } from "../values/page-link.tsx";
import { DropArea } from "./drop-area.tsx";
import type { NamedFile } from "./dropped-files.ts";
import { FolderActions } from "./folder-actions.tsx";
import { Trail } from "./folder-trail.tsx";
import { addressOf, type Entry, entriesKind, readFolder } from "./objects.ts";
import { UploadList } from "./upload-list.tsx";
import { uploadStore } from "./uploads.ts";

/** How often a folder is read again while files come in. */
const readAgainMilliseconds = 1_000;
let isReadAgain = false;

function arrived(): void {
  if (isReadAgain) return;
  isReadAgain = true;
  setTimeout(() => {
    isReadAgain = false;
    void forgetKind(entriesKind);
  }, readAgainMilliseconds);
}

/** What is in a folder, a page at a time: files that are dropped go there. */
export function Folder({ bucket, prefix }: { readonly bucket: string; readonly prefix: string }) {
  const [begins, setBegins] = useState("");
  const [typed, setTyped] = useState("");
  const [tokens, setTokens] = useState<readonly string[]>([]);
  const [page, setPage] = useState(1);
  const [selected, setSelected] = useState<readonly Entry[]>([]);
  const token = page > 1 ? tokens[page - 2] : undefined;
  const { data, error, isPending, isPlaceholderData, refetch } = useQuery({
    queryKey: [entriesKind, bucket, prefix, begins, token],
    queryFn: ({ signal }) => readFolder(bucket, prefix + begins, token, signal),
    placeholderData: keepPreviousData,
  });
  const send = (files: readonly NamedFile[]) => {
    for (const { path, file } of files) uploadStore.add(bucket, prefix + path, file, arrived);
  };
  const turnTo = (number: number) => {
    if (number > tokens.length + 1 && data?.next) setTokens([...tokens, data.next]);
    setSelected([]);
    setPage(number);
  };
  return (
    <DropArea onFiles={send}>
      <SpaceBetween size="l">
        <UploadList />
        <Table
          variant="full-page"
          stickyHeader
          header={
            <Header
              variant="awsui-h1-sticky"
              description="Files and folders that are dropped on this page are uploaded here."
              actions={
                <FolderActions
                  bucket={bucket}
                  prefix={prefix}
                  selected={selected}
                  send={send}
                  refetch={() => void refetch()}
                  onDeleted={() => setSelected([])}
                />
              }
            >
              <span className="name">{prefix.split("/").at(-2) || bucket}</span>
            </Header>
          }
          filter={
            <SpaceBetween size="xs">
              <Trail bucket={bucket} prefix={prefix} />
              <TextFilter
                filteringText={typed}
                filteringPlaceholder="Name begins with"
                filteringAriaLabel="Name begins with"
                onChange={({ detail }) => setTyped(detail.filteringText)}
                onDelayedChange={({ detail }) => {
                  setTokens([]);
                  turnTo(1);
                  setBegins(detail.filteringText);
                }}
              />
            </SpaceBetween>
          }
          items={error ? [] : (data?.entries ?? [])}
          loading={isPending || isPlaceholderData}
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
              cell: ({ key }) => (
                <PageLink to={addressOf(bucket, key)}>{key.slice(prefix.length) || "(the folder itself)"}</PageLink>
              ),
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
              minWidth: 170,
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
                <b>{begins ? "No name begins so." : "Nothing is here yet."}</b>
                {!begins && " Drop files on this page, or choose them."}
              </Box>
            )
          }
        />
      </SpaceBetween>
    </DropArea>
  );
}
