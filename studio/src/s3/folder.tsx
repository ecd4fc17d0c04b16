import Box from "@cloudscape-design/components/box";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useSearchParams } from "react-router";
import { forgetKind } from "../frame/query.ts";
import { AddressFilter } from "../pages/address-filter.tsx";
import { Failure } from "../pages/failure.tsx";
import { PageTurner } from "../pages/page-turner.tsx";
import { usePages } from "../pages/use-pages.ts";
import { useSelection } from "../pages/use-selection.ts";
import { bytes, time } from "../values/format.ts";
import { PageLink } from "../values/page-link.tsx";
import { visibleName } from "../values/visible.ts";
import { DropArea } from "./drop-area.tsx";
import type { NamedFile } from "./dropped-files.ts";
import { FolderActions } from "./folder-actions.tsx";
import { Trail } from "./folder-trail.tsx";
import { entriesKind, readFolder } from "./objects.ts";
import { s3Address } from "./s3-address.ts";
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
  const [search, setSearch] = useSearchParams();
  const begins = search.get("begins") ?? "";
  const pages = usePages({
    query: [entriesKind, "list", bucket, prefix, begins],
    read: (token, signal) => readFolder(bucket, prefix + begins, token, signal),
  });
  const { rows, error, refetch } = pages;
  const { selected, select } = useSelection(pages.id, pages.own, ({ key, isFolder }) => `${isFolder} ${key}`);
  const send = (files: readonly NamedFile[]) => {
    for (const { path, file } of files) uploadStore.add(bucket, prefix + path, file, arrived);
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
                  refetch={refetch}
                  onDeleted={select}
                />
              }
            >
              <span className="name">{visibleName(prefix.split("/").at(-2) || bucket)}</span>
            </Header>
          }
          filter={
            <SpaceBetween size="xs">
              <Trail bucket={bucket} prefix={prefix} />
              <AddressFilter
                label="Name begins with"
                value={begins}
                onChange={(text) =>
                  setSearch({ ...(prefix !== "" && { key: prefix }), ...(text !== "" && { begins: text }) })
                }
              />
            </SpaceBetween>
          }
          items={rows}
          loading={pages.isLoading}
          loadingText="Reading the folder"
          trackBy={({ key, isFolder }) => `${isFolder} ${key}`}
          selectionType="multi"
          selectedItems={selected}
          onSelectionChange={({ detail }) => select(detail.selectedItems)}
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
              cell: ({ key, isFolder }) => (
                <PageLink to={s3Address(bucket, key, isFolder)}>
                  {key.slice(prefix.length) || "(the folder itself)"}
                </PageLink>
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
          pagination={<PageTurner pages={pages} />}
          empty={
            error ? (
              <Failure error={error} retry={refetch} />
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
